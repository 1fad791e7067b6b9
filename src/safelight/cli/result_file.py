"""The result file of a scan: JSON Lines, one record a file, a summary last; never a half line.

A process can be killed between two pages of one write, so no line is allowed to cross a page of the file: the line
before is stretched with spaces to the page's end instead (spaces before a line's end mean nothing in JSON). A line
longer than a page replaces the file as a whole, by copy and rename. A power failure can still cost what the system had
not yet written; `read_records` then drops what is not a whole record.
"""

import fcntl
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from safelight.errors import AlreadyExists, InvalidValue, OutputFailed

PAGE_BYTES = 4096
Record = dict[str, Any]
_LONGEST_LINE_BYTES = 1 << 22
_IN_THE_WAY = "{} exists and is not overwritten. Add --resume to go on with it, or name another."


class ResultFile:
    """A result file that is being written. Use it as a context manager, and call `finish` once, at the end.

    A new file must not exist yet; an old one is gone on with. It is locked meanwhile: raises OutputFailed where another
    process writes it or it cannot be written, AlreadyExists where a new one is in the way.
    """

    def __init__(self, path: Path, *, is_new: bool) -> None:
        self._path = path
        try:
            self._descriptor = os.open(
                path, os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT | os.O_EXCL if is_new else 0), 0o600
            )
        except FileExistsError as error:
            raise AlreadyExists(_IN_THE_WAY.format(path)) from error
        except OSError as error:
            raise OutputFailed(f"{path} cannot be written: {error.strerror}.") from error
        self._lock(self._descriptor)

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
        descriptor, beside = _create_beside(self._path)
        try:
            shutil.copyfile(self._path, beside)
            _write_at(descriptor, line, end)
            os.fsync(descriptor)
            self._lock(descriptor)
            beside.replace(self._path)
        except OSError:
            beside.unlink(missing_ok=True)
            os.close(descriptor)
            raise
        os.dup2(descriptor, self._descriptor, inheritable=False)
        os.close(descriptor)

    def _lock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise OutputFailed(
                f"Another process is writing {self._path}. Wait for it, or name another file."
            ) from error


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


def read_first(path: Path) -> Record | None:
    """Return the first record or summary of a file; None if it is empty.

    Raises InvalidValue for what is no result file of Safelight: it is never replaced by one.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise InvalidValue(f"{path} is not a file; it was left as it is. Name a result file.")
    with path.open("rb") as lines:
        line = lines.readline(_LONGEST_LINE_BYTES)
    record = _parse(line)
    if line and (record is None or not ("summary" in record or {"path", "signals", "scanned_at"} <= record.keys())):
        raise InvalidValue(f"{path} is not a result file of Safelight; it was left as it is. Name another file.")
    return record


def rewrite(path: Path, records: Iterable[Record]) -> None:
    """Replace the file by one that holds just `records`; until the very end the old one stays."""
    with ResultFile(path, is_new=False):  # held, so that nobody writes to what is about to be replaced
        descriptor, beside = _create_beside(path)
        os.close(descriptor)
        try:
            with ResultFile(beside, is_new=False) as kept:
                for record in records:
                    kept.append(record)
                kept.sync()
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


def _create_beside(path: Path) -> tuple[int, Path]:
    """Create a file under a name of its own in the same folder: nothing that is there is ever taken for it."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".part", dir=path.parent)
    return descriptor, Path(name)


def _parse(line: bytes) -> Record | None:
    if not line.endswith(b"\n"):
        return None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) and ("path" in record or "summary" in record) else None


def _write_at(descriptor: int, data: bytes, offset: int) -> None:
    written = 0
    while written < len(data):
        written += os.pwrite(descriptor, data[written:], offset + written)
