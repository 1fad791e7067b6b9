"""Administration of banks: each function is one act of a person, in one transaction."""

from collections.abc import Iterable
from datetime import datetime

from safelight.access import steps as access
from safelight.banks import queries, steps
from safelight.banks.bank import Bank
from safelight.banks.batch import Counts
from safelight.banks.entry import NewEntry
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.flow.banks.hash_lists import sweep_dead_imports
from safelight.flow.banks.seen import Check, accept
from safelight.roles import Actor


def create_bank(
    engine: Engine, clock: Clock, actor: Actor, *, name: str, is_allow_list: bool = False, reason: str = ""
) -> int:
    """Create an enabled bank and return its number. Raises `InvalidValue` or `AlreadyExists` for the name."""
    with write(engine) as tx:
        return steps.create_bank(tx, clock, actor, name=name, is_allow_list=is_allow_list, reason=reason)


def rename_bank(engine: Engine, clock: Clock, actor: Actor, *, bank: str, name: str, reason: str = "") -> None:
    """Give a bank another name; API keys that are for it follow. Raises `NotFound`, `InvalidValue`, `AlreadyExists`."""
    with write(engine) as tx:
        found = queries.find_bank(tx, bank)
        steps.rename_bank(tx, clock, actor, bank_id=found.id, name=name, reason=reason)
        access.follow_bank(tx, found.name, name=name)


def enable_bank(engine: Engine, clock: Clock, actor: Actor, *, bank: str, reason: str = "") -> None:
    """Let a bank's entries match. Raises `NotFound`."""
    with write(engine) as tx:
        steps.enable_bank(tx, clock, actor, bank_id=_id(tx, bank), reason=reason)


def disable_bank(engine: Engine, clock: Clock, actor: Actor, *, bank: str, reason: str = "") -> None:
    """Stop a bank's entries from matching. Raises `NotFound`."""
    with write(engine) as tx:
        steps.disable_bank(tx, clock, actor, bank_id=_id(tx, bank), reason=reason)


def delete_bank(
    engine: Engine, clock: Clock, actor: Actor, *, bank: str, check: Check[Bank] = accept, reason: str = ""
) -> None:
    """Delete a bank: its entries stop matching at once and its name is free; no API key is for it any more.

    Raises `NotFound`, and what `check` raises.
    """
    with write(engine) as tx:
        found = steps.hold_bank(tx, _id(tx, bank))
        check(found)
        steps.delete_bank(tx, clock, actor, bank_id=found.id, reason=reason)
        access.follow_bank(tx, found.name, name=None)


def set_threshold(
    engine: Engine, clock: Clock, actor: Actor, *, bank: str, signal_type: str, distance: int | None, reason: str = ""
) -> None:
    """Set the distance at or under which entries of a type match; None: the usual one again.

    Raises `NotFound` or `InvalidValue`.
    """
    with write(engine) as tx:
        bank_id = _id(tx, bank)
        steps.set_threshold(
            tx, clock, actor, bank_id=bank_id, signal_type=signal_type, distance=distance, reason=reason
        )


def add_entries(
    engine: Engine, clock: Clock, actor: Actor, *, bank: str, entries: Iterable[NewEntry], reason: str = ""
) -> Counts:
    """Add a few entries and say what was done. Raises `NotFound`, `InvalidValue` or `ImportRunning`."""
    sweep_dead_imports(engine, clock, actor)
    with write(engine) as tx:
        return steps.add_entries(tx, clock, actor, bank_id=_id(tx, bank), entries=entries, reason=reason)


def disable_entry(
    engine: Engine, clock: Clock, actor: Actor, *, entry_id: int, until: datetime | None = None, reason: str = ""
) -> None:
    """Stop one entry from matching until a time, or for good. Raises `NotFound` or `InvalidValue`."""
    with write(engine) as tx:
        steps.disable_entry(tx, clock, actor, entry_id=entry_id, until=until, reason=reason)


def enable_entry(engine: Engine, clock: Clock, actor: Actor, *, entry_id: int, reason: str = "") -> None:
    """Let a disabled entry match again. Raises `NotFound`."""
    with write(engine) as tx:
        steps.enable_entry(tx, clock, actor, entry_id=entry_id, reason=reason)


def remove_entry(engine: Engine, clock: Clock, actor: Actor, *, entry_id: int, reason: str = "") -> None:
    """Take one entry out of its bank. Raises `NotFound`."""
    with write(engine) as tx:
        steps.remove_entry(tx, clock, actor, entry_id=entry_id, reason=reason)


def _id(tx: Tx, bank: str) -> int:
    return queries.find_bank(tx, bank).id
