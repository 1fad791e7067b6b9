"""What every step leaves behind: an audit entry and, if it alters what matches or what a match says, a change."""

from safelight.audit import log
from safelight.banks.batch import Counts
from safelight.banks.change import ChangeKind
from safelight.banks.store import change_rows
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.roles import Actor


def note(
    tx: Tx, clock: Clock, actor: Actor, verb: str, bank_id: int, *, reason: str = "", **details: int | str
) -> None:
    """Write an audit entry about something that nobody who matches has to know."""
    log.write(tx, clock=clock, actor=actor, verb=verb, target=f"bank:{bank_id}", reason=reason, details=details)


def note_bank(
    tx: Tx, clock: Clock, actor: Actor, verb: str, bank_id: int, *, reason: str = "", **details: int | str
) -> None:
    """Write an audit entry about a bank, and its change. The last thing that a step does."""
    note(tx, clock, actor, verb, bank_id, reason=reason, **details)
    _add_change(tx, clock, bank_id, ChangeKind.BANK)


def note_entry(
    tx: Tx, clock: Clock, actor: Actor, verb: str, bank_id: int, *, entry: int, reason: str = "", **details: int | str
) -> None:
    """Write an audit entry about an entry, and its change. The last thing that a step does."""
    note(tx, clock, actor, verb, bank_id, reason=reason, entry=entry, **details)
    _add_change(tx, clock, bank_id, ChangeKind.ENTRY, entry_id=entry)


def note_batch(
    tx: Tx, clock: Clock, actor: Actor, verb: str, bank_id: int, *, batch: int, counts: Counts, reason: str = ""
) -> None:
    """Write an audit entry about a batch that was published, and its change if it altered anything; done last."""
    note(tx, clock, actor, verb, bank_id, reason=reason, batch=batch, **counts.as_details())
    if counts.alters_bank:
        _add_change(tx, clock, bank_id, ChangeKind.BATCH, batch_id=batch)


def _add_change(
    tx: Tx, clock: Clock, bank_id: int, kind: ChangeKind, *, entry_id: int | None = None, batch_id: int | None = None
) -> None:
    change_rows.add_change(tx, at=clock.now(), bank_id=bank_id, kind=kind, entry_id=entry_id, batch_id=batch_id)
