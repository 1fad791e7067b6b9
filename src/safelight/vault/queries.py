"""Questions about evidence. All are read-only, open nothing that is sealed, and may be asked by any door."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from safelight.audit import queries as audit
from safelight.audit.entry import AuditEntry
from safelight.database.transaction import Tx
from safelight.errors import InvalidValue, NotFound
from safelight.vault.listing import EvidenceFacts, EvidenceState, KeptFacts, KeptTotals
from safelight.vault.store import listing_rows, spool_rows

LONGEST_PAGE = 1000
"""The most evidence that one page shows."""

_PART = 1000


def evidence_target(evidence_id: str) -> str:
    """Return how the audit log names evidence."""
    return f"evidence:{evidence_id}"


def find_evidence(tx: Tx, evidence_id: str) -> EvidenceFacts:
    """Return one sealing, whatever became of it. Raises `NotFound`."""
    found = listing_rows.find(tx, evidence_id)
    if found is None:
        raise NotFound(f"There is no evidence {evidence_id!r}. `safelight evidence list` shows what there is.")
    return found


def living_among(tx: Tx, evidence_ids: Sequence[str]) -> list[str]:
    """Return those of these ids whose evidence is not destroyed, in the same order."""
    living = listing_rows.living(tx, evidence_ids)
    return [evidence_id for evidence_id in evidence_ids if evidence_id in living]


def copies_of(tx: Tx, evidence_id: str) -> list[str]:
    """Return the other evidence of the very same bytes that is not destroyed, in the order of its ids."""
    return listing_rows.copies(tx, evidence_id)


def were_handed_over(tx: Tx, evidence_ids: Sequence[str]) -> bool:
    """Whether any of this evidence was handed to somebody in a file, or was begun to be."""
    return audit.is_any_about(tx, "hand_over_evidence", [evidence_target(each) for each in evidence_ids])


def list_evidence(
    tx: Tx,
    *,
    after_id: str | None = None,
    limit: int = 100,
    state: EvidenceState | None = None,
    ending_before: datetime | None = None,
) -> list[EvidenceFacts]:
    """Return a page of evidence, the oldest first: up to `limit`, following the one named.

    With `ending_before` only living evidence whose last hold ends, or ended, before that moment. Raises `InvalidValue`
    for a page of no sense, `NotFound` where `after_id` never was.
    """
    if not 1 <= limit <= LONGEST_PAGE:
        raise InvalidValue(f"A page has 1 to {LONGEST_PAGE} pieces of evidence, not {limit}.")
    after = None if after_id is None else find_evidence(tx, after_id)
    return listing_rows.page(tx, after=after, limit=limit, state=state, ending_before=ending_before)


def find_kept(tx: Tx, spool_id: str) -> KeptFacts:
    """Return bytes of the sealed spool. Raises `NotFound`."""
    found = spool_rows.find_facts(tx, spool_id)
    if found is None:
        raise NotFound(f"Nothing waits in the spool under {spool_id!r}. `safelight spool list` shows what does.")
    return found


def list_kept(
    tx: Tx,
    *,
    after_id: str | None = None,
    limit: int = 100,
    is_held: bool | None = None,
    held_for: str | None = None,
    kept_before: datetime | None = None,
) -> list[KeptFacts]:
    """Return a page of the bytes in the sealed spool, the oldest first; all that is None asks for any.

    Raises `InvalidValue` for a page of no sense, `NotFound` where `after_id` is gone.
    """
    if not 1 <= limit <= LONGEST_PAGE:
        raise InvalidValue(f"A page has 1 to {LONGEST_PAGE} media, not {limit}.")
    after = None if after_id is None else find_kept(tx, after_id)
    return spool_rows.page(tx, after=after, limit=limit, is_held=is_held, held_for=held_for, before=kept_before)


def kept_totals(tx: Tx) -> tuple[int, int]:
    """Return how many media are in the sealed spool, waiting or held, and how many bytes those are."""
    return spool_rows.totals(tx)


def kept_by_reason(tx: Tx) -> dict[str, KeptTotals]:
    """Return how much of the sealed spool is held, by the reason, and under "" how much waits to be scanned."""
    return spool_rows.totals_by_reason(tx)


def custody(tx: Tx, evidence_id: str) -> Iterator[AuditEntry]:
    """Give every audit entry about evidence, the oldest first: who sealed, opened, held or destroyed it, and why."""
    after_id = 0
    while page := audit.page_entries(tx, after_id=after_id, limit=_PART, target=evidence_target(evidence_id)):
        yield from page
        after_id = page[-1].id
