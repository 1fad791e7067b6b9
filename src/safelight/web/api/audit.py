"""The audit log: its last signed head, and the custody of evidence."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from safelight.audit.entry import AuditEntry
from safelight.audit.heading import latest_head
from safelight.database.transaction import read
from safelight.roles import Actor, Permission
from safelight.vault import queries as evidence
from safelight.web.answer import answer_json
from safelight.web.api.evidence import EVIDENCE
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.paging import PARAMETERS, read_page


def add_audit(door: Door, host: Host) -> None:
    """Add the routes."""
    engine = host.service.house.engine

    @door.route(
        "GET",
        "/evidence/{evidence}/custody",
        Permission.AUDIT_READ,
        Told(summary="List what was done with evidence.", parameters=(EVIDENCE, *PARAMETERS)),
    )
    async def list_custody(request: Request, _actor: Actor) -> Response:
        evidence_id, page = request.path_params["evidence"], read_page(request)

        def ask() -> list[AuditEntry]:
            with read(engine) as tx:
                evidence.find_evidence(tx, evidence_id)
                return list(evidence.custody(tx, evidence_id))

        return answer_json(page.cut(await host.ask(ask), lambda entry: entry.id, tell_entry))

    @door.route("GET", "/audit/head", Permission.AUDIT_READ, Told(summary="The last signed head of the audit log."))
    async def show_audit_head(_request: Request, _actor: Actor) -> Response:
        def ask() -> str | None:
            with read(engine) as tx:
                return latest_head(tx)

        return answer_json({"head": await host.ask(ask)})


def tell_entry(entry: AuditEntry) -> dict[str, Any]:
    """Return what an answer tells of an audit entry; what was erased is null."""
    return {
        "entry": entry.id,
        "at": entry.at,
        "actor": entry.actor.name,
        "verb": entry.verb,
        "target": entry.target,
        "reason": entry.reason,
        "details": None if entry.details is None else dict(entry.details),
    }
