"""`safelight why`."""

import os
from typing import Annotated

from cyclopts import Parameter

from safelight.app import Workspace as House
from safelight.cli import exit_status
from safelight.cli.bank_entry import check_entry_id
from safelight.cli.options import Workspace
from safelight.cli.signal_text import parse_signal
from safelight.cli.sink import open_sink
from safelight.cli.source import STANDARD_INPUT, source_of
from safelight.cli.voice import Voice, printable
from safelight.cli.why_record import why_record
from safelight.cli.why_text import why_lines
from safelight.cli.workspace import open_named
from safelight.errors import InvalidValue, NotFound
from safelight.flow.why import Told, of_media, of_signal, with_entry
from safelight.hashing.signal import SignalType
from safelight.intake.sources.interface import Arrival
from safelight.matching.match import Verdict
from safelight.matching.snapshot import Snapshot


def why(
    target: str,
    /,
    *,
    bank: Annotated[list[str] | None, Parameter(name="--bank", negative="")] = None,
    entry: int | None = None,
    threshold: int | None = None,
    json: Annotated[str | None, Parameter(name="--json")] = None,
    workspace: Workspace = None,
) -> int:
    """Explain why a file or a signal matches, or why it does not. Exit status: 0 no match, 1 it matches, 2 not scanned.

    Nothing is recorded, and nothing is counted for the flood guard.

    Parameters
    ----------
    target
        A file, - for standard input, or a signal as TYPE:VALUE (a file of such a name: ./TYPE:VALUE).
    bank
        A bank to match against; may be given several times. Without it: every enabled bank.
    entry
        Explain this entry too, by its number, however far it is and whatever became of it or its bank.
    threshold
        Bits at or under which PDQ matches, instead of the banks' own.
    json
        Write one JSON line to this file (- or nothing for standard output) instead of the text.
    workspace
        The workspace folder.

    """
    if entry is not None:
        check_entry_id(entry)
    house = open_named(workspace)
    with house.standing(bank, threshold=threshold) as snapshot:
        name, told = _of_signal(snapshot, target) if _is_signal(target) else _of_file(house, snapshot, target)
        if entry is not None:
            told = with_entry(house.engine, house.clock, told, entry)
    if json is None:
        for line in why_lines(name, told):
            Voice().say(line)
    else:
        with open_sink(json) as sink:
            sink.append(why_record(name, told))
    return exit_status.of_counts(told.verdict.is_match, told.verdict is Verdict.NOT_SCANNED)


def _is_signal(target: str) -> bool:
    return target.partition(":")[0].lower() in set(SignalType)


def _of_file(house: House, snapshot: Snapshot, target: str) -> tuple[str, Told]:
    arrival = _one_arrival(house, target)
    with house.hasher(workers=1) as hasher:
        told = of_media(snapshot, arrival, clock=house.clock, hashers=hasher.hashers)
    return printable(arrival.name), told


def _of_signal(snapshot: Snapshot, target: str) -> tuple[str, Told]:
    signal = parse_signal(target)
    return f"a {signal.type} value", of_signal(snapshot, signal)


def _one_arrival(house: House, target: str) -> Arrival:
    if target != STANDARD_INPUT:
        if not os.path.lexists(target):
            raise NotFound(f"There is no file {target}. Name a file, - for standard input, or a signal as TYPE:VALUE.")
        if os.path.isdir(target):
            raise InvalidValue(f"{target} is a folder. Name one file of it: an explanation is of one thing.")
    return next(iter(source_of(house, [target]).arrivals()))
