import errno
import os
import tempfile
from hashlib import blake2b

import pytest

from safelight.database import buckets
from safelight.database.buckets import Buckets
from safelight.errors import DatabaseUnusable, ImportRunning


def _digest(number: int) -> bytes:
    return blake2b(b"%d" % number, digest_size=16).digest()


def _rows(count: int) -> list[tuple[object, ...]]:
    return [(_digest(number), number, "ü" if number % 2 else None) for number in range(count)]


def _sorted(scratch: Buckets) -> list[tuple[object, ...]]:
    return [row for rows in scratch.sorted_rows() for row in rows]


def test_rows_come_back_sorted_by_their_digest() -> None:
    with Buckets(width=3) as scratch:
        scratch.add(_rows(3_000)[:1_000])
        scratch.add(_rows(3_000)[1_000:])
        assert _sorted(scratch) == sorted(_rows(3_000), key=lambda row: row[0])  # type: ignore[arg-type, return-value]


def test_rows_of_one_digest_keep_the_order_in_which_they_came() -> None:
    with Buckets(width=2) as scratch:
        for number in range(1_000):
            scratch.add([(_digest(number % 3), number)])
        rows = _sorted(scratch)
    assert rows == sorted(rows)  # type: ignore[type-var]
    assert len(rows) == 1_000


def test_nothing_comes_of_nothing() -> None:
    with Buckets(width=2) as scratch:
        scratch.add([])
        assert _sorted(scratch) == []


@pytest.mark.parametrize("limit", ["_HELD_BYTES", "_BUCKET_BYTES"])
def test_what_does_not_fit_into_memory_is_sorted_just_the_same(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, limit, 100)
    rows = _rows(3_000) + _rows(1_500) + [(_digest(7), number, "again") for number in range(2_500)]
    with Buckets(width=3) as scratch:
        for first in range(0, len(rows), 500):
            scratch.add(rows[first : first + 500])
        assert _sorted(scratch) == sorted(rows, key=lambda row: row[0])  # type: ignore[arg-type, return-value]


def test_whoever_watches_is_called_before_the_first_list_and_can_end_it() -> None:
    def stop() -> None:
        raise ImportRunning("taken for dead")

    with Buckets(width=3) as scratch:
        scratch.add(_rows(10))
        with pytest.raises(ImportRunning, match="taken for dead"):
            next(scratch.sorted_rows(stop))


def test_a_full_temporary_disk_is_told_in_our_words(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self) -> None:
            self.seek = lambda *_: 0
            self.close = lambda: None

        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "TemporaryFile", Full)
    with Buckets(width=3) as scratch:
        scratch.add(_rows(10))
        with pytest.raises(DatabaseUnusable, match="TMPDIR"):
            _sorted(scratch)


def test_nobody_else_can_open_the_file() -> None:
    with Buckets(width=3) as scratch:
        assert os.fstat(scratch._file.fileno()).st_nlink == 0
