"""The result file of a scan: JSON Lines, one record a file, a summary last; never a half line.

A process can be killed between two pages of one write, so no line is allowed to cross a page of the file: the line
before is stretched with spaces to the page's end instead (spaces before a line's end mean nothing in JSON). A line
longer than a page replaces the file as a whole, by copy and rename. A power failure can still cost what the system had
not yet written; `read_records` then drops what is not a whole record.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from safelight.errors import AlreadyExists, InvalidValue, OutputFailed

PAGE_BYTES = 4096
Record = dict[str, Any]


class ResultFile:
    """A result file that is being written. Use it as a context manager, and call `finish` once, at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise OutputFailed(f"{path} cannot be written: {error.strerror}.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def append(self, record: Record) -> None:
        """Add a record as one line, in one step: after a kill the line is there wholly or not at all.

        Raises OutputFailed where it cannot be written (a full disk); the lines before stay whole.
        """
        end = os.fstat(self._descriptor).st_size
        try:
            self._add(to_line(record), end)
        except OSError as error:
            self._restore(end)
            raise OutputFailed(
                f"{self._path} cannot be written: {error.strerror}. What it holds is whole; make room and go on with "
                "--resume."
            ) from error

    def finish(self, summary: Record) -> None:
        """Add the summary and force everything to the disk."""
        self.append({"summary": True} | summary)
        self.sync()

    def sync(self) -> None:
        """Force everything to the disk."""
        os.fsync(self._descriptor)

    def _add(self, line: bytes, end: int) -> None:
        if len(line) > PAGE_BYTES:
            self._swap_in(line, end)
            return
        room = -end % PAGE_BYTES
        if room and len(line) > room:
            # The stretched line ends where it did, or at the page's end: the write stays within the page.
            _write_at(self._descriptor, b" " * room + b"\n", end - 1)
            end += room
        _write_at(self._descriptor, line, end)

    def _restore(self, end: int) -> None:
        os.ftruncate(self._descriptor, end)
        if end:
            _write_at(self._descriptor, b"\n", end - 1)

    def _swap_in(self, line: bytes, end: int) -> None:
        beside = self._path.with_name(self._path.name + ".new")
        try:
            shutil.copyfile(self._path, beside)
            descriptor = os.open(beside, os.O_RDWR | os.O_CLOEXEC)
            os.fchmod(descriptor, 0o600)
            _write_at(descriptor, line, end)
            os.fsync(descriptor)
            beside.replace(self._path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        os.dup2(descriptor, self._descriptor, inheritable=False)
        os.close(descriptor)


def to_line(record: Record) -> bytes:
    """Return a record as one line of JSON."""
    return json.dumps(record, ensure_ascii=False, separators=(", ", ": ")).encode() + b"\n"


def read_records(path: Path) -> Iterator[Record]:
    """Yield the whole records of a result file, without its summary; what is cut or damaged is left out."""
    with path.open("rb") as lines:
        for line in lines:
            record = _parse(line)
            if record is not None and "summary" not in record:
                yield record


def check_free(path: Path) -> None:
    """Raise AlreadyExists if something is at `path`: results are never overwritten."""
    if os.path.lexists(path):
        raise AlreadyExists(f"{path} exists and is not overwritten. Add --resume to go on with it, or name another.")


def check_resumable(path: Path) -> None:
    """Raise InvalidValue if the file at `path` does not begin as a result file does."""
    with path.open("rb") as lines:
        first = lines.readline()
    if first.strip() and _parse(first) is None and first.endswith(b"\n"):
        raise InvalidValue(f"{path} is not a result file of Safelight; it was left as it is. Name another file.")


def rewrite(path: Path, records: Iterator[Record]) -> None:
    """Replace the file by one that holds just `records`; until the very end the old one stays."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with ResultFile(beside) as kept:
        for record in records:
            kept.append(record)
        kept.sync()
    beside.replace(path)


def _parse(line: bytes) -> Record | None:
    if not line.endswith(b"\n"):
        return None
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) and ("path" in record or "summary" in record) else None


def _write_at(descriptor: int, data: bytes, offset: int) -> None:
    written = 0
    while written < len(data):
        written += os.pwrite(descriptor, data[written:], offset + written)
