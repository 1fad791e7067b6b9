"""Hash lists in and out of banks. An import is all or nothing in its effect and never keeps other writers waiting.

Read and check every line (no transaction) → store the distinct entries unseen (many small transactions) → publish them
(one row changes). Whatever breaks off before the last step leaves nothing that counts.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from safelight.banks import queries, steps
from safelight.banks.bank import Bank
from safelight.banks.batch import Batch, Counts, Origin, runner_of
from safelight.banks.collation import Collation, chunks
from safelight.banks.exchanges.interface import ListHead, ListReader, ListWriter
from safelight.banks.list_source import ListSource
from safelight.banks.pace import Pace
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.errors import ListRefused
from safelight.roles import Actor

_HEARTBEAT_EVERY_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """How far an import has come: first every line is read and checked, then every distinct entry is stored.

    `lines_read` counts the entries of a dump. `bytes_total` is None for a list that is not a file; `entries_total` is
    0 until the list has been read.
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
    is whole. `accepts_other_kind` says that a list written from an allow-list is meant for an ordinary bank, or the
    reverse.
    """

    expected: int | None = None
    accepts_unfinished_line: bool = False
    accepts_other_kind: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSummary:
    """What an import did, and the longest time in seconds that it kept other writers waiting.

    `head` is what the list says of the bank it was written from, if it does; none of that is applied.
    """

    lines: int
    counts: Counts
    longest_transaction_s: float
    head: ListHead | None = None


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
        found = queries.find_bank(tx, bank)
        bank_id = found.id
        runner = runner_of(os.getpid())
        batch_id = steps.begin_import(tx, clock, actor, bank_id=bank_id, origin=origin, runner=runner)
    options = options or ImportOptions()
    # Which kind it is stays until the import ends: an allow-list is not made, nor ended, while one runs.
    check_head = None if options.accepts_other_kind else partial(_require_same_kind, found)
    try:
        with Collation.scratch() as scratch:
            run = _Import(
                engine,
                clock,
                bank_id=bank_id,
                batch_id=batch_id,
                collation=Collation(scratch, unit=reader.unit, check_head=check_head),
                file=file,
                options=options,
                on_progress=on_progress or (lambda _: None),
            )
            run.gather(reader)
            run.stage()
        with write(engine) as tx:
            steps.publish_import(tx, clock, actor, bank_id=bank_id, batch_id=batch_id, counts=run.counts)
    except BaseException as error:
        _abandon(engine, clock, actor, batch_id, reason=f"broken off: {type(error).__name__}")
        raise
    return run.summary()


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
    engine: Engine, clock: Clock, actor: Actor, *, bank: str, writer: ListWriter, file: BinaryIO, reason: str = ""
) -> int:
    """Write every entry of a bank to a file, as the bank was at one moment; return how many. Raises `NotFound`.

    That a copy was taken is recorded before the first byte is written.
    """
    _note_export(engine, clock, actor, bank=bank, writer=writer, reason=reason)
    with read(engine) as tx:
        head, pieces = _written(tx, clock, bank, writer)
        file.writelines(pieces)
    return sum(head.counts.values())


def export_pieces(
    engine: Engine, clock: Clock, actor: Actor, *, bank: str, writer: ListWriter, reason: str = ""
) -> Iterator[bytes]:
    """Give the same, piece by piece; whoever takes them takes them from one thread and soon: a transaction is open.

    Raises as `export_bank`, with the first piece.
    """
    _note_export(engine, clock, actor, bank=bank, writer=writer, reason=reason)
    with read(engine) as tx:
        yield from _written(tx, clock, bank, writer)[1]


def _note_export(engine: Engine, clock: Clock, actor: Actor, *, bank: str, writer: ListWriter, reason: str) -> None:
    with write(engine) as tx:
        bank_id = queries.find_bank(tx, bank).id
        steps.note_export(tx, clock, actor, bank_id=bank_id, list_format=writer.format, reason=reason)


def _written(tx: Tx, clock: Clock, bank: str, writer: ListWriter) -> tuple[ListHead, Iterator[bytes]]:
    found = queries.find_bank(tx, bank)
    head = ListHead(
        bank=found.name,
        is_allow_list=found.is_allow_list,
        written_at=clock.now(),
        counts=queries.count_entries(tx, found.id),
        thresholds=found.thresholds,
    )
    return head, writer.write(queries.stream_entries(tx, found.id), head)


def _require_same_kind(bank: Bank, head: ListHead) -> None:
    if head.is_allow_list == bank.is_allow_list:
        return
    if head.is_allow_list:
        raise ListRefused(
            f"The list was written from an allow-list, and {bank.name} is an ordinary bank: what is harmless would "
            "match. Nothing was taken. Import it into an allow-list; if it is meant so, say --other-kind."
        )
    raise ListRefused(
        f"The list was written from a bank whose entries match, and {bank.name} is an allow-list: its entries would "
        "hide matches. Nothing was taken. Import it into an ordinary bank; if it is meant so, say --other-kind."
    )


class _Import:
    """One import while it runs."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        *,
        bank_id: int,
        batch_id: int,
        collation: Collation,
        file: BinaryIO,
        options: ImportOptions,
        on_progress: OnProgress,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._bank_id = bank_id
        self._batch_id = batch_id
        self._collation = collation
        self._options = options
        self._source = ListSource(
            file, accepts_unfinished_line=options.accepts_unfinished_line, on_read=self._report_reading
        )
        self._on_progress = on_progress
        self._entries_done = 0
        self._heard_at = time.monotonic()
        self._stored = Counts()
        self.pace = Pace()

    @property
    def counts(self) -> Counts:
        """What the import did up to now."""
        return self._stored + Counts(duplicates=self._collation.duplicates)

    def summary(self) -> ImportSummary:
        """Return what the import did, once it is done."""
        return ImportSummary(
            lines=self._source.items_read,
            counts=self.counts,
            longest_transaction_s=self.pace.longest_s,
            head=self._collation.head,
        )

    def gather(self, reader: ListReader) -> None:
        """Read and check every line."""
        self._collation.gather(reader.read(self._source))
        if self._options.expected is not None:
            self._collation.require_at_least(self._options.expected)
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

    def _report_reading(self) -> None:
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
                lines_read=self._source.items_read,
                bytes_read=self._source.bytes_read,
                bytes_total=self._source.size_bytes,
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
