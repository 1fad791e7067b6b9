"""Figures for the public: what a platform's transparency report is filled from, as rows and as CSV.

A row says how many, of what, in which month: no account, no content, no person, no list of anybody's. Counts are told
as they are, for regulators ask for exact ones; a median is told of five or more alone. Source of what is counted: the
templates of Implementing Regulation (EU) 2024/2835 ask, for each category, for items, how they were detected, what was
restricted, median times and reversals (docs/reference/outcome-figures.md says which figure fills what).
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from itertools import chain

from safelight.database.transaction import Tx
from safelight.errors import InvalidValue
from safelight.flow.outcomes.desk import OutcomeDesk
from safelight.outcomes import queries
from safelight.outcomes.spread import Times, month_of
from safelight.reporting import measure_queries as reports
from safelight.review import measure_queries as review
from safelight.review.case import ItemKind
from safelight.review.decision import Finding, IncidentType
from safelight.review.measured import ItemTimes

NO_CATEGORY = "none"
"""The category of what has no type of incident: nothing is found of it, or not that it is what the law means."""

_DETECTED = {
    ItemKind.EXACT: "exact_match",
    ItemKind.NEAR: "near_match",
    ItemKind.FLAG: "complaint",
    ItemKind.HAND: "by_hand",
}


class Figure(StrEnum):
    """What is counted."""

    ITEMS = "items"
    DECISIONS = "decisions"
    REVERSALS = "reversals"
    REPORTS = "reports"
    OUTCOMES = "outcomes"
    ACTIONS = "actions"
    USERS_TOLD = "users_told"
    """Of actions, whether the user was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """One figure. `month` is `YYYY-MM` in UTC; what does not apply is empty.

    `value` says of what kind: a finding, an outcome, an action, an answer. `hours` is the median time that it took,
    from when the item came: None where that does not apply, or where there were fewer than five.
    """

    figure: Figure
    month: str
    category: str
    detection: str = ""
    decided_by: str = ""
    destination: str = ""
    value: str = ""
    count: int
    median_hours: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Of:
    """One thing that is to be counted: in which row, and from when to when it took."""

    key: tuple[str, ...]
    from_at: datetime | None = None
    to_at: datetime | None = None


@dataclass(slots=True)
class _Sum:
    count: int = 0
    times: Times = field(default_factory=Times)


def figures(desk: OutcomeDesk, *, since: datetime, until: datetime) -> list[FigureRow]:
    """Return the figures of a time, `until` itself excluded, in a fixed order.

    Everything counts in the month in which it happened: an item when it came, a decision when it was taken, a report
    when it was filed. Raises `NotAllowed` without `outcome:read`, `InvalidValue` for a time of no sense.
    """
    check_span(since, until)
    with desk.asking() as tx:
        sums: dict[tuple[str, ...], _Sum] = {}
        for each in _all(tx, since, until):
            found = sums.setdefault(each.key, _Sum())
            found.count += 1
            found.times.add(each.from_at, each.to_at)
    return [_row(key, sums[key]) for key in sorted(sums, key=_place)]


def figures_csv(rows: Iterable[FigureRow]) -> bytes:
    """Return figures as CSV in UTF-8, with a line of headings: the same bytes for the same figures."""
    written = io.StringIO(newline="")
    out = csv.writer(written, lineterminator="\r\n")
    out.writerow([each.name for each in fields(FigureRow)])
    out.writerows([["" if cell is None else str(cell) for cell in astuple(row)] for row in rows])
    return written.getvalue().encode()


def check_span(since: datetime, until: datetime) -> None:
    """Raise `InvalidValue` for a time that has no zone, or ends before it begins."""
    if since.utcoffset() is None or until.utcoffset() is None or until <= since:
        raise InvalidValue(
            "Figures are of a time that begins before it ends, each with a zone, such as 2027-01-01T00:00:00Z."
        )


def _all(tx: Tx, since: datetime, until: datetime) -> Iterator[_Of]:
    return chain(
        _items(review.each_item(tx, since, until)),
        _decisions(review.each_settled(tx, since, until)),
        _reversals(tx, since, until),
        _reports(tx, since, until),
        _outcomes(tx, since, until),
        _actions(tx, since, until),
    )


def _items(found: Iterable[ItemTimes]) -> Iterator[_Of]:
    for item in found:
        yield _Of(key=_key(Figure.ITEMS, item.added_at, item.incident_type, detection=_DETECTED[item.kind]))


def _decisions(found: Iterable[ItemTimes]) -> Iterator[_Of]:
    for item in found:
        if item.settled_at is None or item.finding is None:
            continue
        more = {"decided_by": "hash_path" if item.is_by_path else "person", "value": item.finding.value}
        key = _key(Figure.DECISIONS, item.settled_at, item.incident_type, detection=_DETECTED[item.kind], **more)
        yield _Of(key=key, from_at=item.added_at, to_at=item.settled_at)


def _reversals(tx: Tx, since: datetime, until: datetime) -> Iterator[_Of]:
    for each in review.each_reversal(tx, since, until):
        value = "no_longer_confirmed" if each.was is Finding.CONFIRMED else f"became_{each.became.value}"
        yield _Of(key=_key(Figure.REVERSALS, each.became_at, each.incident_type, value=value))


def _reports(tx: Tx, since: datetime, until: datetime) -> Iterator[_Of]:
    filed = list(reports.each_filed(tx, since, until))
    case_ids = sorted({each.case_id for each in filed})
    types, first = review.gravest_types(tx, case_ids), review.first_items(tx, case_ids)
    for each in filed:
        key = _key(Figure.REPORTS, each.filed_at, types.get(each.case_id), destination=each.destination)
        yield _Of(key=key, from_at=first.get(each.case_id), to_at=each.filed_at)


def _outcomes(tx: Tx, since: datetime, until: datetime) -> Iterator[_Of]:
    learnt = list(queries.each_learnt(tx, since, until))
    filed = reports.find_filed(tx, sorted({report_id for report_id, _, _ in learnt}))
    types = review.gravest_types(tx, sorted({each.case_id for each in filed.values()}))
    for report_id, kind, at in learnt:
        report = filed[report_id]
        more = {"destination": report.destination, "value": kind.value}
        yield _Of(key=_key(Figure.OUTCOMES, at, types.get(report.case_id), **more))


def _actions(tx: Tx, since: datetime, until: datetime) -> Iterator[_Of]:
    acted = list(queries.each_acted(tx, since, until))
    case_ids = sorted({each.case_id for each in acted if each.case_id is not None})
    types, first = review.gravest_types(tx, case_ids), review.first_items(tx, case_ids)
    for each in acted:
        case_id = each.case_id or 0
        key = _key(Figure.ACTIONS, each.acted_at, types.get(case_id), value=each.kind.value)
        yield _Of(key=key, from_at=first.get(case_id), to_at=each.acted_at)
        yield _Of(key=_key(Figure.USERS_TOLD, each.acted_at, types.get(case_id), value=each.user_told.value))


def _key(
    figure: Figure,
    at: datetime,
    category: IncidentType | None,
    *,
    detection: str = "",
    decided_by: str = "",
    destination: str = "",
    value: str = "",
) -> tuple[str, ...]:
    name = NO_CATEGORY if category is None else category.value
    return figure.value, month_of(at), name, detection, decided_by, destination, value


def _place(key: Sequence[str]) -> tuple[int, Sequence[str]]:
    return list(Figure).index(Figure(key[0])), key[1:]


def _row(key: tuple[str, ...], total: _Sum) -> FigureRow:
    figure, month, category, detection, decided_by, destination, value = key
    return FigureRow(
        figure=Figure(figure),
        month=month,
        category=category,
        detection=detection,
        decided_by=decided_by,
        destination=destination,
        value=value,
        count=total.count,
        median_hours=total.times.spread().median_hours,
    )
