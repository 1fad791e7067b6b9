"""Contents of banks, as HMA has them: each function is one act of a client, in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.banks import queries, steps
from safelight.banks.content import Content
from safelight.banks.entry import NewEntry
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.errors import NotFound
from safelight.flow.banks.hash_lists import sweep_dead_imports
from safelight.roles import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """On, or off: until a time, or for good where that is None."""

    is_on: bool
    until: datetime | None = None


def add_content(
    engine: Engine, clock: Clock, actor: Actor, *, bank: str, entries: Sequence[NewEntry], platform_id: str = ""
) -> int:
    """Add signals of one picture or video, and return the content's number.

    Raises `NotFound`, `InvalidValue` or `ImportRunning`.
    """
    sweep_dead_imports(engine, clock, actor)
    with write(engine) as tx:
        bank_id = queries.find_bank(tx, bank).id
        return steps.add_content(tx, clock, actor, bank_id=bank_id, entries=entries, platform_id=platform_id)


def change_content(
    engine: Engine,
    clock: Clock,
    actor: Actor,
    *,
    bank: str,
    number: int,
    switch: Switch | None = None,
    note: str | None = None,
) -> Content:
    """Switch a content on or off, and change its note; None leaves either as it is. Return the content as it is then.

    Raises `NotFound`, `InvalidValue`, `ImportRunning`, or `NotAllowed` for the note of an entry of a list.
    """
    with write(engine) as tx:
        bank_id = queries.find_bank(tx, bank).id
        content = steps.hold_content(tx, bank_id=bank_id, number=number)
        if note is not None and note != content.note:
            steps.annotate_content(tx, clock, actor, content=content, note=note)
            content = queries.find_content(tx, bank_id, number)
        if switch is not None:
            _each(content, _switching(tx, clock, actor, switch))
        return queries.find_content(tx, bank_id, number)


def remove_content(engine: Engine, clock: Clock, actor: Actor, *, bank: str, number: int) -> bool:
    """Take a content out of its bank; return whether it was there. Raises `NotFound` for the bank."""
    with write(engine) as tx:
        bank_id = queries.find_bank(tx, bank).id
        try:
            content = steps.hold_content(tx, bank_id=bank_id, number=number)
        except NotFound:
            return False
        _each(content, lambda entry_id: steps.remove_entry(tx, clock, actor, entry_id=entry_id))
        return True


def _each(content: Content, act: Callable[[int], None]) -> None:
    for entry in content.entries:
        act(entry.id)


def _switching(tx: Tx, clock: Clock, actor: Actor, switch: Switch) -> Callable[[int], None]:
    if switch.is_on:
        return lambda entry_id: steps.enable_entry(tx, clock, actor, entry_id=entry_id)
    return lambda entry_id: steps.disable_entry(tx, clock, actor, entry_id=entry_id, until=switch.until)
