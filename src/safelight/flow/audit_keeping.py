"""Keeping the audit log: entries get their leaves four times a second, and heads are signed when they are due."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from typing import Any, BinaryIO

from safelight.audit import heading, log, proving, sequencing
from safelight.audit.boundary import AuditBoundary
from safelight.audit.exporting import export_lines
from safelight.boundary import Reach, unwatched
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import SafelightError
from safelight.keys.interface import KeyService
from safelight.roles import Actor, ActorKind

KEEPER = Actor(kind=ActorKind.SERVICE, name="audit keeper")
"""Who signs a head because it is due."""

TURNS_EVERY_S = 0.25
HEADS_EVERY = timedelta(hours=1)

_AT_ONCE = 10_000
"""Entries that get their leaves in one transaction, so that no other writer waits for long."""
_HEADS_AGAIN_S = 60.0
"""After a head could not be signed, the keys are left alone for so long."""

Tell = Callable[[str], None]


def number_all(engine: Engine, *, reach: Reach = unwatched) -> int:
    """Give every entry that waits now its leaf, and return how many got one. Writes nothing where none waits.

    What is written meanwhile may be left for the next time: among many writers something always waits.
    """
    total, count = 0, _AT_ONCE
    while count == _AT_ONCE and _is_anything_waiting(engine):
        with write(engine) as tx:
            count = sequencing.number_waiting(tx, most=_AT_ONCE, reach=reach)
        total += count
        reach(AuditBoundary.NUMBERED)
    return total


def _is_anything_waiting(engine: Engine) -> bool:
    with read(engine) as tx:
        return sequencing.is_anything_waiting(tx)


def sign_head_now(engine: Engine, clock: Clock, keys: KeyService, actor: Actor, *, reach: Reach = unwatched) -> str:
    """Sign a head over everything that is committed, keep it, and return its note. Raises `KeysUnusable`."""
    number_all(engine, reach=reach)
    with read(engine) as tx:
        head = heading.present_head(tx, clock)
    note = heading.sign_head(keys, head)
    reach(AuditBoundary.HEAD_SIGNED)
    with write(engine) as tx:
        heading.add_head(tx, clock, actor, note)
        reach(AuditBoundary.HEAD_ADDED)
    return note


def sign_due_head(
    engine: Engine, clock: Clock, keys: KeyService, *, every: timedelta, reach: Reach = unwatched
) -> str | None:
    """Sign a head if one is due, and return its note. Raises `KeysUnusable`."""
    with read(engine) as tx:
        head = heading.present_head(tx, clock) if heading.is_head_due(tx, clock, every) else None
    if head is None:
        return None
    note = heading.sign_head(keys, head)
    reach(AuditBoundary.HEAD_SIGNED)
    with write(engine) as tx:
        if not heading.is_head_due(tx, clock, every):
            return None  # another process signed one meanwhile
        heading.add_head(tx, clock, KEEPER, note)
        reach(AuditBoundary.HEAD_ADDED)
    return note


def export_log(engine: Engine, clock: Clock, keys: KeyService, actor: Actor, *, file: BinaryIO) -> int:
    """Write the whole log under a head that is signed now, and return how many lines it has.

    That it was exported, and by whom, is in the log before its first byte is in the file. Raises `KeysUnusable`, and
    `DatabaseUnusable` for a log that is damaged.
    """
    with write(engine) as tx:
        log.write(tx, clock=clock, actor=actor, verb="export_log", target="audit_log:all")
    sign_head_now(engine, clock, keys, actor)
    count = 0
    with read(engine) as tx:
        note_keys = heading.note_keys(tx, keys.describe().public_keys)
        with closing(export_lines(tx, keys=note_keys, at=clock.now())) as lines:
            for line in lines:
                file.write(line)
                count += 1
    return count


def prove_entry_now(engine: Engine, clock: Clock, keys: KeyService, actor: Actor, *, entry_id: int) -> dict[str, Any]:
    """Return the proof that an entry is in the log; a head is signed for it where none covers it yet.

    Raises `NotFound` or `KeysUnusable`.
    """
    with read(engine) as tx:
        is_covered = proving.is_covered(tx, entry_id)
    if not is_covered:
        sign_head_now(engine, clock, keys, actor)
    with read(engine) as tx:
        return proving.prove_entry(tx, keys, clock, entry_id=entry_id)


@contextmanager
def keeping_audit(
    engine: Engine,
    clock: Clock,
    keys: KeyService | None,
    *,
    tell: Tell,
    heads_every: timedelta = HEADS_EVERY,
    turns_every_s: float = TURNS_EVERY_S,
) -> Iterator[None]:
    """Keep the log within the block, in a thread of its own; what waits at the end of the block gets its leaf too.

    Without `keys` no heads are signed. Any number of processes may do this at once: they take turns. `tell` is told in
    a sentence, perhaps from the thread, when a turn fails and not again before one went well; whatever fails is tried
    again, and no entry is lost by it.
    """
    keeper = _Keeper(engine, clock, keys, tell=tell, heads_every=heads_every)
    stopped = threading.Event()
    thread = threading.Thread(target=keeper.keep, args=(stopped, turns_every_s), name="audit", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        keeper.take_turn()


class _Keeper:
    """Takes turns, and says what fails once."""

    def __init__(
        self, engine: Engine, clock: Clock, keys: KeyService | None, *, tell: Tell, heads_every: timedelta
    ) -> None:
        self._engine, self._clock, self._keys = engine, clock, keys
        self._tell, self._heads_every = tell, heads_every
        self._failing: set[str] = set()
        self._heads_not_before_s = 0.0

    def keep(self, stopped: threading.Event, every_s: float) -> None:
        while not stopped.wait(every_s):
            self.take_turn()

    def take_turn(self) -> None:
        """Give what waits its leaves, and sign a head that is due."""
        if self._try("Entries of the audit log got no place in it", self._number) and self._keys is not None:
            self._sign(self._keys)

    def _number(self) -> None:
        number_all(self._engine)

    def _sign(self, keys: KeyService) -> None:
        if time.monotonic() < self._heads_not_before_s:
            return

        def sign() -> None:
            sign_due_head(self._engine, self._clock, keys, every=self._heads_every)

        if not self._try("No head of the audit log was signed", sign):
            self._heads_not_before_s = time.monotonic() + _HEADS_AGAIN_S

    def _try(self, failure: str, do: Callable[[], None]) -> bool:
        try:
            do()
        except Exception as error:  # noqa: BLE001 - whatever it is, the log is kept on being kept, and it is told
            if failure not in self._failing:
                self._failing.add(failure)
                why = str(error) if isinstance(error, SafelightError) else f"{type(error).__name__}."
                with suppress(Exception):  # whoever is told may be gone
                    self._tell(f"{failure}: {why} No entry is lost by it; it is tried again.")
            return False
        self._failing.discard(failure)
        return True
