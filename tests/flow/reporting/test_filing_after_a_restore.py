"""A report that came back with a backup is not filed a second time before a person has asked its authority."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import select

from safelight.audit.queries import page_entries
from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotAllowed, UsageError
from safelight.flow.backup.backups import make_backup
from safelight.flow.reporting import drafting
from safelight.flow.reporting.deadlines import loudest
from safelight.notices.store.tables import events
from safelight.reporting import queries
from safelight.reporting.attempt import UNSETTLED, AttemptState
from safelight.reporting.deadline import DeadlineRules
from safelight.reporting.report import ReportState
from safelight.review.case import CaseState
from safelight.review.queries import find_case
from safelight.vault.hold import HoldKind
from safelight.vault.holding import holds_of

Identity = pyrage.x25519.Identity


@pytest.fixture
def back_up(office, identity: Identity, tmp_path: Path) -> Callable[[], Path]:
    """Back up the office."""

    def run() -> Path:
        make_backup(office.place, office.operator, tmp_path / "office.age", [str(identity.to_public())])
        return tmp_path / "office.age"

    return run


@pytest.fixture
def come_back(office, target, restore):
    """Restore a backup; return the office at the other machine, with the same authority, and what was restored."""

    def run(backup: Path):
        place = replace(target, keys=office.place.keys, clock=office.clock)
        restored = restore(place, backup)
        return replace(office, place=place, told=[]), restored

    return run


def work(office, line=None) -> None:
    for _ in range(4):
        office.worker(line).run_due()
        office.clock.advance(minutes=31)


def faulty_once(office, kind: str, fault: str):
    """Return a line on which this goes wrong, and on which it cannot be asked what became of it."""
    faults = {kind: fault, "retract": "cut before"}
    return office.line(fault=lambda asked: faults.get(asked, ""))


@pytest.fixture
def come_back_cut(office, back_up, come_back):
    """Back up after a fault, let the report be filed, and restore; return the office that came back, and the report."""

    def run(kind: str, fault: str):
        report = office.approved()
        office.worker(faulty_once(office, kind, fault)).run_due()
        backup = back_up()
        office.clock.advance(minutes=31)
        work(office)
        again, _ = come_back(backup)
        return again, report

    return run


def test_what_was_approved_when_the_backup_was_made_is_not_filed_again(office, back_up, come_back) -> None:
    report = office.approved()
    backup = back_up()
    work(office)
    assert office.find(report.id).state is ReportState.FILED
    again, restored = come_back(backup)
    work(again)
    assert len(office.authority.of(report.mark, "finished")) == 1
    found = again.find(report.id)
    assert (found.state, restored.doubted, restored.not_let_go) == (ReportState.FAILED, 1, 0)
    assert f"Ask its authority whether it has a report with the reference {report.mark}" in found.failure
    with read(again.place.engine) as tx:
        assert page_entries(tx, target=f"report:{report.id}")[-1].verb == "doubt_report"


def test_what_its_authority_says_that_it_has_is_filed_under_its_number_and_held(office, back_up, come_back) -> None:
    report = office.approved()
    backup = back_up()
    work(office)
    again, _ = come_back(backup)
    for receipt, reason in (("", "they said so"), ("1", " ")):
        with pytest.raises(InvalidValue):
            drafting.learn_receipt(again.desk(), report.id, receipt=receipt, reason=reason)
    with pytest.raises(NotAllowed):
        drafting.learn_receipt(again.desk(again.person("ray", "reviewer")), report.id, receipt="1", reason="so")
    learnt = drafting.learn_receipt(again.desk(), report.id, receipt="1", reason="they said so on the phone")
    assert (learnt.state, learnt.receipt, learnt.filed_at) == (ReportState.FILED, "1", again.clock.now())
    assert (learnt.failure, again.find(report.id)) == ("", learnt)
    with read(again.place.engine) as tx:
        assert find_case(tx, office.case_id).state is CaseState.REPORTED
        held = [hold for each in office.evidence_ids for hold in holds_of(tx, each) if hold.kind is HoldKind.REPORT]
        last = page_entries(tx, target=f"report:{report.id}")[-1]
    assert [hold.reference for hold in held] == [f"report:{report.id} authority 1"] * len(office.evidence_ids)
    assert (last.verb, last.reason, last.details) == ("learn_receipt", "they said so on the phone", {"receipt": "1"})
    work(again)
    assert len(office.authority.of(report.mark, "finished")) == 1
    with pytest.raises(UsageError, match="is filed"):
        drafting.learn_receipt(again.desk(), report.id, receipt="2", reason="twice")


@pytest.mark.few_on_postgresql("finish")
@pytest.mark.parametrize(("kind", "fault"), [("open", "cut after"), ("upload", "later"), ("finish", "cut after")])
def test_what_was_opened_of_it_is_set_aside_and_nothing_is_due_any_more(office, come_back_cut, kind, fault) -> None:
    again, report = come_back_cut(kind, fault)
    [number] = [name for name, each in office.authority.reports.items() if each.state == "finished"]
    assert _due(again) == [(office.case_id, report.id)]
    drafting.learn_receipt(again.desk(), report.id, receipt=number, reason="they said so")
    assert _due(again) == []
    with read(again.place.engine) as tx:
        states = {each.state for each in queries.attempts_of(tx, report.id)}
    assert AttemptState.SET_ASIDE in states
    assert not states & UNSETTLED
    again.clock.advance(days=3)
    work(again)
    assert _due(again) == [], "its deadline would be over by now"
    assert len(office.authority.of(report.mark, "finished")) == 1
    assert again.find(report.id).receipt == number


def _due(office) -> list[tuple[int, int | None]]:
    """Return what somebody must see to, by case and report."""
    with read(office.place.engine) as tx:
        return [(each.case_id, each.report_id) for each in loudest(tx, office.clock, DeadlineRules())]


@pytest.mark.few_on_postgresql
def test_it_counts_from_when_its_authority_says_that_it_was_filed(office, back_up, come_back) -> None:
    report = office.approved()
    backup = back_up()
    work(office)
    filed_at = office.find(report.id).filed_at
    again, _ = come_back(backup)
    again.clock.advance(days=2)
    for wrong in (again.clock.now() + timedelta(minutes=1), report.drafted_at - timedelta(minutes=1)):
        with pytest.raises(InvalidValue, match="after it was drafted, and before now"):
            drafting.learn_receipt(again.desk(), report.id, receipt="1", reason="so", filed_at=wrong)
    learnt = drafting.learn_receipt(again.desk(), report.id, receipt="1", reason="so", filed_at=filed_at)
    assert learnt.filed_at == filed_at


@pytest.mark.few_on_postgresql
def test_one_whose_name_had_not_come_is_not_filed_again(office, come_back_cut) -> None:
    again, report = come_back_cut("open", "cut after")
    work(again)
    assert again.find(report.id).state is ReportState.FAILED
    assert len(office.authority.of(report.mark, "finished")) == 1


@pytest.mark.few_on_postgresql
@pytest.mark.parametrize("act", [drafting.retry_report, drafting.withdraw_report])
def test_one_that_was_just_being_finished_is_filed_by_what_its_authority_says(office, back_up, come_back, act) -> None:
    report = office.approved()
    office.worker(faulty_once(office, "finish", "cut after")).run_due()
    again, _ = come_back(back_up())
    act(again.desk(), report.id, reason="to see what became of it")
    work(again)
    found = again.find(report.id)
    assert (found.state, found.receipt) == (ReportState.FILED, "1")
    assert len(office.authority.of(report.mark, "finished")) == 1


@pytest.mark.few_on_postgresql
def test_one_that_was_given_up_since_and_sent_anew_is_withdrawn_and_nothing_of_it_stays_open(
    office, come_back_cut
) -> None:
    again, report = come_back_cut("upload", "later")
    work(again)
    assert again.find(report.id).state is ReportState.FAILED
    assert drafting.withdraw_report(again.desk(), report.id, reason="they have it as 2") is ReportState.FILING
    work(again)
    assert again.find(report.id).state is ReportState.WITHDRAWN
    with read(again.place.engine) as tx:
        assert not [each for each in queries.attempts_of(tx, report.id) if each.state in UNSETTLED]
    assert len(office.authority.of(report.mark, "finished")) == 1


@pytest.mark.few_on_postgresql
def test_nobody_writes_another_paper_over_what_may_be_filed(office, back_up, come_back) -> None:
    report = office.approved()
    office.worker(faulty_once(office, "finish", "cut after")).run_due()
    again, _ = come_back(back_up())
    with pytest.raises(UsageError, match="is not settled, and may be filed"):
        drafting.edit_report(again.desk(), report.id, again.paper(text="other words"))


@pytest.mark.usefixtures("told_events")
def test_who_listens_is_told_of_each_report_that_waits_for_an_answer(office, back_up, come_back) -> None:
    report = office.approved()
    again, _ = come_back(back_up())
    with read(again.place.engine) as tx:
        told = tx.execute(select(events.c.facts).where(events.c.kind == "report_failed")).scalars().all()
    assert list(map(json.loads, told)) == [{"case_id": office.case_id, "report_id": report.id}]


def test_what_a_person_has_to_let_go_is_counted_and_what_had_failed_says_both(office, back_up, come_back) -> None:
    drafting.draft_report(office.desk(), office.case_id, "authority", paper=office.paper())
    failed = office.approved()
    office.worker(faulty_once(office, "open", "faulty")).run_due()
    again, restored = come_back(back_up())
    assert (restored.doubted, restored.not_let_go) == (1, 1)
    assert again.find(failed.id).failure.endswith("Before that it had failed: it will not take this")


@pytest.mark.few_on_postgresql
def test_what_goes_to_a_test_host_counts_as_nothing_and_goes_on(office, back_up, come_back) -> None:
    line = office.line(is_test=True)
    report = office.approved(line=line)
    again, restored = come_back(back_up())
    work(again, line)
    assert (again.find(report.id).state, restored.doubted) == (ReportState.TRIED, 0)
