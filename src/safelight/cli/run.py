"""Running a scan from the command line: arrivals in, records out, counts shown, an interrupt survived."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from safelight.app import Scanner
from safelight.cli.interrupt import Interrupt, noticing_interrupts
from safelight.cli.progress import is_live, show_progress
from safelight.cli.record import name_of, to_record
from safelight.cli.result_file import Record, ResultFile, rewrite
from safelight.cli.resume import require_same_kind, still_good
from safelight.cli.sink import STANDARD_OUTPUT, LineSink, Nowhere, Sink
from safelight.cli.tally import Tally
from safelight.errors import UsageError
from safelight.flow.banks.flood_watch import Quarantined
from safelight.flow.batch import scan_all
from safelight.flow.chain import ScanResult
from safelight.intake.sources.interface import Arrival, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run: what to scan, by what, and where the records go. `show` is told each result that no file takes."""

    source: Source
    scanner: Scanner
    threads: int
    out: str | None
    is_resumed: bool
    show: Callable[[ScanResult], None]

    @property
    def is_matched(self) -> bool:
        """Whether anything is matched, or only hashed."""
        return self.scanner.snapshot is not None

    @property
    def against(self) -> str:
        """What is searched now: results that were found against something else are stale."""
        return self.scanner.snapshot.stamp if self.scanner.snapshot else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended: what it counted, whether it reached the end, and which entries flooded meanwhile."""

    tally: Tally
    is_complete: bool
    quarantined: tuple[Quarantined, ...]


def run_job(job: Job) -> Outcome:
    """Scan every arrival, and say how that ended.

    On an interrupt what is at hand is finished, and what was found is kept with a summary that says it is not complete.
    """
    tally, done, started_at = Tally(job.against), set[bytes](), job.scanner.clock.now()
    with _open_sink(job, tally, done) as sink, noticing_interrupts() as interrupt:
        is_complete = _scan_into(job, sink, tally, done, interrupt)
        outcome = Outcome(tally=tally, is_complete=is_complete, quarantined=job.scanner.settle())
        sink.finish(_summary(job, outcome, started_at))
        return outcome


def _scan_into(job: Job, sink: Sink, tally: Tally, done: set[bytes], interrupt: Interrupt) -> bool:
    """Scan until the end (True) or an interrupt (False): no more arrivals are taken then."""
    is_counted = is_live() and job.out != STANDARD_OUTPUT
    total = sum(1 for _ in interrupt.until(job.source.arrivals())) if is_counted else None
    due = (arrival for arrival in job.source.arrivals() if _is_due(arrival, job.out, done))
    with show_progress("files", total) as meter:
        for result in scan_all(interrupt.until(due), job.scanner.scan, job.threads):
            record = to_record(result, is_matched=job.is_matched)
            sink.append(record)
            tally.count(record)
            job.scanner.count(result)  # only now: what is not written down is scanned, and counted, again
            if job.out is None:
                job.show(result)
            meter.update(tally.files, str(tally) if job.is_matched else "")
    return not interrupt.cut_short


@contextmanager
def _open_sink(job: Job, tally: Tally, done: set[bytes]) -> Iterator[Sink]:
    if job.is_resumed and job.out in {None, STANDARD_OUTPUT}:
        raise UsageError("--resume goes on with a result file: name it with --json OUT.")
    if job.out is None:
        yield Nowhere()
    elif job.out == STANDARD_OUTPUT:
        yield LineSink()
    else:
        path = Path(job.out)
        is_there = os.path.lexists(path)
        if job.is_resumed and is_there:
            require_same_kind(path, is_matched=job.is_matched)
            kept = still_good(path, is_matched=job.is_matched, against=job.against)
            rewrite(path, _once_each(kept, tally, done))
        with ResultFile(path, is_new=not (job.is_resumed and is_there)) as sink:
            yield sink


def _once_each(records: Iterator[Record], tally: Tally, done: set[bytes]) -> Iterator[Record]:
    """Yield the first record of each file, counted and noted as done."""
    for record in records:
        key = _key(name_of(record))
        if key not in done:
            done.add(key)
            tally.count(record)
            tally.resumed += 1
            yield record


def _is_due(arrival: Arrival, out: str | None, done: set[bytes]) -> bool:
    """Whether an arrival is still to be scanned: neither done already nor the result file itself."""
    if _key(arrival.name) in done:
        return False
    if out in {None, STANDARD_OUTPUT}:
        return True
    written = os.fsencode(str(out))
    return os.path.basename(arrival.name) != os.path.basename(written) or (
        os.path.realpath(os.path.dirname(arrival.name)) != os.path.realpath(os.path.dirname(written))
    )


def _key(name: bytes) -> bytes:
    return hashlib.blake2b(name, digest_size=16).digest()


def _summary(job: Job, outcome: Outcome, started_at: datetime) -> Record:
    flooding: Record = {}
    if job.is_matched:
        flooding["quarantined"] = [{"bank": each.bank_name, "entry": each.entry_id} for each in outcome.quarantined]
    return {
        "is_complete": outcome.is_complete,
        **outcome.tally.as_record(is_matched=job.is_matched),
        **flooding,
        "against": outcome.tally.against,
        "started_at": started_at.isoformat(),
        "finished_at": job.scanner.clock.now().isoformat(),
    }
