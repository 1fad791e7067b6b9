"""A run over batches counts every answer once, in order, and stops where it must."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from safelight.cli.match_run import Answered, SignalTally, finish_signals, match_lines, to_signal_record
from safelight.cli.result_file import Record
from safelight.cli.signal_lines import Lines
from safelight.clock import FixedClock
from safelight.flow.lookup import Lookup
from safelight.hashing.signal import Signal, SignalType
from safelight.matching.match import NOTHING_FOUND, Found


class _Lookup:
    """Finds nothing, and takes note of what it was asked."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def match_many(self, signals: list[Signal]) -> list[Found]:
        self.asked += [signal.value for signal in signals]
        return [NOTHING_FOUND for _ in signals]

    snapshot = SimpleNamespace(stamp="bank@1")


class _Sink:
    def __init__(self) -> None:
        self.summary: Record = {}

    def append(self, record: Record) -> None:
        """Take nothing."""

    def finish(self, summary: Record) -> None:
        self.summary = summary


def _batches(count: int, taken: list[int], bad: int | None = None) -> Iterator[Lines]:
    for number in range(count):
        taken.append(number)
        lines = [b"md5 " + f"{number * 2 + place:032x}".encode() for place in range(2)]
        yield Lines(first=number * 2 + 1, lines=[lines[0], b"bad"] if number == bad else lines)


def _run(batches: Iterator[Lines], lookup: _Lookup, threads: int = 2) -> tuple[SignalTally, list[int | None]]:
    tally, lines = SignalTally(), list[int | None]()
    match_lines(cast("Lookup", lookup), batches, tally, threads=threads, take=lambda each: lines.append(each.line))
    return tally, lines


@pytest.mark.parametrize("threads", [1, 4])
def test_every_line_is_answered_in_order(threads: int) -> None:
    tally, lines = _run(_batches(50, []), _Lookup(), threads)
    assert lines == list(range(1, 101))
    assert (tally.signals, tally.fault, tally.is_interrupted) == (100, None, False)


def test_after_a_line_that_is_no_signal_nothing_is_read_that_was_not_in_hand() -> None:
    taken: list[int] = []
    tally, lines = _run(_batches(1_000, taken, bad=5), _Lookup())
    assert lines == list(range(1, 12))
    assert tally.fault is not None
    assert tally.fault.startswith("line 12")
    assert len(taken) < 20


def test_the_summary_says_whether_the_end_was_reached(clock: FixedClock) -> None:
    for tally, is_complete in (
        (SignalTally(signals=3, matched=1), True),
        (SignalTally(is_interrupted=True), False),
        (SignalTally(fault="line 3: bad"), False),
    ):
        sink = _Sink()
        finish_signals(sink, tally, cast("Lookup", _Lookup()), clock)
        assert sink.summary["is_complete"] is is_complete
        assert sink.summary["against"] == "bank@1"
        assert sink.summary.get("stopped_at") == tally.fault


def test_a_record_has_its_line_only_if_it_stood_in_one() -> None:
    signal = Signal(type=SignalType.MD5, value=bytes(16))
    told: dict[str, Any] = to_signal_record(Answered(7, signal, NOTHING_FOUND))
    assert told == {"line": 7, "type": "md5", "value": "0" * 32, "matches": [], "matches_omitted": 0}
    assert "line" not in to_signal_record(Answered(None, signal, NOTHING_FOUND))
