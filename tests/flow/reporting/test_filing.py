"""A report is filed exactly once, whatever dies, is cut, comes twice or late on the way."""

import hashlib
import random
from collections.abc import Callable
from contextlib import suppress

import pytest

from safelight.database.transaction import read, write
from safelight.errors import NotFound
from safelight.flow.reporting import drafting
from safelight.jobs.boundary import JobBoundary
from safelight.reporting import queries, steps
from safelight.reporting.attempt import UNSETTLED, AttemptState
from safelight.reporting.boundary import FilingBoundary
from safelight.reporting.paper import paper_bytes
from safelight.reporting.report import Report, ReportState
from safelight.review.case import CaseState
from safelight.review.queries import find_case
from safelight.vault.hold import HoldKind
from safelight.vault.holding import active_holds

FAULTS = ("later", "cut before", "cut after", "twice", "other bytes")
"""What goes wrong with a call; nobody can tell the second from the third."""


class Death(BaseException):
    """The process is gone."""


def attempts(office, report: Report) -> list[AttemptState]:
    with read(office.place.engine) as tx:
        return [each.state for each in queries.attempts_of(tx, report.id)]


def run_until_filed(office, report: Report) -> None:
    """Let workers with a good line run, as often as they wait."""
    for _ in range(20):
        office.worker(name="last").run_due()
        if office.find(report.id).state not in {ReportState.APPROVED, ReportState.FILING}:
            return
        office.clock.advance(minutes=31)
    raise AssertionError(office.told)


def require_filed_once(office, report: Report) -> None:
    """The authority holds exactly one finished report of it, with every file as it is, and we know which."""
    filed = office.find(report.id)
    assert filed.state is ReportState.FILED
    (finished,) = office.authority.of(report.mark, "finished")
    assert office.authority.reports[filed.receipt] is finished
    assert sorted(set(finished.files.values())) == sorted(office.md5s.values())
    assert {told["evidence"] for told in finished.described.values()} == set(office.evidence_ids)
    for told in finished.described.values():  # what is said of a file is said of that one
        assert finished.files[told["file"]] == office.md5s[told["evidence"]]


def test_a_report_is_filed_and_what_follows_is_done_with_it(office) -> None:
    report = office.approved()
    office.worker().run_due()
    require_filed_once(office, report)
    assert attempts(office, report) == [AttemptState.FINISHED]
    with read(office.place.engine) as tx:
        assert find_case(tx, office.case_id).state is CaseState.REPORTED
        for evidence_id in office.evidence_ids:
            kinds = [hold.kind for hold in active_holds(tx, evidence_id, office.clock.now())]
            assert kinds == [HoldKind.REPORT]


def test_every_word_is_kept_sealed_and_can_be_read_again(office) -> None:
    report = office.approved()
    office.worker().run_due()
    with read(office.place.engine) as tx:
        calls, sealed = queries.calls_of(tx, report.id), queries.sealed_content(tx, report.id)
        first = queries.sealed_call(tx, calls[0].id)
    assert [call.kind.value for call in calls] == [
        "open",
        *("upload", "describe") * 2,
        "finish",
    ]
    key = sealed.key(office.place.keys)
    sent, _ = first.open(key)
    assert report.mark.encode() in sent
    assert hashlib.sha256(sent).hexdigest() == calls[0].sent_sha256
    assert report.mark.encode() not in (first.sent or b"")
    assert sealed.open(key) == paper_bytes(office.paper())


@pytest.mark.few_on_postgresql(
    ("open", "cut before"),
    ("open", "twice"),
    ("upload", "other bytes"),
    ("describe", "later"),
    ("finish", "cut after"),
)
@pytest.mark.parametrize("kind", ["open", "upload", "describe", "finish"])
@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_of_one_call_costs_a_try_and_nothing_else(office, kind: str, fault: str) -> None:
    report, left = office.approved(), [fault]

    def once(asked: str) -> str:
        return left.pop() if asked == kind and left else ""

    office.worker(office.line(fault=once)).run_due()
    run_until_filed(office, report)
    require_filed_once(office, report)


@pytest.mark.parametrize("kind", ["open", "upload", "describe", "finish"])
def test_what_the_authority_will_never_take_is_told_to_a_person_and_retracted(office, kind: str) -> None:
    report = office.approved()
    office.worker(office.line(fault=lambda asked: "faulty" if asked == kind else "")).run_due()
    failed = office.find(report.id)
    assert (failed.state, failed.failure) == (ReportState.FAILED, "it will not take this")
    assert "a person must see to it" in office.told[-1]
    assert not office.authority.of(report.mark, "open")
    assert not office.authority.of(report.mark, "finished")


def test_while_the_authority_does_not_say_what_became_of_it_nothing_is_opened(office) -> None:
    report = office.approved()
    cut = {"finish": "cut after", "retract": "cut before"}
    for _ in range(4):
        office.worker(office.line(fault=lambda kind: cut.get(kind, ""))).run_due()
        office.clock.advance(minutes=31)
    assert office.authority.calls.count("open") == 1
    run_until_filed(office, report)
    require_filed_once(office, report)
    assert len(office.authority.reports) == 1


def test_a_worker_that_lost_its_job_only_retracts_what_it_opened(office) -> None:
    report = office.approved()

    def sleep(kind: str) -> None:
        if kind == "finish" and office.authority.calls.count("finish") == 1:
            office.clock.advance(minutes=5)
            with pytest.raises(AssertionError):  # the other is suspected first
                run_once(office, report)
            office.clock.advance(seconds=30)
            run_until_filed(office, report)

    def run_once(office, report: Report) -> None:
        office.worker(name="other").run_due()
        assert office.find(report.id).state is ReportState.FILED

    office.worker(office.line(meanwhile=sleep)).run_due()
    require_filed_once(office, report)


def test_a_worker_that_lost_its_job_while_it_opened_a_report_retracts_that_at_once(office) -> None:
    report = office.approved()

    def sleep(kind: str) -> None:
        if kind == "open" and office.authority.calls.count("open") == 1:
            for _ in range(3):  # suspected, then taken over
                office.clock.advance(seconds=70)
                office.worker(name="other").run_due()
            assert office.find(report.id).state is ReportState.FILED

    office.worker(office.line(meanwhile=sleep)).run_due()
    require_filed_once(office, report)
    assert office.authority.of(report.mark, "open") == []
    assert len(office.authority.of(report.mark, "retracted")) == 1


def test_a_file_of_which_other_bytes_arrived_is_not_filed(office) -> None:
    report = office.approved()
    office.worker(office.line(fault=lambda kind: "other bytes" if kind == "upload" else "")).run_due()
    assert office.authority.of(report.mark, "finished") == []
    assert "not what was sent" in office.told[-1]


def test_somebody_can_give_up_what_is_on_its_way(office) -> None:
    report = office.approved()
    office.worker(office.line(fault=lambda kind: "later" if kind == "describe" else "")).run_due()
    desk = office.desk()
    assert drafting.withdraw_report(desk, report.id, reason="it was mistaken") is ReportState.FILING
    run_until_filed(office, report)
    assert office.find(report.id).state is ReportState.WITHDRAWN
    assert not office.authority.of(report.mark, "finished")
    assert len(office.authority.of(report.mark, "retracted")) == 1


def test_what_is_finished_cannot_be_given_up(office) -> None:
    report, cut = office.approved(), {"finish": "cut after", "retract": "cut before"}
    office.worker(office.line(fault=lambda kind: cut.get(kind, ""))).run_due()
    drafting.withdraw_report(office.desk(), report.id, reason="it was mistaken")
    run_until_filed(office, report)
    require_filed_once(office, report)


def test_what_a_test_host_has_counts_as_nothing(office) -> None:
    line = office.line(is_test=True)
    report = office.approved(line=line)
    office.worker(line).run_due()
    assert office.find(report.id).state is ReportState.TRIED
    with read(office.place.engine) as tx:
        assert find_case(tx, office.case_id).state is CaseState.DECIDED
        held = [hold.kind for each in office.evidence_ids for hold in active_holds(tx, each, office.clock.now())]
    assert HoldKind.REPORT not in held


def test_a_report_that_was_drafted_for_a_test_host_never_goes_to_another(office) -> None:
    report = office.approved(line=office.line(is_test=True))
    office.worker(office.line()).run_due()
    assert office.find(report.id).state is not ReportState.FILED
    assert office.authority.calls == []


def test_what_a_report_said_is_erased_when_its_time_is_over_and_its_receipt_stays(office) -> None:
    report = office.approved()
    run_until_filed(office, report)
    waiting = office.approved()
    office.worker(office.line(fault=lambda _: "later")).run_due()
    assert office.find(waiting.id).state is ReportState.FILING
    receipt, engine = office.find(report.id).receipt, office.place.engine
    office.clock.advance(days=1)
    with write(engine) as tx:
        assert steps.erase_ended(tx, office.clock, office.operator, before=office.clock.now()) == 1
        assert steps.erase_ended(tx, office.clock, office.operator, before=office.clock.now()) == 0
    with read(engine) as tx:
        with pytest.raises(NotFound, match="erased"):
            queries.sealed_content(tx, report.id)
        queries.sealed_content(tx, waiting.id)
        calls = queries.calls_of(tx, report.id)
        assert [queries.sealed_call(tx, call.id).sent for call in calls] == [None] * len(calls)
    assert office.find(report.id).receipt == receipt
    assert (office.find(report.id).approved_by, office.find(report.id).completed_by) == ("", "")


def require_not_filed(office, report: Report) -> None:
    """The authority holds no finished report of one that is called given up."""
    assert office.authority.of(report.mark, "finished") == []


def step_in(office, report: Report, strike: Callable[[float], bool]) -> Report:
    """Let a person do something about a report that is on its way, and return the one that is to be filed then."""
    desk, found = office.desk(), office.find(report.id)
    if found.state is ReportState.FILING and strike(0.2):
        drafting.retry_report(desk, report.id, reason="to be tried now")
    if found.state is ReportState.FILING and strike(0.1):
        drafting.withdraw_report(desk, report.id, reason="it was mistaken")
    if found.state is not ReportState.WITHDRAWN:
        return report
    require_not_filed(office, report)
    return office.approved()


def run_schedule(office, seed: int) -> None:
    """File a report while the line fails, workers die or sleep until others took over, and the clock jumps.

    It jumps back too; a person lets it be tried now, or gives it up and lets another go in its place. What the
    authority will not say any more it says at last.
    """
    chance = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    report = office.approved()
    trouble = [chance.randint(1, 6)]

    def strike(share: float) -> bool:
        if trouble[0] and chance.random() < share:
            trouble[0] -= 1
            return True
        return False

    def fault(kind: str) -> str:
        if kind == "retract" and strike(0.05):
            return "faulty"
        return chance.choice(FAULTS) if strike(0.2) else ""

    def reach(boundary) -> None:
        if isinstance(boundary, FilingBoundary | JobBoundary) and strike(0.04):
            raise Death

    def meanwhile(_kind: str) -> None:
        if strike(0.03):
            office.clock.advance(seconds=-4000)
        if strike(0.06):
            office.clock.advance(seconds=chance.choice([70, 70, 4000, 90_000]))
            for _ in range(2):  # suspected, then taken over
                run_one(office.line(fault=fault))
                office.clock.advance(seconds=20)

    def run_one(line) -> None:
        with suppress(Death):
            office.worker(line, reach=reach, name=f"w{chance.random()}").run_due()

    for _ in range(8):
        run_one(office.line(fault=fault, meanwhile=meanwhile))
        office.clock.advance(seconds=chance.choice([40, 70, 2000, 100_000]))
        report = step_in(office, report, strike)
    office.clock.advance(hours=25)  # before any moment that was seen, and what was parked is due
    office.worker(name="sweeper").run_due()
    office.clock.advance(seconds=70)
    run_until_filed(office, report)
    if office.find(report.id).state is ReportState.WITHDRAWN:
        require_not_filed(office, report)
    else:
        require_filed_once(office, report)
    with read(office.place.engine) as tx:
        left = [each for each in queries.attempts_of(tx, report.id) if each.state in UNSETTLED]
    assert left == []
    office.clock.advance(hours=25)
    office.authority.expire()
    assert office.authority.of(report.mark, "open") == []


SEEDS = [
    pytest.param(kind, seed, marks=[] if seed < most else pytest.mark.long)
    for kind, most in (("sqlite", 4), ("postgresql", 2))
    for seed in range(8)
]


@pytest.mark.parametrize(("engine", "seed"), SEEDS, indirect=["engine"])
def test_whatever_goes_wrong_it_is_filed_exactly_once(office, seed: int) -> None:
    run_schedule(office, seed)


@pytest.mark.long
@pytest.mark.parametrize("first", range(1000, 3000, 100))
def test_whatever_goes_wrong_two_thousand_times_it_is_filed_exactly_once(office, first: int) -> None:
    for seed in range(first, first + 100):
        run_schedule(office, seed)
