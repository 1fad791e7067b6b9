"""`safelight match`."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from safelight.cli import exit_status
from safelight.cli.match_run import (
    Answered,
    SignalTally,
    finish_signals,
    match_lines,
    to_signal_record,
)
from safelight.cli.options import Workspace
from safelight.cli.reasons import withheld_words
from safelight.cli.signal_lines import Lines, open_lines, read_lines
from safelight.cli.signal_text import parse_signal
from safelight.cli.sink import STANDARD_OUTPUT, Sink, open_sink
from safelight.cli.voice import Voice, warn
from safelight.cli.workspace import open_named
from safelight.errors import InvalidValue, UsageError
from safelight.settings import MOST_WORKERS


def match(
    *signals: str,
    bank: Annotated[list[str] | None, Parameter(name="--bank", negative="")] = None,
    threshold: int | None = None,
    file: Path | None = None,
    json: Annotated[str | None, Parameter(name="--json")] = None,
    workers: int | None = None,
    workspace: Workspace = None,
) -> int:
    """Match signals, without their media, against banks. Exit status: 0 no match, 1 matched.

    A bare PDQ value has one orientation only: a turned or mirrored copy is found by its media, not by its value.
    Nothing is counted for the flood guard: a signal is no media that arrived.

    Parameters
    ----------
    signals
        Each as TYPE:VALUE, the value in hexadecimal, like md5:0123… or pdq:89ab…
    bank
        A bank to match against; may be given several times. Without it: every enabled bank.
    threshold
        Bits at or under which PDQ matches, instead of the banks' own.
    file
        Read signals from this file, by the million if need be, one `type value` or `type:value` a line (- for standard
        input). It is read as it is matched; a line that is no signal ends it, and is named.
    json
        Write one JSON line a signal, in their order, and a summary, to this file (- or nothing for standard output).
    workers
        Threads that match; without it as the settings say.
    workspace
        The workspace folder.

    """
    asked = [parse_signal(text) for text in signals]
    if not asked and file is None:
        raise UsageError("No signal to match. Name some: safelight match pdq:VALUE, or --file PATH")
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise InvalidValue(f"There are 1 to {MOST_WORKERS} workers, not {workers}.")
    house = open_named(workspace)
    tally, threads = SignalTally(), workers or house.settings.resolved_scan_workers
    with (
        _batches(file) as batches,
        house.lookup(bank, threshold=threshold, tell=warn) as lookup,
        open_sink(json) as sink,
    ):
        take = partial(_take, sink=sink if json else None, is_many=file is not None)
        for signal in asked:
            answered = Answered(None, signal, lookup.match(signal))
            tally.count(answered.found)
            take(answered)
        match_lines(lookup, batches, tally, threads=threads, take=take)
        finish_signals(sink, tally, lookup, house.clock)
    _close(file, json, tally)
    return exit_status.INTERRUPTED if tally.is_interrupted else exit_status.of_counts(tally.matched, 0)


@contextmanager
def _batches(file: Path | None) -> Iterator[Iterator[Lines]]:
    if file is None:
        yield iter(())
        return
    with open_lines(file) as opened:
        yield read_lines(opened)


def _take(answered: Answered, *, sink: Sink | None, is_many: bool) -> None:
    """Write a record, or show an answer; of many signals only the hits are shown."""
    if sink is not None:
        sink.append(to_signal_record(answered))
        return
    found, kind = answered.found, answered.signal.type
    place = "" if answered.line is None else f"line {answered.line}: "
    for each in found.matches:
        Voice().say(
            f"{place}{kind} {each.kind.value}: distance {each.distance} of {each.threshold} allowed, "
            f"{each.bank_name} entry {each.entry_id} {each.label} {each.entry_note}"
        )
    for held in found.withheld:
        Voice().say(f"{place}{kind} {withheld_words(held)}")
    if not (found.matches or found.withheld or is_many):
        Voice().say(f"{kind} no known match")


def _close(file: Path | None, json: str | None, tally: SignalTally) -> None:
    """Say how it ended. Raises InvalidValue for a line that is no signal, UsageError if there was no signal at all."""
    if tally.fault is not None:
        raise InvalidValue(
            f"{file}, {tally.fault} The {tally.signals} signals before it were matched ({tally}), and none after. "
            "Correct the line, and match the file again from there on."
        )
    if tally.is_interrupted:
        warn(f"Stopped after {tally.signals} signals: {tally}.")
    elif not tally.signals:
        raise UsageError(f"{file} holds no signal: nothing was matched.")
    elif file is not None:
        Voice(stderr=json == STANDARD_OUTPUT).say(f"{tally.signals} signals: {tally}.")
