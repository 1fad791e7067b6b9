"""Matching signals by the million: batches in, records out in the same order, an interrupt survived."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from safelight.cli.interrupt import noticing_interrupts
from safelight.cli.progress import show_progress
from safelight.cli.record import match_fields, withheld_fields
from safelight.cli.result_file import Record
from safelight.cli.signal_lines import Lines, parse_lines
from safelight.cli.sink import Sink
from safelight.clock import Clock
from safelight.flow.batch import in_order
from safelight.flow.lookup import Lookup
from safelight.hashing.signal import Signal
from safelight.matching.match import Found


class Answered(NamedTuple):
    """A signal, the line that it stood in (None: on the command line), and what was found."""

    line: int | None
    signal: Signal
    found: Found


@dataclass(slots=True, kw_only=True)
class SignalTally:
    """What a run counted. `fault` is the line that it had to stop at, and why."""

    signals: int = 0
    matched: int = 0
    withheld: int = 0
    fault: str | None = None
    is_interrupted: bool = False

    def count(self, found: Found) -> None:
        """Count one answer."""
        self.signals += 1
        self.matched += bool(found.matches)
        self.withheld += bool(found.withheld)

    def __str__(self) -> str:
        withheld = f", {self.withheld} with something withheld" if self.withheld else ""
        return f"{self.matched} matched{withheld}"


def match_lines(
    lookup: Lookup, batches: Iterable[Lines], tally: SignalTally, *, threads: int, take: Callable[[Answered], None]
) -> None:
    """Match batches of lines, count every answer and hand it to `take`, in the order of the lines.

    It ends before its time at a line that is no signal, or when somebody asks to stop: what comes before is answered.
    """
    with noticing_interrupts() as interrupt, show_progress("signals", None) as meter:
        for answers, fault in in_order(interrupt.until(batches), lambda lines: _answer(lookup, lines), threads):
            for answered in answers:
                tally.count(answered.found)
                take(answered)
            meter.update(tally.signals, str(tally))
            if fault is not None:
                tally.fault = fault
                break
        tally.is_interrupted = interrupt.cut_short


def _answer(lookup: Lookup, lines: Lines) -> tuple[list[Answered], str | None]:
    parsed = parse_lines(lines)
    found = lookup.match_many([signal for _, signal in parsed.signals])
    answers = [Answered(line, signal, each) for (line, signal), each in zip(parsed.signals, found, strict=True)]
    return answers, parsed.fault


def to_signal_record(answered: Answered) -> Record:
    """Return the record of one signal."""
    found = answered.found
    record: Record = {} if answered.line is None else {"line": answered.line}
    record |= {
        "type": answered.signal.type.value,
        "value": answered.signal.value.hex(),
        "matches": [match_fields(each) for each in found.matches],
        "matches_omitted": found.omitted,
    }
    if found.withheld:
        record["withheld"] = [withheld_fields(each) for each in found.withheld]
        record["withheld_omitted"] = found.withheld_omitted
    return record


def finish_signals(sink: Sink, tally: SignalTally, lookup: Lookup, clock: Clock) -> None:
    """Write the summary: counts, whether the end was reached, and at which line it stopped if not."""
    summary: Record = {
        "is_complete": not (tally.is_interrupted or tally.fault),
        "signals": tally.signals,
        "matched": tally.matched,
        "withheld": tally.withheld,
        "against": lookup.snapshot.stamp,
        "finished_at": clock.now().isoformat(),
    }
    sink.finish(summary | ({"stopped_at": tally.fault} if tally.fault else {}))
