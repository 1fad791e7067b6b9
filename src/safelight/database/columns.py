"""Leaving out columns that are empty in every row: handing a None to SQLite's driver costs as much as a text."""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any


def filled_columns(rows: Sequence[tuple[Any, ...]]) -> list[int]:
    """Return the places of the columns that hold something in at least one row."""
    return [place for place, column in enumerate(zip(*rows, strict=True)) if column.count(None) < len(column)]


def only_columns(rows: Iterable[tuple[Any, ...]], places: Sequence[int]) -> Iterable[tuple[Any, ...]]:
    """Give each row with these columns only."""
    if len(places) == 1:
        return ((row[places[0]],) for row in rows)
    return map(itemgetter(*places), rows)
