"""What one signs in with: password, app and recovery codes, at the first sign-in and later."""

from starlette.responses import Response

from safelight.access.signing_in.session import Stage
from safelight.errors import InvalidValue, SignInRefused
from safelight.flow.signing_in import enrolling
from safelight.web.console.door import Door, Who
from safelight.web.console.qr import qr_svg
from safelight.web.console.visit import Visit


def add_own_factors(door: Door) -> None:
    """Add the pages. Whoever is signed in has shown a moment ago that they are still there."""

    @door.page("GET", "/account/password", Who.SETTING_UP, is_fresh=True)
    def show_password(visit: Visit) -> Response:
        return visit.see("password.html", back=back_of(visit), name=visit.here.person.name)

    @door.page("POST", "/account/password", Who.SETTING_UP, is_fresh=True)
    def set_password(visit: Visit) -> Response:
        try:
            _require_same(visit)
            token = enrolling.set_password(visit.desk, visit.token, visit.form.text("password"))
        except InvalidValue as error:
            name = visit.here.person.name
            return visit.see_fault("password.html", "password", error, back=back_of(visit), name=name)
        return visit.keep_session(visit.go(back_of(visit), "account.password_set"), token)

    @door.page("GET", "/account/app", Who.SETTING_UP, is_fresh=True)
    def show_app(visit: Visit) -> Response:
        return visit.see("app.html", new=None, back=back_of(visit))

    @door.page("POST", "/account/app", Who.SETTING_UP, is_fresh=True)
    def begin_app(visit: Visit) -> Response:
        new = enrolling.enrol_totp(visit.desk, visit.token)
        drawn = qr_svg(new.uri, title=visit.t("account.app.qr"))
        return visit.see("app.html", new=new, drawn=drawn, back=back_of(visit))

    @door.page("POST", "/account/app/confirm", Who.SETTING_UP, is_fresh=True)
    def confirm_app(visit: Visit) -> Response:
        try:
            enrolling.confirm_totp(visit.desk, visit.token, visit.form.text("code"))
        except SignInRefused as error:
            return visit.see_fault("app.html", "code", error, new=None, back=back_of(visit))
        return visit.go(back_of(visit), "account.app_set")

    @door.page("POST", "/account/app/remove", Who.SETTING_UP, is_fresh=True)
    def remove_app(visit: Visit) -> Response:
        enrolling.remove_totp(visit.desk, visit.token)
        return visit.go(back_of(visit), "account.app_removed")

    @door.page("POST", "/account/recovery-codes", Who.SIGNED_IN, is_fresh=True)
    def make_recovery_codes(visit: Visit) -> Response:
        codes = enrolling.make_recovery_codes(visit.desk, visit.token)
        return visit.see("recovery_codes.html", codes=codes, onward="/account")


def back_of(visit: Visit) -> str:
    """Return where somebody goes on who has set something up: to what is still to be done, or to their account."""
    return "/welcome" if visit.here.session.stage is Stage.ENROLLING else "/account"


def _require_same(visit: Visit) -> None:
    if visit.form.text("password") != visit.form.text("again"):
        raise InvalidValue("The two are not the same. Nothing was changed. Enter the password twice.")
