"""Evidence: what there is and what keeps it, its custody, and, opened for a purpose, its manifest. Never a picture."""

import json
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from safelight.audit.queries import Search, page_entries, search_entries
from safelight.database.text import storable_text
from safelight.database.transaction import Tx, read
from safelight.errors import InvalidValue, UsageError
from safelight.flow.evidence.holds import waiting_releases
from safelight.flow.evidence.manifests import read_manifest
from safelight.review.exposure.queries import count_levels
from safelight.review.queries import find_item
from safelight.roles import Permission
from safelight.vault.holding import holds_of
from safelight.vault.listing import EvidenceFacts, EvidenceState
from safelight.vault.purpose import Purpose, needed_permission
from safelight.vault.queries import evidence_target, find_evidence, list_evidence
from safelight.web.console.door import Door
from safelight.web.console.paging import ROWS, list_page
from safelight.web.console.reasons import fault_place, read_reason
from safelight.web.console.visit import Visit

SOON = timedelta(days=30)
"""What ends within so many days is listed as ending soon."""

_STATES = (*EvidenceState, "ending")
_READ_HERE = (Purpose.REVIEW, Purpose.REPORT)
"""What a manifest is opened for here; a hand-over is made where its file goes to (`safelight evidence hand-over`)."""


def add_evidence(door: Door) -> None:
    """Add the pages. What is sealed is opened by one of them alone, for a purpose and a reason, on record."""

    @door.page("GET", "/evidence", Permission.EVIDENCE_READ)
    def list_all(visit: Visit) -> Response:
        state, now = _state(visit), visit.clock.now()
        with read(visit.engine) as tx:
            found = _found(tx, visit, state, now)
        listing = list_page(visit.request, found, number_of=lambda facts: facts.id)
        orders = waiting_releases(visit.engine, visit.clock) if Permission.HOLD_READ in visit.actor.permissions else ()
        return visit.see("evidence_list.html", listing=listing, state=state, states=_STATES, now=now, orders=orders)

    @door.page("GET", "/evidence/{evidence}", Permission.EVIDENCE_READ)
    def show_evidence(visit: Visit) -> Response:
        facts = find_named(visit)
        with read(visit.engine) as tx:
            told = _told(tx, visit, facts)
        orders = [each for each in waiting_releases(visit.engine, visit.clock) if each.evidence_id == facts.id]
        purposes = _purposes(visit)
        now = visit.clock.now()
        return visit.see("evidence.html", facts=facts, now=now, orders=orders, purposes=purposes, **told)

    @door.page("GET", "/evidence/{evidence}/manifest", Permission.EVIDENCE_READ, is_fresh=True)
    def ask_for_manifest(visit: Visit) -> Response:
        return visit.see("manifest_ask.html", facts=find_named(visit), purposes=_purposes(visit))

    @door.page("POST", "/evidence/{evidence}/manifest", Permission.EVIDENCE_READ, is_fresh=True)
    def show_manifest(visit: Visit) -> Response:
        facts, vault = find_named(visit), visit.console.showing.vault
        try:
            purpose, reason = _purpose(visit), read_reason(visit.form)
            text = read_manifest(visit.engine, vault, visit.actor, facts.id, purpose=purpose, reason=reason)
        except (InvalidValue, UsageError) as error:
            return visit.see_fault(
                "manifest_ask.html", fault_place(visit.form, "purpose"), error, facts=facts, purposes=_purposes(visit)
            )
        # Not by way of another page: each opening is one entry in the custody, and shows itself once.
        return visit.see("manifest.html", facts=facts, manifest=json.loads(text), purpose=purpose)


def find_named(visit: Visit) -> EvidenceFacts:
    """Return the evidence that the address names. Raises `NotFound`."""
    with read(visit.engine) as tx:
        return find_evidence(tx, storable_text(visit.request.path_params["evidence"]))


def _state(visit: Visit) -> str:
    asked = visit.request.query_params.get("state", "")
    if asked and asked not in _STATES:
        raise UsageError(f"Evidence is listed by one of {', '.join(_STATES)}.")
    return asked


def _found(tx: Tx, visit: Visit, state: str, now: datetime) -> list[EvidenceFacts]:
    return list_evidence(
        tx,
        after_id=storable_text(visit.request.query_params.get("after", "")) or None,
        limit=ROWS + 1,
        state=EvidenceState(state) if state in set(EvidenceState) else None,
        ending_before=now + SOON if state == "ending" else None,
    )


def _told(tx: Tx, visit: Visit, facts: EvidenceFacts) -> dict[str, Any]:
    """Return what of evidence whoever asks may know; None for what they may not."""
    may = visit.actor.permissions
    sees_audit = Permission.AUDIT_READ in may
    target = evidence_target(facts.id)
    handed = Search(target=target, verb="hand_over_evidence")
    return {
        "item": find_item(tx, facts.id) if Permission.CASE_READ in may else None,
        "holds": holds_of(tx, facts.id) if Permission.HOLD_READ in may else None,
        "sealing": page_entries(tx, target=target, limit=1) if sees_audit else (),
        "handed": search_entries(tx, handed, limit=ROWS).entries if sees_audit else None,
        "custody": search_entries(tx, Search(target=target), limit=ROWS).entries if sees_audit else None,
        "levels": count_levels(tx, [facts.id]).get(facts.id, {}) if sees_audit else None,
        "target": target,
    }


def _purposes(visit: Visit) -> list[Purpose]:
    return [each for each in _READ_HERE if needed_permission(each) in visit.actor.permissions]


def _purpose(visit: Visit) -> Purpose:
    given = visit.form.text("purpose")
    for purpose in _READ_HERE:
        if purpose.value == given:
            return purpose
    raise InvalidValue("Say what the manifest is opened for. Nothing was opened.")
