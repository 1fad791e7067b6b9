"""What must be reported and is not is told louder and louder, whatever becomes of workers, authorities and clocks."""

import time
from dataclasses import replace

import pytest

from safelight.access.queries import person_actor
from safelight.database.transaction import read, write
from safelight.flow import cases
from safelight.flow.reporting import deadlines, drafting
from safelight.flow.reporting.deadlines import RAISE_REPORT_ALARMS, Alarming, count_loud, loudest
from safelight.flow.review.deciding import decide
from safelight.flow.review.desk import ReviewDesk
from safelight.jobs.queue import enqueue
from safelight.jobs.worker import Worker
from safelight.reporting.deadline import DeadlineRules, Level
from safelight.reporting.paper import PaperFile
from safelight.reporting.report import ReportState
from safelight.review import steps as review
from safelight.review.case import About, CaseState, ItemKind, NewItem
from safelight.review.decision import Finding, IncidentType, Ruling
from safelight.review.queries import find_case
from safelight.review.rules import ReviewRules
from safelight.review.scheme import Classification
from safelight.review.second_reading import SecondReading
from safelight.testing.evidence import seal_bytes

RULES = DeadlineRules()
CONFIRMED = Ruling(
    finding=Finding.CONFIRMED,
    reasons="seen by eye",
    classification=Classification(scheme="ncmec", label="A1"),
    incident_type=IncidentType.CSAM,
)
COMPLAINT = replace(CONFIRMED, classification=None, incident_type=IncidentType.ENTICEMENT)
OTHERWISE = Ruling(finding=Finding.NOT_A_MATCH, reasons="it is a drawing of a tree")


@pytest.fixture
def events(monkeypatch) -> list[str]:
    """Give the verdicts of what is told, in their order, with the kind of each event."""
    found: list[str] = []

    def tell(_tx, _clock, kind, facts) -> None:
        assert set(facts) <= {"case_id", "report_id", "verdict"}
        found.append(f"{kind.value}: {facts['verdict']}")

    monkeypatch.setattr(deadlines, "tell_event", tell)
    return found


def loud(office) -> list[str]:
    """Return what is loud, by level and what it is about."""
    with read(office.place.engine) as tx:
        found = loudest(tx, office.clock, RULES)
        assert sum(count_loud(tx, office.clock, RULES).values()) == len(found)
    return [f"{each.level.name} {'report' if each.is_of_report else 'case'}" for each in found]


def look(office, times: int = 1) -> None:
    """Let the clock job run."""
    handlers = Alarming(rules=RULES, tell=office.told.append).handlers()
    for _ in range(times):
        with write(office.place.engine) as tx:
            enqueue(tx, office.clock, kind=RAISE_REPORT_ALARMS)
        Worker(office.place.engine, office.clock, handlers, name="clock", tell=office.told.append).run_due()


def reviewing(office) -> ReviewDesk:
    never = SecondReading(clearing=False, near_distance=256, share=0)
    with read(office.place.engine) as tx:
        ann = person_actor(tx, "ann")
    rules = ReviewRules(second=never)
    return ReviewDesk(engine=office.place.engine, clock=office.clock, actor=ann, keys=office.place.keys, rules=rules)


def another_item(office, tmp_path, case_id: int, data: bytes | None) -> str | None:
    """Add another item to a case: a file, or without data a complaint."""
    place, actor = office.place, office.operator
    evidence_id = None if data is None else seal_bytes(place, actor, tmp_path / "spool", [data]).id
    kind = ItemKind.FLAG if evidence_id is None else ItemKind.HAND
    with write(place.engine) as tx:
        review.add_item(tx, office.clock, actor, case_id, NewItem(evidence_id=evidence_id, kind=kind, content_id=""))
    return evidence_id


def test_it_is_told_once_for_each_rise_and_then_daily_until_an_authority_has_it(office, events) -> None:
    rises = []
    for _ in range(4):
        look(office, times=2)
        rises.append((loud(office), list(events)))
        events.clear()
        office.clock.advance(hours=6)
        office.clock.advance(seconds=1)
    assert rises == [
        ([], []),
        ([], []),
        (["SOON case"], ["report_due: soon"]),
        (["DUE case"], ["report_due: due"]),
    ]
    look(office, times=2)
    office.clock.advance(hours=23)
    look(office, times=2)
    assert events == ["report_overdue: overdue"]
    office.clock.advance(hours=1)
    look(office, times=2)
    assert events == ["report_overdue: overdue"] * 2
    assert "Report it at once" in office.told[-1]
    tried = office.approved(line=office.line(is_test=True))
    office.worker(office.line(is_test=True)).run_due()
    assert office.find(tried.id).state is ReportState.TRIED
    assert loud(office) == ["OVERDUE case"]
    filed = office.approved()
    with read(office.place.engine) as tx:
        (waits,) = loudest(tx, office.clock, RULES)
    assert (waits.report_id, waits.state) == (filed.id, ReportState.APPROVED)
    office.worker().run_due()
    assert loud(office) == []
    office.clock.advance(days=3)
    look(office, times=2)
    assert len(events) == 2


def test_a_dead_authority_is_told_all_the_time_and_what_is_open_there_is_the_loudest(office, events) -> None:
    report, is_dead = office.approved(), True

    def fault(kind: str) -> str:
        return "" if kind == "open" or not is_dead else "cut before"

    seen = []
    for _ in range(10):
        office.worker(office.line(fault=fault)).run_due()
        look(office)
        seen.append(loud(office)[:1])
        office.clock.advance(hours=3)
    assert seen[0] == []  # it was opened a moment ago
    assert all(each == ["OPEN_AT_AUTHORITY report"] for each in seen[1:])
    assert [each.split(": ")[1] for each in events] == [
        "open_at_authority",
        "soon",
        "due",
        "overdue",
        "open_at_authority",
    ]
    is_dead = False
    office.worker(office.line(fault=fault)).run_due()
    office.clock.advance(minutes=31)
    office.worker(office.line(fault=fault)).run_due()
    assert office.find(report.id).state is ReportState.FILED
    assert len(office.authority.of(report.mark, "finished")) == 1
    assert loud(office) == []


def test_a_report_that_failed_or_waits_to_be_handed_over_is_loud_until_somebody_saw_to_it(office, events) -> None:
    failed = office.approved()
    office.worker(office.line(fault=lambda kind: "faulty" if kind == "open" else "")).run_due()
    look(office, times=2)
    assert (loud(office), events) == (["FAILED report"], [])  # it was told as it happened
    office.clock.advance(hours=24)
    look(office, times=2)
    assert (loud(office), events) == (
        ["OVERDUE case", "FAILED report"],
        ["report_overdue: overdue", "report_failed: failed"],
    )
    drafting.withdraw_report(office.desk(), failed.id, reason="another is made")
    made = office.line(is_handed_over=True)
    handed = office.approved(line=made)
    office.worker(made).run_due()
    look(office)
    assert loud(office) == ["OVERDUE case", "HAND_OVER_DUE report"]
    drafting.hand_over_report(office.desk(line=made), handed.id, receipt="police 17", reason="in person")
    look(office)
    assert loud(office) == []


def test_what_comes_while_a_report_is_on_its_way_has_its_own_deadline(office, tmp_path) -> None:
    report = office.approved()
    office.clock.advance(hours=20)
    another = another_item(office, tmp_path, office.case_id, b"a third file")
    assert loud(office) == ["DUE case"]  # though its case is read anew
    office.worker().run_due()
    assert office.find(report.id).state is ReportState.FILED
    assert loud(office) == []  # what came is not decided on
    decide(reviewing(office), office.case_id, CONFIRMED)
    office.clock.advance(hours=13)
    assert loud(office) == ["SOON case"]
    paper = replace(office.paper(), files=(PaperFile(evidence_id=another),))
    desk = replace(office.desk(), needs_another=False)
    follows = drafting.draft_report(desk, office.case_id, "authority", paper=paper, follows_id=report.id)
    drafting.complete_report(desk, follows.id)
    drafting.approve_report(desk, follows.id)
    office.worker().run_due()
    office.clock.advance(hours=20)
    assert loud(office) == []
    look(office)
    with read(office.place.engine) as tx:
        assert find_case(tx, office.case_id).state is CaseState.REPORTED
        assert deadlines.due_queries.watched_cases(tx) == []


def test_a_file_that_a_report_left_out_is_still_to_be_reported(office) -> None:
    desk = replace(office.desk(), needs_another=False)
    paper = office.paper().without(office.evidence_ids[0])
    report = drafting.draft_report(desk, office.case_id, "authority", paper=paper)
    drafting.complete_report(desk, report.id)
    drafting.approve_report(desk, report.id)
    office.worker().run_due()
    look(office)
    office.clock.advance(hours=25)
    with read(office.place.engine) as tx:
        assert find_case(tx, office.case_id).state is CaseState.REPORTED
    assert loud(office) == ["OVERDUE case"]


def test_a_case_that_is_read_anew_keeps_its_deadline_until_something_else_is_found(office) -> None:
    office.clock.advance(hours=25)
    cases.reopen_case(office.place.engine, office.clock, office.operator, office.case_id, reason="an appeal")
    assert loud(office) == ["OVERDUE case"]
    decide(reviewing(office), office.case_id, OTHERWISE)
    assert loud(office) == []
    look(office)
    with read(office.place.engine) as tx:
        assert deadlines.due_queries.watched_cases(tx) == []


def test_a_lead_who_closes_a_case_ends_its_deadline(office) -> None:
    office.clock.advance(hours=25)
    cases.close_case(office.place.engine, office.clock, office.operator, office.case_id, reason="reported by phone")
    assert loud(office) == []


def test_a_complaint_counts_as_reported_by_what_was_drafted_after_it_was_decided(office, tmp_path) -> None:
    with write(office.place.engine) as tx:
        about = About(subject_id="another account")
        case_id = review.open_or_join(tx, office.clock, office.operator, about).case_id
    another_item(office, tmp_path, case_id, None)
    decide(reviewing(office), case_id, replace(COMPLAINT, is_imminent=True))
    office.approved()
    office.worker().run_due()  # a report of another case ends nothing here
    office.clock.advance(minutes=61)
    assert loud(office) == ["OVERDUE case"]
    desk = replace(office.desk(), needs_another=False)
    report = drafting.draft_report(desk, case_id, "authority", paper=replace(office.paper(), files=()))
    drafting.complete_report(desk, report.id)
    drafting.approve_report(desk, report.id)
    office.worker().run_due()
    assert loud(office) == []


def test_a_clock_that_jumps_silences_nothing(office, events) -> None:
    office.clock.advance(hours=25)
    look(office)
    office.clock.advance(days=400)
    look(office)
    office.clock.advance(days=-400)
    look(office, times=2)
    assert events == ["report_overdue: overdue"] * 3  # for the last was told in a time to come
    office.clock.advance(days=-10)  # and behind the decision
    assert loud(office) == ["OVERDUE case"]
    look(office, times=2)
    assert len(events) == 4


@pytest.mark.long
def test_a_thousand_cases_that_wait_are_looked_at_in_no_time(office, tmp_path) -> None:
    desk = reviewing(office)
    for number in range(1000):
        with write(office.place.engine) as tx:
            about = About(subject_id=f"account {number + 100}")
            case_id = review.open_or_join(tx, office.clock, office.operator, about).case_id
            for _ in range(3):
                new = NewItem(evidence_id=None, kind=ItemKind.FLAG, content_id="")
                review.add_item(tx, office.clock, office.operator, case_id, new)
        decide(desk, case_id, COMPLAINT)
    office.clock.advance(hours=25)
    began = time.process_time()
    with read(office.place.engine) as tx:
        assert len(loudest(tx, office.clock, RULES, 5)) == 5
        assert count_loud(tx, office.clock, RULES) == {Level.OVERDUE: 1001}
    asked = time.process_time() - began
    look(office)
    job = time.process_time() - began - asked
    print(f"{office.place.engine.dialect.name}: asked twice {asked:.3f} s, job {job:.2f} s")
    assert asked < 2
