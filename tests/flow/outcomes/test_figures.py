"""Figures for the public count what there is, and hold nothing of anybody."""

import csv
import io
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from safelight.flow.outcomes.desk import OutcomeDesk
from safelight.flow.outcomes.figures import Figure, FigureRow, figures, figures_csv
from safelight.testing.keys import MemoryKeys

START = datetime(2026, 1, 10, tzinfo=UTC)
SINCE, UNTIL = START + timedelta(days=20), START + timedelta(days=80)
_DETECTED = {"exact": "exact_match", "near": "near_match", "flag": "complaint", "hand": "by_hand"}


@pytest.fixture
def desk(engine, clock, actor) -> OutcomeDesk:
    return OutcomeDesk(engine=engine, clock=clock, keys=MemoryKeys(), actor=actor)


@pytest.fixture
def made(make_world):
    return make_world(START, 300)


@pytest.fixture
def rows(desk, made) -> list[FigureRow]:
    return figures(desk, since=SINCE, until=UNTIL)


def _told(rows: list[FigureRow], figure: Figure, *names: str) -> Counter:
    told: Counter = Counter()
    for row in rows:
        if row.figure is figure:
            told[tuple(getattr(row, name) for name in names)] += row.count
    return told


def _is_in(at: datetime | None) -> bool:
    return at is not None and SINCE <= at < UNTIL


def test_items_are_counted_by_month_category_and_detection(made, rows) -> None:
    counted = Counter(
        (f"{each.added_at:%Y-%m}", each.incident_type or "none", _DETECTED[each.kind])
        for case in made
        for each in case.items
        if _is_in(each.added_at)
    )
    assert _told(rows, Figure.ITEMS, "month", "category", "detection") == counted


def test_decisions_are_counted_by_finding_in_the_month_they_were_taken(made, rows) -> None:
    counted = Counter(
        (f"{each.settled_at:%Y-%m}", each.finding, "person")
        for case in made
        for each in case.items
        if _is_in(each.settled_at)
    )
    assert _told(rows, Figure.DECISIONS, "month", "value", "decided_by") == counted


def test_reversals_are_what_was_found_otherwise_before(made, rows) -> None:
    turned = [
        each
        for case in made
        for each in case.items
        if _is_in(each.settled_at) and each.earlier not in {None, each.finding}
    ]
    counted = Counter(
        ("no_longer_confirmed" if each.earlier == "confirmed" else f"became_{each.finding}",) for each in turned
    )
    assert turned
    assert _told(rows, Figure.REVERSALS, "value") == counted


def test_reports_and_outcomes_are_counted_by_destination(made, rows) -> None:
    filed = [each for case in made for each in case.reports if each.state == "filed"]
    counted = Counter((each.destination,) for each in filed if _is_in(each.filed_at))
    assert _told(rows, Figure.REPORTS, "destination") == counted
    learnt = Counter((each.destination, kind) for each in filed for kind, at in each.outcomes if _is_in(at))
    assert _told(rows, Figure.OUTCOMES, "destination", "value") == learnt


def test_actions_are_counted_and_whether_users_were_told(made, rows) -> None:
    acted = [each for case in made for each in case.actions if _is_in(each[1])]
    assert _told(rows, Figure.ACTIONS, "value") == Counter((kind,) for kind, _, _ in acted)
    assert _told(rows, Figure.USERS_TOLD, "value") == Counter((told,) for _, _, told in acted)


def test_no_median_is_told_of_fewer_than_five(rows) -> None:
    assert all(row.median_hours is None for row in rows if row.count < 5)
    assert any(row.median_hours for row in rows if row.figure is Figure.REPORTS)


def test_the_csv_is_the_same_for_the_same_figures_and_names_nobody(desk, rows) -> None:
    written = figures_csv(rows)
    assert written == figures_csv(figures(desk, since=SINCE, until=UNTIL))
    lines = list(csv.reader(io.StringIO(written.decode(), newline="")))
    assert lines[0] == [
        *("figure", "month", "category", "detection", "decided_by", "destination", "value", "count", "median_hours"),
    ]
    assert len(lines) == len(rows) + 1
    assert b"account" not in written
    assert b"ann" not in written
