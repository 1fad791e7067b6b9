"""The funnel counts what there is, on both databases; nobody sees it who may not."""

import statistics
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotAllowed
from safelight.flow.outcomes.desk import OutcomeDesk
from safelight.flow.outcomes.figures import figures
from safelight.flow.outcomes.funnel import bank_results, funnel_of
from safelight.outcomes.measures import By, Stage, Step
from safelight.roles import Actor, ActorKind, Permission
from safelight.testing.keys import MemoryKeys

START = datetime(2026, 1, 10, tzinfo=UTC)
MIDDLE = START + timedelta(days=30)
END = START + timedelta(days=70)


@pytest.fixture
def desk(engine, clock, actor) -> OutcomeDesk:
    return OutcomeDesk(engine=engine, clock=clock, keys=MemoryKeys(), actor=actor)


def _sources(case) -> set[str]:
    people = {{"flag": "complaint", "hand": "by_hand"}.get(each.kind) for each in case.items} - {None}
    matched = any(each.kind in {"exact", "near"} for each in case.items)
    return people | ({f"bank {name}" for name in case.banks} if matched else set())


def _counts(cases, destination: str | None = None) -> Counter:
    """Count by hand what the funnel counts."""
    counts: Counter = Counter()
    for case in cases:
        filed = [each for each in case.reports if each.state == "filed" and destination in {None, each.destination}]
        is_done = case.state in {"decided", "reported", "closed"}
        is_confirmed = any(each.finding == "confirmed" for each in case.items)
        learnt = {kind for each in filed for kind, _ in each.outcomes}
        counts.update(matched=len(case.items), case=1, decided=is_done, confirmed=is_confirmed)
        counts.update(not_confirmed=is_done and not is_confirmed, reported=bool(filed))
        counts.update(received=bool(learnt - {"unknown"}), referred="referred" in learnt, acted_on="acted_on" in learnt)
        counts.update(closed_without_action="closed_without_action" in learnt and "acted_on" not in learnt)
    return counts


def _told(row) -> dict[str, int]:
    return {stage.value: count for stage, count in row.counts.items() if stage is not Stage.MORE_INFORMATION_ASKED}


def test_the_funnel_of_a_time_counts_what_there_is(desk, make_world) -> None:
    made = make_world(START, 400)
    within = [each for each in made if MIDDLE <= each.opened_at < END]
    (row,) = funnel_of(desk, since=MIDDLE, until=END)
    assert _told(row) == _counts(within)
    assert (row.month, row.source, row.destination) == ("", "", "")
    waited = [
        (min(_first_confirmed(each) for each in case.items if each.finding == "confirmed") - case.opened_at)
        / timedelta(hours=1)
        for case in within
        if case.items[0].finding == "confirmed"
    ]
    others = [
        (max(each.settled_at for each in case.items) - case.opened_at) / timedelta(hours=1)
        for case in within
        if case.items[0].finding in {"not_a_match", "other_kind"}
    ]
    assert row.times[Step.CASE_TO_DECISION].median_hours == round(statistics.median(waited + others), 2)


def _first_confirmed(item) -> datetime:
    """Return when it was confirmed first: what was decided anew and confirmed again was known since then."""
    return item.settled_at - timedelta(hours=1 if item.earlier == "confirmed" else 0)


def test_it_is_broken_down_by_source_destination_and_month(desk, make_world) -> None:
    made = make_world(START, 300)
    span = {"since": START, "until": START + timedelta(days=365)}
    by_source = {row.source: row for row in funnel_of(desk, by=[By.SOURCE], **span)}
    assert set(by_source) == {name for case in made for name in _sources(case)}
    for name, row in by_source.items():
        assert _told(row) == _counts(case for case in made if name in _sources(case)), name
    by_month = {row.month: row for row in funnel_of(desk, by=[By.MONTH], **span)}
    for month, row in by_month.items():
        assert _told(row) == _counts(case for case in made if f"{case.opened_at:%Y-%m}" == month), month
    for row in funnel_of(desk, by=[By.DESTINATION], **span):
        of_it = [case for case in made if _is_filed_to(case, row.destination)]
        assert _told(row) == _counts(of_it, row.destination or None), row.destination
    assert len(funnel_of(desk, by=list(By), **span)) > len(by_source)


def _is_filed_to(case, destination: str) -> bool:
    filed = {each.destination for each in case.reports if each.state == "filed"}
    return destination in filed if destination else not filed


def test_what_a_test_host_has_counts_as_nothing(desk, make_world) -> None:
    made = make_world(START, 200)
    (row,) = funnel_of(desk, since=START, until=START + timedelta(days=365))
    tried = [case for case in made if case.reports and all(each.state == "tried" for each in case.reports)]
    assert tried
    assert row.counts[Stage.REPORTED] == _counts(made)["reported"]


def test_leads_are_told_by_bank_what_came_of_it(desk, make_world) -> None:
    made = make_world(START, 200)
    for each in bank_results(desk, since=START, until=START + timedelta(days=365)):
        counts = _counts(case for case in made if f"bank {each.bank_name}" in _sources(case))
        told = (each.cases, each.confirmed, each.not_confirmed, each.reported)
        assert told == tuple(counts[name] for name in ("case", "confirmed", "not_confirmed", "reported"))
        assert (each.acted_on, each.closed_without_action) == (counts["acted_on"], counts["closed_without_action"])


@pytest.mark.parametrize("permissions", [(), (Permission.CASE_READ, Permission.REPORT_READ)])
def test_who_may_not_read_outcomes_is_told_no_figure(engine, clock, permissions) -> None:
    service = Actor(kind=ActorKind.SERVICE, name="s", permissions=frozenset(permissions))
    desk = OutcomeDesk(engine=engine, clock=clock, keys=MemoryKeys(), actor=service)
    for ask in (funnel_of, bank_results, figures):
        with pytest.raises(NotAllowed):
            ask(desk, since=START, until=END)


def test_what_banks_led_to_is_for_leads_alone(engine, clock) -> None:
    service = Actor(kind=ActorKind.SERVICE, name="s", permissions=frozenset({Permission.OUTCOME_READ}))
    desk = OutcomeDesk(engine=engine, clock=clock, keys=MemoryKeys(), actor=service)
    with pytest.raises(NotAllowed, match="case:lead"):
        bank_results(desk, since=START, until=END)
    with pytest.raises(NotAllowed, match="case:lead"):
        funnel_of(desk, since=START, until=END, by=(By.MONTH, By.SOURCE))


def test_a_time_begins_before_it_ends(desk) -> None:
    for since, until in ((END, START), (START, START), (START.replace(tzinfo=None), END)):
        with pytest.raises(InvalidValue, match="before it ends"):
            funnel_of(desk, since=since, until=until)


@pytest.mark.long
def test_a_hundred_thousand_cases_are_measured_in_seconds(desk, make_world) -> None:
    make_world(START, 100_000)
    span = {"since": START, "until": START + timedelta(days=365)}
    for ask, more in ((funnel_of, {"by": list(By)}), (funnel_of, {}), (figures, {}), (bank_results, {})):
        begun, worked = time.perf_counter(), time.process_time()
        rows = ask(desk, **span, **more)
        took, worked = time.perf_counter() - begun, time.process_time() - worked
        with read(desk.engine) as tx:
            asked = f"{tx.dialect.name} {ask.__name__} {sorted(more)}"
        print(f"{asked}: {len(rows)} rows in {took:.2f} s, {worked:.2f} s of work")
        assert worked < 20
