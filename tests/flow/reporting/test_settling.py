"""What was opened is settled before anything else, at once and by one question; giving up works wherever it may."""

from contextlib import suppress

import pytest

from safelight.database.transaction import read, write
from safelight.flow.reporting import drafting, filing
from safelight.jobs.job import JobState
from safelight.jobs.queries import find_open_job
from safelight.reporting import queries
from safelight.reporting.attempt import AttemptState
from safelight.reporting.boundary import FilingBoundary
from safelight.reporting.report import Report, ReportState
from safelight.reporting.store import report_rows
from safelight.vault.vault import Vault


class Death(BaseException):
    """The process is gone."""


@pytest.fixture
def events(monkeypatch) -> list[str]:
    """What is told to addresses by filing, by its kind."""
    told: list[str] = []
    monkeypatch.setattr(filing, "tell_event", lambda _tx, _clock, kind, _facts: told.append(kind.value))
    return told


def nowhere(office):
    """A worker whose destinations do not have the one that is asked for."""
    return office.worker(office.line(name="another"))


def give_up(office, report: Report) -> ReportState:
    return drafting.withdraw_report(office.desk(), report.id, reason="it was mistaken")


def require_filed_once(office, report: Report) -> None:
    for _ in range(20):
        if office.find(report.id).state is ReportState.FILED:
            break
        office.worker(name="last").run_due()
        office.clock.advance(minutes=31)
    (finished,) = office.authority.of(report.mark, "finished")
    assert office.authority.reports[office.find(report.id).receipt] is finished
    assert office.authority.of(report.mark, "open") == []


# Giving up


def test_what_is_given_up_while_the_authority_refuses_it_is_withdrawn_and_nobody_is_called(office, events) -> None:
    report = office.approved()

    def meanwhile(kind: str) -> None:
        if kind == "describe":
            give_up(office, report)

    line = office.line(fault=lambda kind: "faulty" if kind == "describe" else "", meanwhile=meanwhile)
    office.worker(line).run_due()
    found = office.find(report.id)
    assert (found.state, found.withdrawal, events) == (ReportState.WITHDRAWN, False, [])
    assert office.authority.of(report.mark, "open") == []


def test_whoever_lets_a_report_go_takes_back_what_somebody_asked_before(office) -> None:
    line = office.line(fault=lambda kind: "faulty" if kind == "open" else "")
    tried, written = office.approved(), office.approved()
    office.worker(line).run_due()
    with write(office.place.engine) as tx:
        for each in (tried, written):
            report_rows.put(tx, each.id, withdrawal=True)  # as an earlier program left it
    desk = office.desk()
    drafting.retry_report(desk, tried.id, reason="the account is open again")
    office.needs_another = False
    desk = office.desk()
    drafting.edit_report(desk, written.id, office.paper(text="as it is"))
    drafting.complete_report(desk, written.id)
    drafting.approve_report(desk, written.id)
    office.worker().run_due()
    assert [office.find(each.id).state for each in (tried, written)] == [ReportState.FILED] * 2


def test_what_was_never_opened_is_given_up_at_once_though_its_destination_is_gone(office) -> None:
    report = office.approved()
    nowhere(office).run_due()
    assert office.find(report.id).state is ReportState.FILING
    give_up(office, report)
    nowhere(office).run_due()  # at once, and not when it was to be tried again
    assert office.find(report.id).state is ReportState.WITHDRAWN
    assert office.authority.calls == []


def test_what_may_be_open_under_a_name_that_never_came_is_given_up_as_lost(office) -> None:
    report = office.approved()

    def die(boundary: object) -> None:
        if boundary is FilingBoundary.CALLED:
            raise Death

    with suppress(Death):
        office.worker(reach=die).run_due()
    give_up(office, report)
    for _ in range(3):
        office.clock.advance(seconds=70)
        nowhere(office).run_due()
    assert office.find(report.id).state is ReportState.WITHDRAWN
    with read(office.place.engine) as tx:
        assert [each.state for each in queries.attempts_of(tx, report.id)] == [AttemptState.LOST]


def test_what_is_open_at_an_authority_that_is_switched_off_is_not_called_given_up(office) -> None:
    report, cut = office.approved(), {"describe": "later", "retract": "cut before"}
    office.worker(office.line(fault=lambda kind: cut.get(kind, ""))).run_due()
    give_up(office, report)
    nowhere(office).run_due()
    assert office.find(report.id).state is ReportState.FILING
    office.clock.advance(minutes=31)
    office.worker().run_due()
    assert office.find(report.id).state is ReportState.WITHDRAWN
    assert office.authority.of(report.mark, "open") == []


# Nothing lies open while it waits


@pytest.mark.few_on_postgresql("finish")
@pytest.mark.parametrize("kind", ["upload", "describe", "finish"])
def test_what_has_to_wait_is_retracted_before_it_waits(office, kind: str) -> None:
    report = office.approved()
    office.worker(office.line(fault=lambda asked: "later" if asked == kind else "")).run_due()
    assert office.find(report.id).state is ReportState.FILING
    assert office.authority.of(report.mark, "open") == []
    assert office.authority.calls.count("retract") == 1
    require_filed_once(office, report)


def test_what_is_unforeseen_leaves_nothing_open(office, monkeypatch) -> None:
    report = office.approved()

    def fail(*_args: object) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patched:
        patched.setattr(filing, "Md5Content", fail)
        office.worker().run_due()
    assert office.authority.of(report.mark, "open") == []
    require_filed_once(office, report)


@pytest.mark.few_on_postgresql("finish")
@pytest.mark.parametrize("kind", ["open", "upload", "describe", "finish"])
def test_a_clock_that_is_set_back_leaves_nothing_open_and_costs_no_report(office, kind: str) -> None:
    report, left = office.approved(), [True]

    def meanwhile(asked: str) -> None:
        if asked == kind and left:
            left.clear()
            office.clock.advance(days=-1)

    office.worker(office.line(meanwhile=meanwhile)).run_due()
    assert "The clock was set back" in office.told[-1]
    assert office.authority.of(report.mark, "open") == []
    for _ in range(25):  # more often than any job is tried
        office.clock.advance(minutes=31)
        office.worker().run_due()
    with read(office.place.engine) as tx:
        job = find_open_job(tx, filing.filing_key(report.id))
    assert job is not None
    assert job.state is JobState.WAITING
    office.clock.advance(days=1)
    require_filed_once(office, report)


def test_what_a_key_does_not_open_now_is_tried_again(office) -> None:
    report, engine = office.approved(), office.place.engine
    with write(engine) as tx:
        sealed = queries.sealed_content(tx, report.id).sealed
        report_rows.put(tx, report.id, content=b"damaged" * 10)
    office.worker().run_due()
    assert "does not open" in office.told[-1]
    with write(engine) as tx:
        report_rows.put(tx, report.id, content=sealed)
    require_filed_once(office, report)


def test_a_leave_to_read_that_is_over_is_asked_for_anew(office, monkeypatch) -> None:
    report, real = office.approved(), Vault.manifest

    def late(self: Vault, *args: object) -> object:
        office.clock.advance(minutes=11)  # the machine slept
        return real(self, *args)

    with monkeypatch.context() as patched:
        patched.setattr(Vault, "manifest", late)
        office.worker().run_due()
    assert office.find(report.id).state is ReportState.FILING
    assert "has expired" in office.told[-1]
    require_filed_once(office, report)


# An authority that will never say


def parked(office, line=None) -> Report:
    """Return a report that the authority refuses, and refuses to retract."""
    report = office.approved()
    faulty = office.line(fault=lambda kind: "faulty" if kind in {"upload", "retract"} else "")
    office.worker(line or faulty).run_due()
    return office.find(report.id)


def test_an_authority_that_refuses_to_say_is_asked_once_a_day_and_a_person_is_told_once(office, events) -> None:
    report = parked(office)
    assert (report.state, events) == (ReportState.FILING, ["report_failed"])
    assert "It is not known whether it is filed" in report.failure
    assert "a person must see to it" in office.told[-1]
    line = office.line(fault=lambda kind: "faulty" if kind == "retract" else "")
    for _ in range(46):  # not yet a day
        office.clock.advance(minutes=31)
        office.worker(line).run_due()
    assert office.authority.calls.count("retract") == 1
    office.clock.advance(hours=1)
    office.worker(line).run_due()
    assert office.authority.calls.count("retract") == 2
    assert office.authority.calls.count("open") == 1
    assert events == ["report_failed"]


def test_whoever_set_it_right_lets_it_be_asked_at_once(office) -> None:
    report = parked(office)
    office.worker().run_due()
    assert office.authority.calls.count("retract") == 1
    drafting.retry_report(office.desk(), report.id, reason="the account is open again")
    assert office.find(report.id).state is ReportState.FILING
    office.worker().run_due()
    found = office.find(report.id)
    assert (found.state, found.failure) == (ReportState.FILED, "")
    require_filed_once(office, report)


def test_what_was_finished_before_the_authority_would_say_no_more_is_filed_and_no_second_is_opened(office) -> None:
    cut = {"finish": "cut after", "retract": "faulty"}
    report = parked(office, office.line(fault=lambda kind: cut.get(kind, "")))
    assert report.state is ReportState.FILING
    drafting.retry_report(office.desk(), report.id, reason="the account is open again")
    office.worker().run_due()
    require_filed_once(office, report)
    assert len(office.authority.reports) == 1
