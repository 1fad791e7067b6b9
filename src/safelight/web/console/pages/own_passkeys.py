"""One's own passkeys: adding, naming and removing them."""

from starlette.responses import Response

from safelight.access.signing_in.passkey import Passkey
from safelight.errors import AlreadyExists, InvalidValue, NotFound, SignInRefused
from safelight.flow.signing_in import enrolling
from safelight.web.console.door import Door, Who
from safelight.web.console.pages.own_factors import back_of
from safelight.web.console.pages.signing_in import answer_options
from safelight.web.console.visit import Visit


def add_own_passkeys(door: Door) -> None:
    """Add the pages. Whoever is signed in has shown a moment ago that they are still there."""

    @door.page("GET", "/account/passkeys", Who.SETTING_UP, is_fresh=True)
    def show_new_passkey(visit: Visit) -> Response:
        return visit.see("passkey_new.html", back=back_of(visit))

    @door.page("POST", "/account/passkeys/options", Who.SETTING_UP, is_fresh=True)
    def ask_for_new_passkey(visit: Visit) -> Response:
        return answer_options(enrolling.enrol_passkey(visit.desk, visit.token))

    @door.page("POST", "/account/passkeys", Who.SETTING_UP, is_fresh=True)
    def add_passkey(visit: Visit) -> Response:
        name, answer = visit.form.text("name"), visit.form.text("answer")
        try:
            enrolling.confirm_passkey(visit.desk, visit.token, answer, name=name)
        except (InvalidValue, AlreadyExists) as error:
            return visit.see_fault("passkey_new.html", "name", error, back=back_of(visit))
        except SignInRefused as error:
            return visit.see_fault("passkey_new.html", "passkey", error, back=back_of(visit))
        return visit.go(back_of(visit), "account.passkey_added")

    @door.page("GET", "/account/passkeys/{passkey:int}", Who.SETTING_UP, is_fresh=True)
    def show_passkey(visit: Visit) -> Response:
        return visit.see("passkey.html", passkey=_named(visit), back=back_of(visit))

    @door.page("POST", "/account/passkeys/{passkey:int}", Who.SETTING_UP, is_fresh=True)
    def rename_passkey(visit: Visit) -> Response:
        passkey, name = _named(visit), visit.form.text("name")
        try:
            enrolling.rename_passkey(visit.desk, visit.token, passkey.id, name=name)
        except (InvalidValue, AlreadyExists) as error:
            return visit.see_fault("passkey.html", "name", error, passkey=passkey, back=back_of(visit))
        return visit.go(back_of(visit), "account.passkey_renamed")

    @door.page("POST", "/account/passkeys/{passkey:int}/remove", Who.SETTING_UP, is_fresh=True)
    def remove_passkey(visit: Visit) -> Response:
        enrolling.remove_passkey(visit.desk, visit.token, _named(visit).id)
        return visit.go(back_of(visit), "account.passkey_removed")


def _named(visit: Visit) -> Passkey:
    """Return the passkey that the address names, of those that are one's own. Raises `NotFound`."""
    for passkey in enrolling.find_enrolled(visit.desk, visit.token).passkeys:
        if passkey.id == visit.request.path_params["passkey"]:
            return passkey
    raise NotFound("You have no such passkey. Nothing was changed.")
