"""A receipt counts, whatever happens at that moment to its case and its files."""

import threading

from safelight.database.transaction import read, write
from safelight.errors import UsageError
from safelight.flow.reporting import receipt
from safelight.reporting.boundary import FilingBoundary
from safelight.reporting.report import ReportState
from safelight.review import steps as review
from safelight.review.case import CaseState
from safelight.review.queries import find_case
from safelight.vault.hold import HoldKind
from safelight.vault.holding import active_holds


def held(office) -> list[HoldKind]:
    with read(office.place.engine) as tx:
        found = [active_holds(tx, each, office.clock.now()) for each in office.evidence_ids]
    return [hold.kind for holds in found for hold in holds]


def test_a_case_that_is_begun_anew_while_its_receipt_is_written_costs_no_receipt(office) -> None:
    report, begun, others = office.approved(), threading.Event(), []

    def reopen() -> None:
        with write(office.place.engine) as tx:
            review.reopen_case(tx, office.clock, office.operator, office.case_id, reason="more of it came")
            begun.set()
            threading.Event().wait(0.7)  # so long that the worker waits for the case

    def reach(boundary: object) -> None:
        if boundary is FilingBoundary.CALLED and office.authority.calls[-1] == "finish":
            others.append(threading.Thread(target=reopen))
            others[0].start()
            assert begun.wait(30)

    office.worker(reach=reach).run_due()
    others[0].join()
    assert office.find(report.id).state is ReportState.FILED, office.told
    assert held(office).count(HoldKind.REPORT) == 2
    with read(office.place.engine) as tx:
        assert find_case(tx, office.case_id).state is CaseState.REOPENED


def test_what_cannot_be_written_down_at_once_is_asked_again_and_never_given_up(office, monkeypatch) -> None:
    report, real = office.approved(), receipt.start_report_hold

    def refuse(*_args: object, **_more: object) -> None:
        raise UsageError("It is not living.")

    monkeypatch.setattr(receipt, "start_report_hold", refuse)
    office.worker().run_due()
    assert office.find(report.id).state is ReportState.FILING
    assert "It is not living." in office.told[-1]
    monkeypatch.setattr(receipt, "start_report_hold", real)
    office.clock.advance(minutes=31)
    office.worker().run_due()
    assert office.find(report.id).state is ReportState.FILED
    assert len(office.authority.reports) == 1
    assert held(office).count(HoldKind.REPORT) == 2


def test_a_receipt_that_was_not_believed_is_told_for_a_file_of_it_may_lack(office, monkeypatch) -> None:
    report, events = office.approved(), []
    monkeypatch.setattr(receipt, "tell_event", lambda _tx, _clock, kind, facts: events.append((kind.value, facts)))
    office.worker(office.line(fault=lambda kind: "doubted" if kind == "finish" else "")).run_due()
    assert office.find(report.id).state is ReportState.FILED
    assert len(office.authority.reports) == 1
    assert receipt.DOUBTED in office.told[-1]
    assert [(kind, facts.get("verdict")) for kind, facts in events] == [("report_filed", "receipt_doubted")]


def test_a_receipt_that_is_as_it_should_be_is_told_without_a_word_more(office, monkeypatch) -> None:
    office.approved()
    events = []
    monkeypatch.setattr(receipt, "tell_event", lambda _tx, _clock, kind, facts: events.append((kind.value, facts)))
    office.worker().run_due()
    assert [(kind, facts.get("verdict")) for kind, facts in events] == [("report_filed", None)]
    assert office.told == []
