"""One thing of a case: its facts, and, step by step, what it shows. Each step is asked for, and on record first."""

from base64 import b64encode

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import ClaimLost, ExposureRefused, InvalidValue, NotFound, ReauthenticationNeeded, UsageError
from safelight.flow.review.showing import Revealed, confirm_shown, hide, reveal
from safelight.flow.review.texts import read_flag
from safelight.review.case import Item
from safelight.review.derivatives.derivative import FIRST
from safelight.review.exposure.exposure import STRIP
from safelight.review.exposure.level import BOUNDS, Level
from safelight.roles import Permission, require_permission
from safelight.web.console.case_view import CaseView, read_case
from safelight.web.console.door import Door
from safelight.web.console.item_view import find_named_item, level_of, others_from, steps_from
from safelight.web.console.pages.budget_lines import budget_lines, until_break
from safelight.web.console.pages.day import own_figures
from safelight.web.console.visit import Visit
from safelight.web.security_headers import let_pictures_in

REASONS = ("match", "classify", "rest", "second", "appeal")
"""The usual reasons for a look; each is a text `items.reasons`, of which the log keeps the English one."""


def add_items(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/cases/{case:int}/items/{item:int}", Permission.CASE_READ)
    def show_item(visit: Visit) -> Response:
        return _see(visit)

    @door.page("POST", "/cases/{case:int}/items/{item:int}/show", Permission.EVIDENCE_REVIEW)
    def show_next(visit: Visit) -> Response:
        require_permission(visit.actor, Permission.CASE_READ)  # who could not read the answer is shown nothing
        item, level = _item(visit), _level(visit)
        frame = _number(visit, "frame", FIRST) if level.has_pixels else FIRST  # a card is of the whole file
        who = (visit.console.showing, visit.actor, _evidence(item), level)
        try:
            shown = reveal(*who, reason=_reason(visit), frame=frame, session=visit.here.session)
        except ReauthenticationNeeded:
            return visit.go("/confirm", next=_path(visit))
        except (ExposureRefused, ClaimLost) as error:
            return _see(visit, refused=error)
        except InvalidValue as error:
            return _see(visit.with_form(visit.form.with_fault("reason", error)))
        return _see(visit, shown=shown)

    @door.page("POST", "/exposures/{exposure:int}/shown", Permission.EVIDENCE_REVIEW)
    def note_shown(visit: Visit) -> Response:
        confirm_shown(visit.engine, visit.clock, visit.actor, visit.request.path_params["exposure"])
        return Response(status_code=204)

    @door.page("POST", "/exposures/{exposure:int}/hide", Permission.EVIDENCE_REVIEW)
    def hide_picture(visit: Visit) -> Response:
        who = (visit.engine, visit.clock, visit.actor, visit.request.path_params["exposure"])
        try:
            hide(*who, was_shown=visit.form.text("was_shown") == "on")
        except UsageError:  # its time is over, so that nobody can say any more whether it stood there
            hide(*who)
        return visit.go(visit.next_path("/queue"))

    @door.page("POST", "/cases/{case:int}/items/{item:int}/complaint", Permission.CASE_DECIDE)
    def open_complaint(visit: Visit) -> Response:
        return _see(visit, complaint=read_flag(visit.review, _item(visit).id))


def _see(
    visit: Visit,
    *,
    shown: Revealed | None = None,
    refused: ExposureRefused | ClaimLost | None = None,
    complaint: object = None,
) -> Response:
    """Answer with the page of an item; a picture is in the page itself, and in no other answer, ever."""
    view, item = _view(visit)
    frame = FIRST if shown is None else shown.frame
    level = level_of(visit, item, frame)
    picture, seconds = (None, 0) if shown is None else (shown.picture, _seconds(visit, shown))
    if picture is not None:
        let_pictures_in(visit.request.scope)
    response = visit.see(
        "item.html",
        view=view,
        item=item,
        level=level,
        steps=steps_from(level),
        others=others_from(visit, item, shown),
        bounds={each.value: bound for each, bound in BOUNDS.items()},
        reasons=REASONS,
        shown=shown,
        frame=frame,
        picture=None if picture is None else b64encode(picture).decode(),
        seconds=seconds,
        strip=STRIP,
        refused=refused,
        complaint=complaint,
        left=_left(visit),
    )
    if picture is not None:  # hidden in time without a script too
        response.headers["Refresh"] = f"{seconds}; url={_path(visit)}"
    return response


def _left(visit: Visit) -> tuple[int, int] | None:
    """Return the minutes of the day that are left, and those until a break, to whoever is shown pictures."""
    if Permission.EVIDENCE_REVIEW not in visit.actor.permissions:
        return None
    own = own_figures(visit)
    return budget_lines(own, visit.clock.now())[0].left, until_break(own)


def _view(visit: Visit) -> tuple[CaseView, Item]:
    with read(visit.engine) as tx:
        item = find_named_item(tx, visit)
        return read_case(tx, visit.review, item.case_id, after=item.id - 1), item


def _item(visit: Visit) -> Item:
    with read(visit.engine) as tx:
        return find_named_item(tx, visit)


def _evidence(item: Item) -> str:
    if item.evidence_id is None:
        raise NotFound(f"Item {item.id} has no media: there is nothing to be shown.")
    return item.evidence_id


def _level(visit: Visit) -> Level:
    try:
        return Level(_number(visit, "level", Level.CARD))
    except ValueError:
        raise InvalidValue("There is no such level. Nothing was shown.") from None


def _number(visit: Visit, name: str, otherwise: int) -> int:
    given = visit.form.text(name)
    try:
        return int(given) if given else otherwise
    except ValueError:
        raise InvalidValue(f"The field {name!r} holds no number. Nothing was shown.") from None


def _reason(visit: Visit) -> str:
    """Return why somebody looks: in their own words, or else by one of the usual reasons, in English."""
    usual, own = visit.form.text("usual"), visit.form.text("reason").strip()
    told = visit.console.texts["en"](f"items.reasons.{usual}") if usual in REASONS else ""
    return f"{told}: {own}" if told and own else own or told


def _seconds(visit: Visit, shown: Revealed) -> int:
    """Return for how many whole seconds a picture stays: not past the moment at which it must be hidden."""
    return max(0, int((shown.must_hide_at - visit.clock.now()).total_seconds()))


def _path(visit: Visit) -> str:
    named = visit.request.path_params
    return f"/cases/{named['case']}/items/{named['item']}"
