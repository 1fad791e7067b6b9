"""Evidence and its holds, to read. Nothing of media, and nothing that is sealed."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from safelight.database.transaction import read
from safelight.roles import Actor, Permission
from safelight.vault import queries as evidence
from safelight.vault.hold import Hold
from safelight.vault.holding import holds_of
from safelight.vault.listing import EvidenceFacts
from safelight.web.answer import answer_json
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.paging import PARAMETERS, read_page

EVIDENCE = {"name": "evidence", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 64}}


def add_evidence(door: Door, host: Host) -> None:
    """Add the routes."""
    engine = host.service.house.engine

    @door.route("GET", "/evidence", Permission.EVIDENCE_READ, Told(summary="List evidence.", parameters=PARAMETERS))
    async def list_evidence(request: Request, _actor: Actor) -> Response:
        page = read_page(request)

        def ask() -> list[EvidenceFacts]:
            with read(engine) as tx:
                return evidence.list_evidence(tx, after_id=page.after or None, limit=page.limit)

        found = await host.ask(ask)
        return answer_json(page.tell([tell_evidence(facts) for facts in found], found[-1].id if found else None))

    @door.route(
        "GET",
        "/evidence/{evidence}",
        Permission.EVIDENCE_READ,
        Told(summary="Show evidence, without anything of its media.", parameters=(EVIDENCE,)),
    )
    async def show_evidence(request: Request, _actor: Actor) -> Response:
        evidence_id = request.path_params["evidence"]

        def ask() -> EvidenceFacts:
            with read(engine) as tx:
                return evidence.find_evidence(tx, evidence_id)

        return answer_json(tell_evidence(await host.ask(ask)))

    @door.route(
        "GET",
        "/evidence/{evidence}/holds",
        Permission.HOLD_READ,
        Told(summary="List the holds of evidence.", parameters=(EVIDENCE, *PARAMETERS)),
    )
    async def list_holds(request: Request, _actor: Actor) -> Response:
        evidence_id, page = request.path_params["evidence"], read_page(request)

        def ask() -> list[Hold]:
            with read(engine) as tx:
                evidence.find_evidence(tx, evidence_id)
                return holds_of(tx, evidence_id)

        return answer_json(page.cut(await host.ask(ask), lambda hold: hold.id, tell_hold))


def tell_evidence(facts: EvidenceFacts) -> dict[str, Any]:
    """Return what an answer tells of evidence."""
    return {
        "evidence": facts.id,
        "state": facts.state.value,
        "size_bytes": facts.size_bytes,
        "sealed_at": facts.sealed_at,
        "destroyed_at": facts.destroyed_at,
        "holds": facts.holds,
        "is_open_ended": facts.is_open_ended,
        "kept_until": facts.kept_until,
    }


def tell_hold(hold: Hold) -> dict[str, Any]:
    """Return what an answer tells of a hold."""
    return {
        "hold": hold.id,
        "kind": hold.kind.value,
        "reason": hold.reason,
        "legal_basis": hold.legal_basis,
        "reference": hold.reference,
        "from_at": hold.from_at,
        "until_at": hold.until_at,
        "released_at": hold.released_at,
    }
