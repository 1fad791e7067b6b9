import pytest

from safelight.database.scratch import Scratch
from safelight.errors import DatabaseUnusable, ImportRunning


def test_rows_come_back_sorted_by_the_first_columns() -> None:
    with Scratch(width=3, sorted_by=2) as scratch:
        scratch.add([(b"b", 1, "x"), (b"a", 2, None)])
        scratch.add([(b"a", 1, None), (b"\xff", 0, "z")])
        rows = [row for chunk in scratch.sorted_rows(3) for row in chunk]
    assert rows == [(b"a", 1, None), (b"a", 2, None), (b"b", 1, "x"), (b"\xff", 0, "z")]


def test_lists_are_no_longer_than_asked_for() -> None:
    with Scratch(width=1, sorted_by=1) as scratch:
        scratch.add([(number,) for number in range(7)])
        assert [len(chunk) for chunk in scratch.sorted_rows(3)] == [3, 3, 1]


def test_a_full_temporary_disk_is_told_in_our_words() -> None:
    with Scratch(width=1, sorted_by=1) as scratch:
        scratch._connection.execute("PRAGMA max_page_count = 3")
        with pytest.raises(DatabaseUnusable, match="TMPDIR"):
            scratch.add([(bytes(9_000),) for _ in range(100)])


def _filled(scratch: Scratch) -> Scratch:
    scratch.add([(number * 7919 % 50_000, bytes(20)) for number in range(50_000)])
    return scratch


def test_while_it_sorts_it_calls_before_the_first_list() -> None:
    calls: list[int] = []
    with Scratch(width=2, sorted_by=1) as scratch:
        next(_filled(scratch).sorted_rows(10, lambda: calls.append(1)))
    assert len(calls) > 1


def test_what_the_call_raises_ends_the_sorting() -> None:
    def stop() -> None:
        raise ImportRunning("taken for dead")

    with Scratch(width=2, sorted_by=1) as scratch, pytest.raises(ImportRunning, match="taken for dead"):
        next(_filled(scratch).sorted_rows(10, stop))
