"""What ends soon, and what has ended: warnings, and the evidence that is due to be destroyed."""

from collections.abc import Iterator
from datetime import datetime

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.roles import Actor
from safelight.vault.hold import Hold
from safelight.vault.store import hold_rows

LONGEST_PAGE = 1000
"""Evidence of one page, and of one transaction that warns."""


def page_endings(tx: Tx, *, by: datetime, after_id: str = "", limit: int = LONGEST_PAGE) -> list[Hold]:
    """Return the last holds of living evidence that end, or ended, at or before a moment: one for each evidence.

    Evidence that is held without a known end, or for longer, is left out; so is evidence that was never held. In the
    order of the evidence's ids, following `after_id`.
    """
    return hold_rows.ending(tx, by=by, after_id=after_id, limit=limit)


def each_ending(tx: Tx, *, by: datetime) -> Iterator[Hold]:
    """Give every such hold, page by page."""
    after_id = ""
    while page := page_endings(tx, by=by, after_id=after_id):
        yield from page
        after_id = page[-1].evidence_id


def warn_of_page(tx: Tx, clock: Clock, actor: Actor, *, by: datetime, after_id: str) -> str | None:
    """Write a warning into the audit log for a page of evidence that is soon destroyed, once for each end.

    Returns the evidence after which the next page begins, None where there is no more. An end that is moved, and comes
    near again, is warned of again.
    """
    page = page_endings(tx, by=by, after_id=after_id)
    new = [hold for hold in page if hold.warned_at is None]
    hold_rows.mark_warned(tx, [hold.id for hold in new], clock.now())
    for hold in new:
        until = "" if hold.until_at is None else hold.until_at.isoformat()
        details = {"hold": hold.id, "kind": hold.kind.value, "until": until}
        target = f"evidence:{hold.evidence_id}"
        log.write(tx, clock=clock, actor=actor, verb="warn_of_ending", target=target, details=details)
    return page[-1].evidence_id if len(page) == LONGEST_PAGE else None
