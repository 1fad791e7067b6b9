from safelight.database.columns import filled_columns, only_columns, split_columns


def test_a_column_counts_as_filled_when_one_row_has_something_there_be_it_empty_text_or_zero() -> None:
    assert filled_columns([(None, "", None), (None, None, 0)]) == [1, 2]


def test_rows_keep_only_the_columns_asked_for_and_stay_tuples() -> None:
    assert list(only_columns([(1, 2, 3), (4, 5, 6)], [0, 2])) == [(1, 3), (4, 6)]
    assert list(only_columns([(1, 2, 3)], [1])) == [(2,)]


def test_columns_that_are_the_same_in_every_row_are_told_from_those_that_differ() -> None:
    assert split_columns([("a", 1, None, b"x"), ("a", 2, None, b"y")]) == ({0: "a", 2: None}, [1, 3])
    assert list(only_columns([(1, 2), (1, 2)], [])) == [(), ()]
