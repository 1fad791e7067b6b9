"""`safelight bank add`."""

import os
from typing import Annotated

from cyclopts import Parameter

from safelight.app import Workspace as House
from safelight.banks.entry import NewEntry
from safelight.cli import exit_status
from safelight.cli.options import Workspace
from safelight.cli.signal_text import parse_signal
from safelight.cli.source import source_of
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.errors import UsageError
from safelight.flow.banks import edits as banks
from safelight.flow.banks.from_media import entries_of, is_doubtful
from safelight.flow.batch import scan_all
from safelight.flow.chain import ScanResult
from safelight.hashing.signal import NoSignal, Signal


def add(
    name: str,
    /,
    *pictures: str,
    signal: Annotated[list[str] | None, Parameter(name="--signal", negative="")] = None,
    label: str | None = None,
    label_scheme: str | None = None,
    note: str | None = None,
    reason: str = "",
    workspace: Workspace = None,
) -> int:
    """Add single entries to a bank, by value or from pictures. Exit status: 0, or 2 if a picture gave no signal.

    Parameters
    ----------
    name
        The bank.
    pictures
        Files and folders: each file's digests and PDQ become entries, noted under the file's name.
    signal
        A value, as TYPE:VALUE in hexadecimal; may be given several times.
    label
        The classification, as its source wrote it.
    label_scheme
        The scheme that the label belongs to.
    note
        A note on the entries; for pictures the file's name, unless given.
    reason
        Why; kept in the audit log.
    workspace
        The workspace folder.

    """
    if not pictures and not signal:
        raise UsageError("Nothing to add. Name pictures, or values with --signal TYPE:VALUE.")
    house = open_named(workspace)
    entries = [_entry(parse_signal(text), note, label, label_scheme) for text in signal or []]
    faults = 0
    for result in _hash(house, pictures):
        faults += _tell_faults(result)
        own_note = note or printable(os.path.basename(result.name))
        entries += entries_of(result, note=own_note, label=label, label_scheme=label_scheme)
    counts = banks.add_entries(house.engine, house.clock, house.actor, bank=name, entries=entries, reason=reason)
    Voice().say(f"{counts.added} entries added, {counts.replaced} replaced, {counts.already_there} were there already.")
    return exit_status.of_counts(0, faults)


def _hash(house: House, pictures: tuple[str, ...]) -> list[ScanResult]:
    if not pictures:
        return []
    source = source_of(house, pictures)
    with house.hasher() as hasher:
        return list(scan_all(source.arrivals(), hasher.scan, house.settings.resolved_scan_workers))


def _entry(signal: Signal, note: str | None, label: str | None, label_scheme: str | None) -> NewEntry:
    return NewEntry(
        signal_type=signal.type.value, value=signal.value, label=label, label_scheme=label_scheme, note=note
    )


def _tell_faults(result: ScanResult) -> int:
    """Say of what there is no signal; return 1 if any of it is a fault."""
    absent = [answer for answer in result.answers if isinstance(answer, NoSignal)]
    nothing = " (nothing of it was added)" if is_doubtful(result) else ""
    for answer in absent:
        text = f"{printable(result.name)}: no {answer.type}: {answer.reason}, {answer.detail}{nothing}"
        Voice(stderr=True).say(text)
    return int(any(answer.reason.is_fault for answer in absent))
