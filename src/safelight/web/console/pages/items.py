"""One thing of a case: its facts, and, step by step, what it shows. Each step is asked for, and on record first."""

from base64 import b64encode
from dataclasses import dataclass

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import ClaimLost, ExposureRefused, InvalidValue, NotFound, ReauthenticationNeeded, UsageError
from safelight.flow.review.showing import Revealed, confirm_shown, hide, reveal
from safelight.flow.review.texts import read_flag
from safelight.flow.review.viewing import level_shown
from safelight.review.case import Item
from safelight.review.derivatives.derivative import FIRST, STRIP
from safelight.review.exposure.level import BOUNDS, Level
from safelight.roles import ActorKind, Permission
from safelight.web.console.case_view import CaseView, read_case
from safelight.web.console.door import Door
from safelight.web.console.pages.budget_lines import budget_lines, until_break
from safelight.web.console.pages.day import own_figures
from safelight.web.console.pages.match_reasons import find_named_item
from safelight.web.console.visit import Visit
from safelight.web.security_headers import let_pictures_in

REASONS = ("match", "classify", "rest", "second", "appeal")
"""The usual reasons for a look; each is a text `items.reasons`, of which the log keeps the English one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Something else of the same file that can be seen from here. Its name is a text `items.other`."""

    name: str
    frame: int
    level: Level


def add_items(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/cases/{case:int}/items/{item:int}", Permission.CASE_READ)
    def show_item(visit: Visit) -> Response:
        return _see(visit)

    @door.page("POST", "/cases/{case:int}/items/{item:int}/show", Permission.EVIDENCE_REVIEW)
    def show_next(visit: Visit) -> Response:
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
    level = _level_shown(visit, item, frame)
    picture = None if shown is None else shown.picture
    if picture is not None:
        let_pictures_in(visit.request.scope)
    response = visit.see(
        "item.html",
        view=view,
        item=item,
        level=level,
        steps=_steps(level),
        others=_others(visit, item, shown),
        bounds={each.value: bound for each, bound in BOUNDS.items()},
        reasons=REASONS,
        shown=shown,
        frame=frame,
        picture=None if picture is None else b64encode(picture).decode(),
        seconds=_seconds(visit, shown),
        strip=STRIP,
        refused=refused,
        complaint=complaint,
        left=_left(visit),
    )
    if picture is not None:  # hidden in time without a script too
        response.headers["Refresh"] = f"{_seconds(visit, shown)}; url={_path(visit)}"
    return response


def _left(visit: Visit) -> tuple[int, int] | None:
    """Return the minutes of the day that are left, and those until a break, to whoever is shown pictures."""
    if visit.actor.kind is not ActorKind.PERSON or Permission.EVIDENCE_REVIEW not in visit.actor.permissions:
        return None
    own = own_figures(visit)
    return budget_lines(own, visit.clock.now())[0].left, until_break(own)


def _steps(level: Level | None) -> list[Level]:
    """Return the levels that may be asked for next, the next one up first, then those seen before."""
    if level is None:
        return [Level.CARD]
    above = [Level(level + 1)] if level < Level.ORIGINAL else []
    return above + [each for each in reversed(Level) if each.has_pixels and each <= level]


def _others(visit: Visit, item: Item, shown: Revealed | None) -> list[Other]:
    """Return what else of a file with several frames can be seen from here, each at most at the level that is shown."""
    if shown is None or not shown.level.has_pixels or (shown.frame_count or 1) < 2:
        return []
    count, here = shown.frame_count or 1, shown.frame
    beside = {"first": FIRST} if here == STRIP else {"before": here - 1, "after": here + 1}
    named = {name: frame for name, frame in beside.items() if FIRST <= frame < count}
    if here != STRIP and shown.level is not Level.ORIGINAL:
        named["strip"] = STRIP
    return [
        Other(name=name, frame=frame, level=_reachable(visit, item, frame, shown.level))
        for name, frame in named.items()
    ]


def _reachable(visit: Visit, item: Item, frame: int, most: Level) -> Level:
    level = _level_shown(visit, item, frame)
    return min(most, Level.THUMBNAIL if level is None else Level(min(level + 1, Level.ORIGINAL)))


def _level_shown(visit: Visit, item: Item, frame: int) -> Level | None:
    if item.evidence_id is None or visit.actor.kind is not ActorKind.PERSON:
        return None
    return level_shown(visit.review, item.evidence_id, frame)


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


def _seconds(visit: Visit, shown: Revealed | None) -> int:
    """Return for how many whole seconds a picture stays: not past the moment at which it must be hidden."""
    return 0 if shown is None else max(0, int((shown.must_hide_at - visit.clock.now()).total_seconds()))


def _path(visit: Visit) -> str:
    named = visit.request.path_params
    return f"/cases/{named['case']}/items/{named['item']}"
