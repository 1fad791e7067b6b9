"""`safelight match`."""

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from safelight.cli import exit_status
from safelight.cli.options import Workspace
from safelight.cli.record import match_fields
from safelight.cli.result_file import Record, ResultFile
from safelight.cli.signal_text import parse_signal
from safelight.cli.sink import STANDARD_OUTPUT, LineSink
from safelight.cli.voice import Voice
from safelight.cli.workspace import open_named
from safelight.errors import InvalidValue, NotFound, UsageError
from safelight.flow.chain import match_signal
from safelight.hashing.signal import Signal
from safelight.matching.match import Found


def match(
    *signals: str,
    bank: Annotated[list[str] | None, Parameter(name="--bank", negative="")] = None,
    threshold: int | None = None,
    file: Path | None = None,
    json: Annotated[str | None, Parameter(name="--json")] = None,
    workspace: Workspace = None,
) -> int:
    """Match signals, without their media, against banks. Exit status: 0 no match, 1 matched.

    A bare PDQ value has one orientation only: a turned or mirrored copy is found by its media, not by its value.

    Parameters
    ----------
    signals
        Each as TYPE:VALUE, the value in hexadecimal, like md5:0123… or pdq:89ab…
    bank
        A bank to match against; may be given several times. Without it: every enabled bank.
    threshold
        Bits at or under which PDQ matches, instead of the banks' own.
    file
        Read signals from this file, one `type value` or `type:value` a line (- for standard input).
    json
        Write one JSON line a signal to this file (- or nothing for standard output).
    workspace
        The workspace folder.

    """
    asked = [parse_signal(text) for text in signals] + _read(file)
    if not asked:
        raise UsageError("No signal to match. Name some: safelight match pdq:VALUE, or --file PATH")
    house = open_named(workspace)
    snapshot = house.snapshot(bank, threshold=threshold)
    matched = 0
    with _open_out(json) as out:
        for signal in asked:
            found = match_signal(snapshot, signal)
            matched += bool(found.matches)
            if out is None:
                _show(signal, found)
            else:
                out.append(_record(signal, found))
    return exit_status.of_counts(matched, 0)


def _open_out(json: str | None) -> AbstractContextManager[ResultFile | LineSink | None]:
    if json is None or json == STANDARD_OUTPUT:
        return nullcontext(LineSink() if json else None)
    return ResultFile(Path(json), is_new=True)


def _read(file: Path | None) -> list[Signal]:
    if file is None:
        return []
    return [parse_signal(line) for line in _text(file).splitlines() if line.strip()]


def _text(file: Path) -> str:
    if str(file) == "-":
        if sys.stdin is None:
            raise InvalidValue("Standard input is closed: there is nothing to read.")
        return sys.stdin.read()
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise NotFound(f"The file {file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InvalidValue(f"{file} is not text in UTF-8.") from error


def _record(signal: Signal, found: Found) -> Record:
    return {
        "type": signal.type.value,
        "value": signal.value.hex(),
        "matches": [match_fields(each) for each in found.matches],
        "matches_omitted": found.omitted,
    }


def _show(signal: Signal, found: Found) -> None:
    if not found.matches:
        Voice().say(f"{signal.type} no known match")
    for each in found.matches:
        Voice().say(
            f"{signal.type} {each.kind.value}: distance {each.distance} of {each.threshold} allowed, "
            f"{each.bank_name} entry {each.entry_id} {each.label} {each.entry_note}"
        )
