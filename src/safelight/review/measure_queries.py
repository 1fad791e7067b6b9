"""Questions that measure: each gives all rows of a time, of which figures are made. Nobody is named in any."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from safelight.database.transaction import Tx
from safelight.review.decision import IncidentType
from safelight.review.gravity import gravest
from safelight.review.measured import CaseTimes, ItemTimes, Reversal, Source
from safelight.review.store import case_rows, measure_rows


def each_case(tx: Tx, since: datetime, until: datetime) -> Iterator[CaseTimes]:
    """Give the cases that were opened in a time and have items, in the order of their numbers."""
    return measure_rows.each_case(tx, since, until)


def each_source(tx: Tx, since: datetime, until: datetime) -> Iterator[tuple[int, Source]]:
    """Give each source of those cases once, by the cases' numbers, in their order."""
    return measure_rows.each_source(tx, since, until)


def each_item(tx: Tx, since: datetime, until: datetime) -> Iterator[ItemTimes]:
    """Give the items that came in a time, in the order of their numbers."""
    return measure_rows.each_item(tx, since, until)


def each_settled(tx: Tx, since: datetime, until: datetime) -> Iterator[ItemTimes]:
    """Give the items of which what holds was found in a time, in the order of their numbers."""
    return measure_rows.each_settled(tx, since, until)


def each_reversal(tx: Tx, since: datetime, until: datetime) -> Iterator[Reversal]:
    """Give the items of which something else was found in a time than had held before."""
    return measure_rows.each_reversal(tx, since, until)


def first_items(tx: Tx, case_ids: Sequence[int]) -> dict[int, datetime]:
    """Return, by case, when its first item came."""
    return measure_rows.first_items(tx, case_ids)


def gravest_types(tx: Tx, case_ids: Sequence[int]) -> dict[int, IncidentType | None]:
    """Return, by case, the gravest type of incident that holds in it; cases in which none does are left out."""
    return {case_id: gravest(types) for case_id, types in measure_rows.incident_types(tx, case_ids).items()}


def find_case_about(tx: Tx, *, subject_id: str = "", content_id: str = "") -> int | None:
    """Return the newest case that content belongs to, else the newest about an account; None where there is none."""
    found = case_rows.newest_with_content(tx, content_id) if content_id else None
    return case_rows.newest_about(tx, subject_id) if found is None and subject_id else found
