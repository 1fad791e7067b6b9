"""`safelight bank import` and `safelight bank export`."""

import os
import sys
from pathlib import Path
from typing import Annotated, BinaryIO

from cyclopts import Parameter

from safelight.app import Workspace as House
from safelight.app import open_list_reader, open_list_writer
from safelight.banks import queries
from safelight.banks.dump_frames import is_dump
from safelight.banks.exchanges.interface import PLURALS, ListHead
from safelight.banks.fields import Given, read_columns
from safelight.banks.list_format import ListFormat, detect_format
from safelight.banks.list_text import check_start
from safelight.banks.value import OpaqueText
from safelight.cli.new_file import new_file
from safelight.cli.options import Workspace
from safelight.cli.progress import show_progress
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotFound
from safelight.flow.banks import hash_lists
from safelight.flow.banks.hash_lists import ImportOptions, ImportProgress

_HEAD_BYTES = 64 << 10


def import_list(
    name: str,
    file: Path,
    /,
    *,
    list_format: Annotated[ListFormat | None, Parameter(name="--format")] = None,
    column: Annotated[list[str] | None, Parameter(name="--column", negative="")] = None,
    header: bool = True,
    signal_type: Annotated[str | None, Parameter(name="--type")] = None,
    keep_unknown: OpaqueText | None = None,
    label: str | None = None,
    label_scheme: str | None = None,
    source: str | None = None,
    environment: str | None = None,
    issuer: str | None = None,
    expect: int | None = None,
    unfinished_line: Annotated[bool, Parameter(negative="")] = False,
    other_kind: Annotated[bool, Parameter(negative="")] = False,
    workspace: Workspace = None,
) -> int:
    """Take in a hash list or a dump, wholly or not at all: a malformed or truncated one changes nothing.

    Parameters
    ----------
    name
        The bank.
    file
        The list; - is standard input, whose --format must be named.
    list_format
        csv, typed_lines (`type hash`), bare_lines, json_lines or dump; found out where the beginning leaves no doubt.
    column
        For CSV, where a field stands, as FIELD=COLUMN with the column's name or number (from 1): value=sha1.
    header
        For CSV: whether the first line names the columns.
    signal_type
        The type of hashes that do not say it themselves.
    keep_unknown
        Keep signals of types that Safelight does not compute; their values are written in hex or base64.
    label
        The classification of entries that have none of their own.
    label_scheme
        The scheme that labels belong to.
    source
        The programme the list comes from: with environment and issuer the key of entries that have an id.
    environment
        The programme's environment.
    issuer
        Who put the entries there.
    expect
        Refuse the list if it has fewer entries than this.
    unfinished_line
        Accept a last line that has no line end; otherwise such a list counts as cut short.
    other_kind
        Accept a dump of an allow-list for an ordinary bank, or the reverse: its entries then do the opposite.
    workspace
        The workspace folder.

    """
    house = open_named(workspace)
    with _open(file) as opened:
        given = Given(
            signal_type=signal_type,
            opaque=keep_unknown,
            label=label,
            label_scheme=label_scheme,
            source=source,
            environment=environment,
            issuer=issuer,
        )
        reader = open_list_reader(
            list_format or _detect(opened), given, columns=read_columns(column or []), has_header=header
        )
        with show_progress(PLURALS[reader.unit], None) as meter:

            def tell(progress: ImportProgress) -> None:
                meter.update(progress.lines_read, _words(progress))

            summary = hash_lists.import_list(
                house.engine,
                house.clock,
                house.actor,
                bank=name,
                file=opened,
                name=printable(os.fsencode(file.name)),
                reader=reader,
                options=ImportOptions(
                    expected=expect, accepts_unfinished_line=unfinished_line, accepts_other_kind=other_kind
                ),
                on_progress=tell,
            )
    counts = summary.counts
    Voice().say(
        f"{summary.lines} {PLURALS[reader.unit]}: {counts.added} entries added, {counts.replaced} replaced, "
        f"{counts.already_there} were there already, {counts.duplicates} twice in the list."
        + (f" {counts.withdrawn_here} were removed here by hand and stay out." if counts.withdrawn_here else "")
    )
    if summary.head is not None:
        _tell_head(house, name, summary.head)
    return 0


def export(
    name: str,
    file: Path,
    /,
    *,
    list_format: Annotated[ListFormat, Parameter(name="--format")] = ListFormat.CSV,
    reason: str = "",
    workspace: Workspace = None,
) -> int:
    """Write a bank's entries to a file that imports again to the same entries.

    Parameters
    ----------
    name
        The bank.
    file
        Where to; it must not exist. Only its owner may read it: it holds listed values.
    list_format
        csv, json_lines, or dump: binary, smaller, quicker to import, and checked against damage.
    reason
        Why; kept in the audit log.
    workspace
        The workspace folder.

    """
    house = open_named(workspace)
    writer = open_list_writer(list_format)
    with new_file(file) as opened:
        count = hash_lists.export_bank(
            house.engine, house.clock, house.actor, bank=name, writer=writer, file=opened, reason=reason
        )
    Voice().say(f"{count} entries written to {file}.")
    return 0


def _tell_head(house: House, name: str, head: ListHead) -> None:
    """Say what a dump knows of its bank; thresholds are this house's own decision, so they are told and not set."""
    voice = Voice()
    voice.say(f"It was written from the bank {printable(head.bank.encode())} on {head.written_at:%Y-%m-%d}.")
    with read(house.engine) as tx:
        bank = queries.find_bank(tx, name)
    for signal_type, distance in head.thresholds.items():
        if bank.threshold(signal_type) != distance:
            voice.say(
                f"There the threshold of {printable(signal_type.encode())} was {distance}; here it is "
                f"{bank.threshold(signal_type)}. `safelight bank threshold` changes it."
            )


def _open(file: Path) -> BinaryIO:
    try:
        return sys.stdin.buffer if str(file) == "-" and sys.stdin else file.open("rb")
    except OSError as error:
        raise NotFound(f"The list {file} cannot be opened: {error.strerror}.") from error


def _detect(file: BinaryIO) -> ListFormat:
    if not file.seekable():
        raise InvalidValue(
            f"What comes through a pipe is read once: name its --format, one of {', '.join(ListFormat)}."
        )
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    if is_dump(head):
        return ListFormat.DUMP
    check_start(head)
    whole_lines = head[: head.rfind(b"\n") + 1] or head
    return detect_format(whole_lines.decode("utf-8", "replace"))


def _words(progress: ImportProgress) -> str:
    if progress.entries_total and progress.entries_done:
        return f"stored {progress.entries_done} of {progress.entries_total}"
    share = f"{100 * progress.bytes_read // progress.bytes_total} %" if progress.bytes_total else ""
    return f"read {share}"
