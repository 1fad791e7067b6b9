"""Leaving out what is the same in every row: each value that is handed to SQLite's driver costs as much as any."""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any


def filled_columns(rows: Sequence[tuple[Any, ...]]) -> list[int]:
    """Return the places of the columns that hold something in at least one row."""
    return [place for place, column in enumerate(zip(*rows, strict=True)) if column.count(None) < len(column)]


def split_columns(rows: Sequence[tuple[Any, ...]]) -> tuple[dict[int, Any], list[int]]:
    """Return the places and values of the columns that are the same in every row, and the places of the others."""
    same: dict[int, Any] = {}
    differing: list[int] = []
    for place, column in enumerate(zip(*rows, strict=True)):
        if column.count(column[0]) == len(column):
            same[place] = column[0]
        else:
            differing.append(place)
    return same, differing


def only_columns(rows: Iterable[tuple[Any, ...]], places: Sequence[int]) -> Iterable[tuple[Any, ...]]:
    """Give each row with these columns only."""
    if not places:
        return (() for _ in rows)
    if len(places) == 1:
        return ((row[places[0]],) for row in rows)
    return map(itemgetter(*places), rows)
