"""`safelight demo`: the main job on benign pictures, in a folder that is thrown away."""

import os
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from safelight.app import Workspace, create_workspace, open_workspace
from safelight.banks.entry import NewEntry
from safelight.cli import exit_status
from safelight.cli.demo_service import show_service
from safelight.cli.reasons import tell_reasons
from safelight.cli.source import source_of
from safelight.cli.voice import Voice
from safelight.flow.banks import edits as banks
from safelight.flow.batch import scan_all
from safelight.flow.chain import ScanResult
from safelight.hashing.pdq import which_flavour
from safelight.hashing.signal import Signal
from safelight.intake.sources.interface import Source
from safelight.settings import FILE_NAME
from safelight.testing.demo_media import InboxPicture, write_bank_pictures, write_inbox
from safelight.web.listening import Address, bound_port, listen

BANK = "demo"
_READ_TWICE_PERCENT = 40
_WIDTH = 200  # no line is folded, however narrow the terminal says it is


def demo(
    *,
    once: Annotated[
        bool, Parameter(help="Exit once the console is open, instead of leaving it open.", negative="")
    ] = False,
) -> int:
    """Build a bank of benign pictures, scan an inbox of altered copies and unrelated pictures, and show the verdicts.

    Then the service starts, is sent one of the copies over HTTP, and shows its console, with cases of painted pictures,
    until Ctrl-C. Everything happens in a temporary folder that is removed at the end. Exit status: 0 if every altered
    copy was found and nothing else, 70 if not.
    """
    voice = Voice(width=_WIDTH)
    with (
        tempfile.TemporaryDirectory(prefix="safelight-demo-") as folder,
        _new_house(Path(folder, "workspace")) as house,
    ):
        bank_pictures = write_bank_pictures(Path(folder, "bank"))
        inbox = write_inbox(Path(folder, "inbox"))
        _fill_bank(house, Path(folder, "bank"), {picture.path.name: picture.name for picture in bank_pictures})
        voice.print(f"A bank of {len(bank_pictures)} benign pictures, an inbox of {len(inbox)} files:", soft_wrap=True)
        all_right = _report(voice, inbox, _scan(house, Path(folder, "inbox")))
        copy = next(picture for picture in inbox if picture.expected is not None)
        answer = show_service(voice, house, copy, stays=not once)
    if not once:
        voice.say("\nEnded, and everything is deleted.")
    all_right = all_right and answer is not None and answer.is_match
    return exit_status.NOTHING if all_right else exit_status.INTERNAL


def _new_house(folder: Path) -> Workspace:
    """Return an installation whose console is at a free port of this machine, and where many cases are read twice."""
    create_workspace(folder)
    with closing(listen(Address(host="127.0.0.1", port=0))) as sock:
        port = bound_port(sock)
    with (folder / FILE_NAME).open("a", encoding="utf-8") as settings:
        settings.write(f'listen = "127.0.0.1:{port}"\nsecond_reader_share_percent = {_READ_TWICE_PERCENT}\n')
    return open_workspace(folder)


def _fill_bank(house: Workspace, folder: Path, names: dict[str, str]) -> None:
    banks.create_bank(house.engine, house.clock, house.actor, name=BANK)
    source = _folder(house, folder)
    with house.hasher() as hasher:
        for result in scan_all(source.arrivals(), hasher.scan, house.settings.resolved_scan_workers):
            name = names[os.fsdecode(os.path.basename(result.name))]
            entries = [
                NewEntry(signal_type=answer.type.value, value=answer.value, note=name)
                for answer in result.answers
                if isinstance(answer, Signal)
            ]
            banks.add_entries(house.engine, house.clock, house.actor, bank=BANK, entries=entries)


def _scan(house: Workspace, folder: Path) -> dict[str, ScanResult]:
    source = _folder(house, folder)
    with house.scanner([BANK]) as scanner:
        results = scan_all(source.arrivals(), scanner.scan, house.settings.resolved_scan_workers)
        return {os.fsdecode(os.path.basename(result.name)): result for result in results}


def _folder(house: Workspace, folder: Path) -> Source:
    return source_of(house, [str(folder)])


def _report(voice: Voice, inbox: list[InboxPicture], results: dict[str, ScanResult]) -> bool:
    table = Table(box=None, pad_edge=False)
    for heading in ("file", "verdict", "distance", "bank entry", "orientation", "why"):
        table.add_column(heading, no_wrap=True)
    wrong = 0
    for picture in inbox:
        result = results[picture.path.name]
        best = result.matches[0] if result.matches else None
        wrong += {match.entry_note for match in result.matches} != ({picture.expected} - {None})
        table.add_row(
            picture.path.name,
            result.verdict.value,
            str(best.distance) if best else "",
            f"{best.bank_name}/{best.entry_note}" if best else "",
            best.orientation if best else "",
            tell_reasons(result),
        )
    voice.print(table)
    copies = sum(picture.expected is not None for picture in inbox)
    found = sum(results[p.path.name].verdict.is_match for p in inbox if p.expected is not None)
    mistaken = sum(results[p.path.name].verdict.is_match for p in inbox if p.expected is None)
    voice.say(
        f"{found} of {copies} altered copies found, {mistaken} of {len(inbox) - copies} unrelated pictures matched "
        f"({which_flavour()} hashing)."
    )
    return not wrong
