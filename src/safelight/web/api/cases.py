"""Cases and what belongs to them: read, closed, opened again. Nothing of media is shown."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.flow import cases as flow
from safelight.review import queries as cases
from safelight.review.case import Case, CaseState, Item, ItemMatch
from safelight.roles import Actor, Permission, may_use_bank
from safelight.web.answer import answer_json
from safelight.web.api import bodies
from safelight.web.api.bodies import GivenWhy
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.paging import NUMBER, PARAMETERS, read_number, read_page
from safelight.web.schemas import body_of
from safelight.web.signal_words import count_distances

_CASE: dict[str, Any] = {"name": "case", "in": "path", "required": True, "schema": NUMBER}
_STATE: dict[str, Any] = {
    "name": "state",
    "in": "query",
    "schema": {"type": "string", "enum": [state.value for state in CaseState]},
    "description": "Only cases in this state.",
}
_SUBJECT: dict[str, Any] = {
    "name": "subject",
    "in": "query",
    "schema": {"type": "string"},
    "description": "Only cases about this account, by the platform's own id.",
}


def add_cases(door: Door, host: Host) -> None:
    """Add the routes."""
    engine = host.service.house.engine

    @door.route(
        "GET",
        "/cases",
        Permission.CASE_READ,
        Told(summary="List cases.", parameters=(_STATE, _SUBJECT, *PARAMETERS)),
    )
    async def list_cases(request: Request, _actor: Actor) -> Response:
        page, state = read_page(request), _read_state(request)
        subject = request.query_params.get("subject")

        def ask() -> list[Case]:
            with read(engine) as tx:
                return cases.page_cases(
                    tx, state=state, subject_id=subject, after_id=page.after_number, limit=page.limit
                )

        found = await host.ask(ask)
        return answer_json(page.tell([tell_case(case) for case in found], found[-1].id if found else None))

    @door.route("GET", "/cases/{case}", Permission.CASE_READ, Told(summary="Show a case.", parameters=(_CASE,)))
    async def show_case(request: Request, _actor: Actor) -> Response:
        number = read_number(request.path_params["case"], "case")

        def ask() -> Case:
            with read(engine) as tx:
                return cases.find_case(tx, number)

        return answer_json(tell_case(await host.ask(ask)))

    @door.route(
        "GET",
        "/cases/{case}/items",
        Permission.CASE_READ,
        Told(summary="List what belongs to a case.", parameters=(_CASE, *PARAMETERS)),
    )
    async def list_items(request: Request, actor: Actor) -> Response:
        number, page = read_number(request.path_params["case"], "case"), read_page(request)

        def ask() -> list[Item]:
            with read(engine) as tx:
                return cases.page_items(tx, number, after_id=page.after_number, limit=page.limit)

        found = await host.ask(ask)
        told = sum(count_distances(item.matches, actor.permissions) for item in found)
        host.service.gate.note_distances(actor, told)
        return answer_json(page.tell([tell_item(item, actor) for item in found], found[-1].id if found else None))

    _add_ends(door, host)


def _add_ends(door: Door, host: Host) -> None:
    house = host.service.house

    @door.route(
        "POST",
        "/cases/{case}/close",
        Permission.CASE_WRITE,
        Told(
            summary="Close a case without a report; its evidence is kept for an appeal.",
            body=body_of(GivenWhy),
            parameters=(_CASE,),
        ),
    )
    async def close_case(request: Request, actor: Actor) -> Response:
        number, why = read_number(request.path_params["case"], "case"), await bodies.read(request, GivenWhy)
        who, days = (house.engine, house.clock, actor), house.settings.appeal_days
        return answer_json(
            tell_case(await host.ask(lambda: flow.close_case(*who, number, reason=why.reason, appeal_days=days)))
        )

    @door.route(
        "POST",
        "/cases/{case}/reopen",
        Permission.CASE_WRITE,
        Told(summary="Open a closed case again.", body=body_of(GivenWhy), parameters=(_CASE,)),
    )
    async def reopen_case(request: Request, actor: Actor) -> Response:
        number, why = read_number(request.path_params["case"], "case"), await bodies.read(request, GivenWhy)
        who = (house.engine, house.clock, actor)
        return answer_json(tell_case(await host.ask(lambda: flow.reopen_case(*who, number, reason=why.reason))))


def _read_state(request: Request) -> CaseState | None:
    asked = request.query_params.get("state")
    if asked is None:
        return None
    try:
        return CaseState(asked)
    except ValueError:
        raise InvalidValue(f"A case's state is one of {', '.join(CaseState)}.") from None


def tell_case(case: Case) -> dict[str, Any]:
    """Return what an answer tells of a case; `subject` is null where it is about media of nobody known."""
    return {
        "case": case.id,
        "state": case.state.value,
        "subject": case.about.subject_id or None,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
        "last_activity_at": case.last_activity_at,
        "items": case.item_count,
        "exact": case.exact_count,
        "near": case.near_count,
    }


def tell_item(item: Item, actor: Actor) -> dict[str, Any]:
    """Return what an answer tells of an item; how near its matches are only to who may know.

    Matches of banks that the key is not for are left out; the item stays.
    """
    return {
        "item": item.id,
        "evidence": item.evidence_id,
        "kind": item.kind.value,
        "content_id": item.content_id,
        "added_at": item.added_at,
        "matches": [_tell_match(match, actor) for match in item.matches if may_use_bank(actor, match.bank_name)],
        "matches_omitted": item.matches_omitted,
    }


def _tell_match(match: ItemMatch, actor: Actor) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": match.kind.value,
        "signal_type": match.signal_type.value,
        "bank": match.bank_name,
        "entry": match.entry_id,
    }
    if Permission.MATCH_DISTANCE in actor.permissions:
        told |= {"distance": match.distance, "threshold": match.threshold, "orientation": match.orientation}
    return told
