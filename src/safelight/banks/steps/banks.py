"""Making, naming, switching and deleting banks."""

from safelight.banks.bank import check_bank_name, check_threshold
from safelight.banks.steps.record import note, note_bank
from safelight.banks.store import bank_rows
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.roles import Actor


def create_bank(tx: Tx, clock: Clock, actor: Actor, *, name: str, is_allow_list: bool = False, reason: str = "") -> int:
    """Create an enabled bank and return its number. Raises `InvalidValue` or `AlreadyExists` for the name.

    An allow-list's entries are no matches: they suppress those of the banks that it is told to.
    """
    check_bank_name(name)
    bank_id = bank_rows.add_bank(tx, name=name, now=clock.now(), is_allow_list=is_allow_list)
    note_bank(tx, clock, actor, "create_bank", bank_id, reason=reason, name=name, is_allow_list=is_allow_list)
    return bank_id


def rename_bank(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, name: str, reason: str = "") -> None:
    """Give a bank another name. Raises `NotFound`, `InvalidValue` or `AlreadyExists`."""
    check_bank_name(name)
    bank_rows.rename_bank(tx, bank_id, name)
    note_bank(tx, clock, actor, "rename_bank", bank_id, reason=reason, name=name)


def enable_bank(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, reason: str = "") -> None:
    """Let a bank's entries match. Raises `NotFound`."""
    bank_rows.alter_bank(tx, bank_id, is_enabled=True)
    note_bank(tx, clock, actor, "enable_bank", bank_id, reason=reason)


def disable_bank(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, reason: str = "") -> None:
    """Stop a bank's entries from matching. Raises `NotFound`."""
    bank_rows.alter_bank(tx, bank_id, is_enabled=False)
    note_bank(tx, clock, actor, "disable_bank", bank_id, reason=reason)


def delete_bank(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, reason: str = "") -> None:
    """Delete a bank: its entries stop matching at once and its name is free. Its rows stay as a tombstone.

    Raises `NotFound`.
    """
    bank_rows.alter_bank(tx, bank_id, deleted_at=clock.now())
    note_bank(tx, clock, actor, "delete_bank", bank_id, reason=reason)


def set_threshold(
    tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, signal_type: str, distance: int | None, reason: str = ""
) -> None:
    """Set the distance at or under which entries of a type match; None: the usual one again.

    Raises `NotFound` or `InvalidValue`.
    """
    check_threshold(signal_type, distance or 0)
    bank_rows.alter_bank(tx, bank_id)
    bank_rows.put_threshold(tx, bank_id, signal_type, distance)
    shown = "usual" if distance is None else distance
    note_bank(tx, clock, actor, "set_threshold", bank_id, reason=reason, signal_type=signal_type, distance=shown)


def note_export(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, list_format: str, reason: str = "") -> None:
    """Record that somebody took a copy of a bank's entries."""
    note(tx, clock, actor, "export_bank", bank_id, reason=reason, format=list_format)
