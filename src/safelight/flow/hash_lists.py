"""Hash lists in and out of banks. An import is all or nothing in its effect and never keeps other writers waiting.

Read and check every line (no transaction) → store the distinct entries unseen (many small transactions) → publish them
(one row changes). Whatever breaks off before the last step leaves nothing that counts.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from safelight.banks import queries, steps
from safelight.banks.batch import Batch, Counts, Origin, runner_of
from safelight.banks.collation import Collation, chunks
from safelight.banks.entry import Entry
from safelight.banks.exchanges.interface import ListReader, ListWriter
from safelight.banks.list_text import ListText
from safelight.banks.pace import Pace
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.roles import Actor

_LINES_BETWEEN_REPORTS = 5_000
_HEARTBEAT_EVERY_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """How far an import has come: first every line is read and checked, then every distinct entry is stored.

    `bytes_total` is None for a list that is not a file; `entries_total` is 0 until the list has been read.
    """

    lines_read: int
    bytes_read: int
    bytes_total: int | None
    entries_done: int
    entries_total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the person who imports a list knows of it.

    `expected` is how many entries it has at least; `accepts_unfinished_line` says that a last line without its line end
    is whole.
    """

    expected: int | None = None
    accepts_unfinished_line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSummary:
    """What an import did, and the longest time in seconds that it kept other writers waiting."""

    lines: int
    counts: Counts
    longest_transaction_s: float


OnProgress = Callable[[ImportProgress], None]


def import_list(
    engine: Engine,
    clock: Clock,
    actor: Actor,
    *,
    bank: str,
    file: BinaryIO,
    name: str,
    reader: ListReader,
    options: ImportOptions | None = None,
    on_progress: OnProgress | None = None,
) -> ImportSummary:
    """Import a list into a bank; `name` is what its entries say they come from (a file's name, not its path).

    Raises `ListRefused` for a list that is malformed or incomplete, `ImportRunning`, or `NotFound`. After any of these,
    an interruption or a crash, the bank is as it was.
    """
    sweep_dead_imports(engine, clock, actor)
    origin = Origin(name=name, format=reader.format)
    with write(engine) as tx:
        bank_id = queries.find_bank(tx, bank).id
        runner = runner_of(os.getpid())
        batch_id = steps.begin_import(tx, clock, actor, bank_id=bank_id, origin=origin, runner=runner)
    options = options or ImportOptions()
    text = ListText(file, accepts_unfinished_line=options.accepts_unfinished_line)
    try:
        with Collation.scratch() as scratch:
            collation = Collation(scratch)
            run = _Import(
                engine,
                clock,
                bank_id=bank_id,
                batch_id=batch_id,
                text=text,
                collation=collation,
                on_progress=on_progress or (lambda _: None),
            )
            run.gather(reader, options)
            run.stage()
        with write(engine) as tx:
            steps.publish_import(tx, clock, actor, bank_id=bank_id, batch_id=batch_id, counts=run.counts)
    except BaseException as error:
        _abandon(engine, clock, actor, batch_id, reason=f"broken off: {type(error).__name__}")
        raise
    return ImportSummary(lines=text.lines_read, counts=run.counts, longest_transaction_s=run.pace.longest_s)


def sweep_dead_imports(engine: Engine, clock: Clock, actor: Actor) -> int:
    """Undo the imports that will never go on, and clear away what abandoned ones left; return how many were dead."""
    with read(engine) as tx:
        dead = queries.dead_imports(tx, now=clock.now(), here=runner_of(os.getpid()))
        uncleared = queries.uncleared_imports(tx)
    for batch in dead:
        _abandon(engine, clock, actor, batch.id, reason="dead: no sign of life")
    for batch in uncleared:
        _clear(engine, batch)
    return len(dead)


def export_bank(
    engine: Engine, clock: Clock, actor: Actor, *, bank: str, writer: ListWriter, file: TextIO, reason: str = ""
) -> int:
    """Write every entry of a bank to a file, as the bank was at one moment; return how many. Raises `NotFound`.

    That a copy was taken is recorded before the first line is written.
    """
    with write(engine) as tx:
        bank_id = queries.find_bank(tx, bank).id
        steps.note_export(tx, clock, actor, bank_id=bank_id, list_format=writer.format, reason=reason)
    count = 0

    def counted(tx: Tx) -> Iterator[Entry]:
        nonlocal count
        for entry in queries.stream_entries(tx, bank_id):
            count += 1
            yield entry

    with read(engine) as tx:
        file.writelines(writer.write(counted(tx)))
    return count


class _Import:
    """One import while it runs."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        *,
        bank_id: int,
        batch_id: int,
        text: ListText,
        collation: Collation,
        on_progress: OnProgress,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._bank_id = bank_id
        self._batch_id = batch_id
        self._text = text
        self._collation = collation
        self._on_progress = on_progress
        self._entries_done = 0
        self._heard_at = time.monotonic()
        self._stored = Counts()
        self.pace = Pace()

    @property
    def counts(self) -> Counts:
        """What the import did up to now."""
        return self._stored + Counts(duplicates=self._collation.duplicates)

    def gather(self, reader: ListReader, options: ImportOptions) -> None:
        """Read and check every line."""
        self._collation.gather(reader.read(self._watched_lines()))
        if options.expected is not None:
            self._collation.require_at_least(options.expected)
        self._report()

    def stage(self) -> None:
        """Store every distinct entry, unseen."""
        for chunk in chunks(self._collation.distinct_rows(self._give_sign_of_life), self.pace):
            # Asked outside the write transaction: while this import holds the bank, nobody else adds to it.
            with read(self._engine) as tx:
                comparison = queries.compare_rows(tx, self._bank_id, chunk)
            with write(self._engine) as tx:
                self.pace.began()
                steps.stage_entries(
                    tx, self._clock, bank_id=self._bank_id, batch_id=self._batch_id, comparison=comparison
                )
            self.pace.ended()
            self._stored += comparison.counts
            self._entries_done += len(chunk)
            self._report()

    def _watched_lines(self) -> Iterator[str]:
        for number, line in enumerate(self._text, start=1):
            yield line
            if number % _LINES_BETWEEN_REPORTS == 0:
                self._report()
                self._give_sign_of_life()

    def _give_sign_of_life(self) -> None:
        if time.monotonic() - self._heard_at > _HEARTBEAT_EVERY_S:
            self._heard_at = time.monotonic()
            with write(self._engine) as tx:
                steps.keep_alive(tx, self._clock, batch_id=self._batch_id)

    def _report(self) -> None:
        self._on_progress(
            ImportProgress(
                lines_read=self._text.lines_read,
                bytes_read=self._text.bytes_read,
                bytes_total=self._text.size_bytes,
                entries_done=self._entries_done,
                entries_total=self._collation.entries,
            )
        )


def _abandon(engine: Engine, clock: Clock, actor: Actor, batch_id: int, *, reason: str) -> None:
    with write(engine) as tx:
        batch = queries.find_import(tx, batch_id)
        if batch is None or not steps.abandon_import(tx, clock, actor, batch=batch, reason=reason):
            return
    _clear(engine, batch)


def _clear(engine: Engine, batch: Batch) -> None:
    pace = Pace()
    for limit in pace:
        with write(engine) as tx:
            pace.began()
            is_clear = steps.clear_import(tx, batch_id=batch.id, limit=limit)
        pace.ended()
        if is_clear:
            return
