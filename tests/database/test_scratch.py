from safelight.database.scratch import Scratch


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
