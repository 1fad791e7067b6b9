"""Running a scan from the command line: arrivals in, records out, counts shown, an interrupt survived."""

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from safelight.app import Scanner, file_stamp
from safelight.cli.interrupt import Interrupt, noticing_interrupts
from safelight.cli.progress import is_live, show_progress
from safelight.cli.record import is_sound, name_of, to_record
from safelight.cli.result_file import Record, ResultFile, read_first, read_records, rewrite, to_line
from safelight.cli.tally import Tally
from safelight.errors import InvalidValue, UsageError
from safelight.flow.batch import scan_all
from safelight.flow.chain import ScanResult
from safelight.hashing.signal import Reason
from safelight.intake.sources.interface import Arrival, Source, Stamp
from safelight.matching.match import Verdict

STANDARD_OUTPUT = "-"


class Sink(Protocol):
    """Takes records."""

    def append(self, record: Record) -> None:
        """Take one record."""
        ...

    def finish(self, summary: Record) -> None:
        """Take the summary, which is the last."""
        ...


class LineSink:
    """JSON Lines on standard output."""

    def append(self, record: Record) -> None:
        """Write one line."""
        sys.stdout.buffer.write(to_line(record))

    def finish(self, summary: Record) -> None:
        """Write the summary and make sure that it left."""
        self.append({"summary": True} | summary)
        sys.stdout.buffer.flush()


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
        """What is searched: results that were found against something else are stale."""
        return self.scanner.snapshot.stamp if self.scanner.snapshot else ""


def run_job(job: Job) -> tuple[Tally, bool]:
    """Scan every arrival and return the counts, and whether the end was reached.

    On an interrupt what is at hand is finished, and what was found is kept with a summary that says it is not complete.
    """
    tally, done, started_at = Tally(), set[bytes](), job.scanner.clock.now()
    with _open_sink(job, tally, done) as sink, noticing_interrupts() as interrupt:
        is_complete = _scan_into(job, sink, tally, done, interrupt)
        sink.finish(_summary(job, tally, started_at, is_complete=is_complete))
        return tally, is_complete


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
            if job.out is None:
                job.show(result)
            meter.update(tally.files, str(tally) if job.is_matched else "")
    return not interrupt.cut_short


@contextmanager
def _open_sink(job: Job, tally: Tally, done: set[bytes]) -> Iterator[Sink]:
    if job.is_resumed and job.out in {None, STANDARD_OUTPUT}:
        raise UsageError("--resume goes on with a result file: name it with --json OUT.")
    if job.out is None:
        yield _Nowhere()
    elif job.out == STANDARD_OUTPUT:
        yield LineSink()
    else:
        path = Path(job.out)
        is_there = os.path.lexists(path)
        if job.is_resumed and is_there:
            _require_same_kind(path, job)
            rewrite(path, _still_good(path, job, tally, done))
        with ResultFile(path, is_new=not (job.is_resumed and is_there)) as sink:
            yield sink


class _Nowhere:
    def append(self, record: Record) -> None:
        pass

    def finish(self, summary: Record) -> None:
        pass


def _require_same_kind(path: Path, job: Job) -> None:
    """Raise InvalidValue unless the file holds nothing, or results of the same command."""
    try:
        first = read_first(path)
    except OSError as error:
        raise InvalidValue(f"{path} cannot be resumed: {error.strerror}.") from error
    if first is not None and _is_of_scan(first) != job.is_matched:
        other, this = ("hash", "scan") if job.is_matched else ("scan", "hash")
        raise InvalidValue(f"{path} holds the results of `{other}`, not of `{this}`; it was left as it is.")


def _is_of_scan(record: Record) -> bool:
    return "verdict" in record or Verdict.NEAR.value in record


def _still_good(path: Path, job: Job, tally: Tally, done: set[bytes]) -> Iterator[Record]:
    """Yield the records that need no second look, the first of each file.

    - They are of the same banks, and their file is as it was.
    - What failed for want of time, memory or rights, or because a worker crashed, is tried again.
    - A match is kept though its file is gone: a finding is not lost because somebody moved the file away.
    """
    for record in read_records(path):
        if not is_sound(record, is_matched=job.is_matched) or record.get("against", "") != job.against:
            continue
        name = name_of(record)
        if _key(name) in done or not _needs_no_second_look(record, file_stamp(name)):
            continue
        done.add(_key(name))
        tally.count(record)
        tally.resumed += 1
        yield record


def _needs_no_second_look(record: Record, now: Stamp | None) -> bool:
    if now is None:
        is_gone = Verdict(record.get("verdict", Verdict.NOT_SCANNED.value)).is_match and "size_bytes" in record
        record |= {"is_gone": True} if is_gone else {}
        return is_gone
    reasons = {answer["reason"] for answer in record["signals"] if "reason" in answer}
    return _stamp_of(record) == now and not reasons & _TRIED_AGAIN


_TRIED_AGAIN = {Reason.TIMED_OUT, Reason.CRASHED, Reason.REFUSED, Reason.TOO_LARGE}


def _stamp_of(record: Record) -> Stamp | None:
    if "size_bytes" not in record:
        return None
    return Stamp(size_bytes=record["size_bytes"], changed_ns=record["changed_ns"])


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


def _summary(job: Job, tally: Tally, started_at: datetime, *, is_complete: bool) -> Record:
    return {
        "is_complete": is_complete,
        **tally.as_record(is_matched=job.is_matched),
        "against": job.against,
        "started_at": started_at.isoformat(),
        "finished_at": job.scanner.clock.now().isoformat(),
    }
