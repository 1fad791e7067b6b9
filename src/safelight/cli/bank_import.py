"""`safelight bank import` and `safelight bank export`."""

import os
import sys
from pathlib import Path
from typing import Annotated, BinaryIO

from cyclopts import Parameter

from safelight.app import open_list_reader, open_list_writer
from safelight.banks.fields import FIELDS, Given
from safelight.banks.list_format import ListFormat, detect_format
from safelight.banks.list_text import check_start
from safelight.banks.value import OpaqueText
from safelight.cli.options import Workspace
from safelight.cli.progress import show_progress
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.errors import AlreadyExists, InvalidValue, NotFound
from safelight.flow import hash_lists
from safelight.flow.hash_lists import ImportOptions, ImportProgress

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
    workspace: Workspace = None,
) -> int:
    """Take in a hash list, wholly or not at all: a malformed or truncated list changes nothing.

    Parameters
    ----------
    name
        The bank.
    file
        The list; - is standard input, whose --format must be named.
    list_format
        csv, typed_lines (`type hash`), bare_lines or json_lines; found out where the first lines leave no doubt.
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
            list_format or _detect(opened), given, columns=_column_map(column or []), has_header=header
        )
        with show_progress("lines", None) as meter:

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
                options=ImportOptions(expected=expect, accepts_unfinished_line=unfinished_line),
                on_progress=tell,
            )
    counts = summary.counts
    Voice().say(
        f"{summary.lines} lines: {counts.added} entries added, {counts.replaced} replaced, "
        f"{counts.already_there} were there already, {counts.duplicates} twice in the list."
        + (f" {counts.withdrawn_here} were removed here by hand and stay out." if counts.withdrawn_here else "")
    )
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
        csv or json_lines.
    reason
        Why; kept in the audit log.
    workspace
        The workspace folder.

    """
    house = open_named(workspace)
    writer = open_list_writer(list_format)
    descriptor = _create(file)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as opened:
            count = hash_lists.export_bank(
                house.engine, house.clock, house.actor, bank=name, writer=writer, file=opened, reason=reason
            )
    except BaseException:
        file.unlink(missing_ok=True)  # half a list is worse than none
        raise
    Voice().say(f"{count} entries written to {file}.")
    return 0


def _create(file: Path) -> int:
    try:
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError as error:
        raise AlreadyExists(f"{file} exists and is not overwritten. Name another file.") from error
    except OSError as error:
        raise InvalidValue(f"{file} cannot be written: {error.strerror}.") from error


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
    check_start(head)
    whole_lines = head[: head.rfind(b"\n") + 1] or head
    return detect_format(whole_lines.decode("utf-8", "replace"))


def _column_map(pairs: list[str]) -> dict[str, str | int]:
    columns: dict[str, str | int] = {}
    for pair in pairs:
        field, found, column = pair.partition("=")
        if not found or field not in FIELDS:
            raise InvalidValue(f"--column {pair!r} is not FIELD=COLUMN with one of the fields {', '.join(FIELDS)}.")
        columns[field] = int(column) if column.isdecimal() else column
    return columns


def _words(progress: ImportProgress) -> str:
    if progress.entries_total and progress.entries_done:
        return f"stored {progress.entries_done} of {progress.entries_total}"
    share = f"{100 * progress.bytes_read // progress.bytes_total} %" if progress.bytes_total else ""
    return f"read {share}"
