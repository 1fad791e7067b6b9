"""Sorting by a digest: rows go to one of 256 buckets on disk by its first byte, and each bucket is sorted by itself."""

import marshal
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from types import TracebackType
from typing import Any, Self

from safelight.database.scratch import Scratch, telling_faults

_HELD_BYTES = 32 << 20
"""What is held in memory before it goes to the disk."""
_BUCKET_BYTES = 16 << 20
"""A bucket that is larger is sorted by SQLite: as Python's objects it would take some five times as much memory."""

_ROWS_AT_ONCE = 1_000
_LENGTH_BYTES = 4

Row = tuple[Any, ...]
_DIGEST = itemgetter(0)


@dataclass(slots=True)
class _Bucket:
    """One bucket: where its parts lie in the file, as (place, length), and the packed groups that are not there yet."""

    parts: list[tuple[int, int]] = field(default_factory=list)
    held: list[bytes] = field(default_factory=list)
    size_bytes: int = 0


class Buckets:
    """Takes any number of rows and gives them back sorted by their first column, in bounded memory.

    Rows are tuples of bytes, text, numbers and None. The first column is a digest, so that its bytes are spread evenly;
    rows of the same digest come back in the order in which they were added. They lie in a temporary file without a
    name, which the system removes when the program ends, however it ends. Raises `DatabaseUnusable` when that file
    cannot be written or read.
    """

    def __init__(self, *, width: int) -> None:
        self._width = width
        self._buckets = [_Bucket() for _ in range(256)]
        self._held_bytes = 0
        with telling_faults(OSError):
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`

    def add(self, rows: Sequence[Row]) -> None:
        """Take rows in any order; some thousands at a time go fastest."""
        groups: dict[int, list[Row]] = {}
        for row in rows:
            groups.setdefault(row[0][0], []).append(row)
        for number, group in groups.items():
            packed = marshal.dumps(group)
            self._buckets[number].held.append(packed)
            self._held_bytes += len(packed)
        if self._held_bytes > _HELD_BYTES:
            self._flush()

    def sorted_rows(self, on_work: Callable[[], None] | None = None) -> Iterator[list[Row]]:
        """Give every row in order, in lists; rows of the same digest may come in two lists that follow each other.

        `on_work` is called again and again, before the first list too; what it raises ends the work.
        """
        on_work = on_work or (lambda: None)
        self._flush()
        for bucket in self._buckets:
            on_work()
            if bucket.size_bytes > _BUCKET_BYTES:
                yield from self._sort_on_disk(bucket, on_work)
            elif bucket.parts:
                yield sorted(chain.from_iterable(self._groups(bucket)), key=_DIGEST)

    def close(self) -> None:
        """Forget every row."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _flush(self) -> None:
        with telling_faults(OSError):
            place = self._file.seek(0, os.SEEK_END)
            for bucket in self._buckets:
                packed = b"".join(len(group).to_bytes(_LENGTH_BYTES) + group for group in bucket.held)
                bucket.held.clear()
                if packed:
                    self._file.write(packed)
                    bucket.parts.append((place, len(packed)))
                    bucket.size_bytes += len(packed)
                    place += len(packed)
            self._file.flush()
        self._held_bytes = 0

    def _groups(self, bucket: _Bucket) -> Iterator[list[Row]]:
        for place, length in bucket.parts:
            with telling_faults(OSError):
                self._file.seek(place)
                packed = memoryview(self._file.read(length))
            start = 0
            while start < length:
                end = start + _LENGTH_BYTES + int.from_bytes(packed[start : start + _LENGTH_BYTES])
                # Not from outside: this process wrote it, into a file that nobody else can open.
                yield marshal.loads(packed[start + _LENGTH_BYTES : end])  # noqa: S302 - see above
                start = end

    def _sort_on_disk(self, bucket: _Bucket, on_work: Callable[[], None]) -> Iterator[list[Row]]:
        """Sort a bucket that is too large for memory: of a very long list, or one that repeats the same lines."""
        with Scratch(width=1 + self._width, sorted_by=2) as scratch:
            count = 0
            for group in self._groups(bucket):
                scratch.add([(row[0], number, *row[1:]) for number, row in enumerate(group, start=count)])
                count += len(group)
                on_work()
            for rows in scratch.sorted_rows(_ROWS_AT_ONCE, on_work):
                yield [(row[0], *row[2:]) for row in rows]
