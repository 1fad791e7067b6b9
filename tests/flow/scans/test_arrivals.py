"""Media that arrives gets one answer for each request, at once or later, however often and by how many it is sent."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.boundary import unwatched
from safelight.clock import FixedClock
from safelight.database.transaction import read, write
from safelight.errors import IdempotencyConflict, InvalidValue, NotAllowed, RequestInFlight, SpoolFull, UsageError
from safelight.flow.cases import reopen_case
from safelight.flow.review.endings import end_reviews
from safelight.flow.scans.answer import Kept, answer_again, present_answer
from safelight.flow.scans.spool_room import SpoolRoom
from safelight.flow.scans.unscanned import OwnFault, Treatment, read_policy
from safelight.hashing.signal import Reason
from safelight.intake.queries import find_request
from safelight.matching.match import Verdict
from safelight.review import steps
from safelight.roles import EVERY_PERMISSION, Permission
from safelight.vault.seal_boundary import SealBoundary


class Abandoned(BaseException):
    """The process died here."""


LISTED, OTHER = b"listed, and benign", b"nobody lists this"


def test_identical_uploads_at_the_same_moment_are_all_answered_stored_once_and_in_one_case(desk, actor) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: desk.take_in(actor, LISTED), range(8)))
    assert {answer.verdict for answer in answers} == {Verdict.EXACT}
    assert len({answer.case_id for answer in answers}) == 1
    assert sum(answer.is_new_case for answer in answers) == 1
    assert {facts.id for facts in desk.evidence()} == {answer.evidence_id for answer in answers}
    (case,) = desk.cases()
    assert case.item_count == 8
    desk.work()
    assert desk.stored() == 1


def test_media_that_arrives_while_its_case_is_closed_and_reopened_is_in_a_case_and_nobody_is_turned_away(desk, actor):
    """Cases, evidence and bytes are locked in one order, so that nobody waits for who waits for them."""
    ended = threading.Event()

    def close_and_reopen() -> int:
        closed = 0
        while not ended.is_set():
            for case in desk.cases():
                with suppress(UsageError):  # closed by now, or another is open
                    (_close if case.is_open else _reopen)(desk, actor, case.id)
                    closed += case.is_open
        return closed

    with ThreadPoolExecutor(6) as pool:
        closing = [pool.submit(close_and_reopen) for _ in range(2)]
        answers = list(pool.map(lambda number: desk.take_in(actor, LISTED + bytes([number % 3])), range(24)))
        ended.set()
        assert sum(each.result() for each in closing) > 0
    assert {facts.id for facts in desk.evidence()} == {answer.evidence_id for answer in answers}
    assert sum(case.item_count for case in desk.cases()) == 24
    assert sum(case.is_open for case in desk.cases()) <= 1


def _close(desk, actor, case_id: int) -> None:
    """Close a case as a decision does in which nothing is confirmed."""
    with write(desk.engine) as tx:
        case = steps.close_case(tx, desk.clock, actor, case_id, reason="why")
        end_reviews(tx, desk.clock, actor, case, appeal_days=30)


def _reopen(desk, actor, case_id: int) -> None:
    reopen_case(desk.engine, desk.clock, actor, case_id, reason="why")


@pytest.mark.parametrize("data", [LISTED, OTHER])
def test_a_repeat_gets_the_first_answer_and_does_nothing(desk, actor, data) -> None:
    first = desk.take_in(actor, data, key="k")
    desk.before = _never
    second = desk.take_in(actor, data, key="k")
    assert second.is_repeat
    assert (second.id, second.outcome) == (first.id, first.outcome)
    assert desk.counted == [first]


def _never() -> None:
    raise AssertionError("a repeat is not scanned")


@pytest.mark.parametrize("data", [LISTED, OTHER])
def test_many_twins_get_one_answer(desk, actor, data) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: desk.take_in(actor, data, key="k"), range(6)))
    assert len({(answer.id, answer.outcome) for answer in answers}) == 1
    assert sum(not answer.is_repeat for answer in answers) == 1
    assert len(desk.evidence()) == (data == LISTED)


def test_another_body_under_the_same_key_is_a_conflict(desk, actor) -> None:
    desk.take_in(actor, LISTED, key="k")
    for told in ({"data": OTHER}, {"data": LISTED, "subject": "account 8"}):
        with pytest.raises(IdempotencyConflict):
            desk.take_in(actor, key="k", **told)
    assert len(desk.evidence()) == 1


def test_a_request_that_failed_can_be_sent_again_at_once(desk, actor) -> None:
    def fail() -> None:
        raise OSError("no")

    desk.before = fail
    with pytest.raises(OSError, match="no"):
        desk.take_in(actor, LISTED, key="k")
    desk.before = lambda: None
    assert not desk.take_in(actor, LISTED, key="k").is_repeat


@pytest.mark.few_on_postgresql(SealBoundary.BLOB_PLACED, SealBoundary.EVIDENCE_HELD)
@pytest.mark.parametrize("boundary", list(SealBoundary))
def test_a_request_whose_first_answerer_died_is_answered_once_in_effect(desk, actor, boundary) -> None:
    def die(reached: SealBoundary) -> None:
        if reached == boundary:
            raise Abandoned

    desk.reach = die
    with pytest.raises(Abandoned):
        desk.take_in(actor, LISTED, key="k")
    desk.reach, desk.wait_s = unwatched, 0.1
    with pytest.raises(RequestInFlight):
        desk.take_in(actor, LISTED, key="k")
    desk.clock = FixedClock(at=desk.clock.now() + timedelta(minutes=1))
    answer = desk.take_in(actor, LISTED, key="k")
    assert desk.take_in(actor, LISTED, key="k").outcome == answer.outcome
    assert [facts.id for facts in desk.evidence()] == [answer.evidence_id]
    assert [case.item_count for case in desk.cases()] == [1]


def test_what_is_queued_has_no_verdict_yet_and_its_request_says_later_what_was_found(desk, actor) -> None:
    answer = desk.queue(actor, LISTED)
    assert (answer.verdict, answer.kept, answer.is_waiting) == (None, Kept.SPOOL, True)
    assert [(facts.id, facts.is_held) for facts in desk.kept()] == [(answer.spool_id, False)]
    assert desk.counted == []
    desk.work()
    with read(desk.engine) as tx:
        found = present_answer(find_request(tx, answer.id))
    (facts,), (case,) = desk.evidence(), desk.cases()
    assert (found.verdict, found.evidence_id, found.case_id) == (Verdict.EXACT, facts.id, case.id)
    assert found.job_id == answer.job_id
    assert [each.verdict for each in desk.counted] == [Verdict.EXACT]


def test_a_repeat_of_what_was_queued_queues_nothing_and_is_told_the_same_ever_after(desk, actor) -> None:
    first = desk.queue(actor, OTHER, key="k")
    second = desk.queue(actor, OTHER, key="k")
    assert len(desk.kept()) == 1
    desk.work()
    third = desk.queue(actor, OTHER, key="k")
    assert first.outcome == second.outcome == third.outcome
    with read(desk.engine) as tx:
        request = find_request(tx, first.id)
    assert present_answer(request).verdict is Verdict.NO_KNOWN_MATCH
    assert present_answer(request).kept is Kept.NOTHING
    assert answer_again(request).is_waiting


def test_a_full_spool_queues_nothing(desk, actor) -> None:
    desk.room = SpoolRoom(most_bytes=len(LISTED))
    desk.queue(actor, LISTED)
    with pytest.raises(SpoolFull, match="spool list"):
        desk.queue(actor, LISTED, key="k")
    assert len(desk.kept()) == 1
    desk.work()
    assert not desk.queue(actor, LISTED, key="k").is_repeat  # the key was free again


@pytest.mark.parametrize(
    ("policy", "treatment"), [("hold", Treatment.HOLD), ("unavailable=pass_and_requeue", Treatment.PASS_AND_REQUEUE)]
)
def test_what_we_cannot_scan_by_a_fault_of_ours_is_scanned_by_itself_later(desk, actor, policy, treatment) -> None:
    desk.is_down, desk.policy = True, read_policy(policy)
    answer = desk.take_in(actor, LISTED, key="k")
    assert (answer.verdict, answer.fault, answer.treatment) == (Verdict.NOT_SCANNED, "unavailable", treatment)
    assert answer.kept is Kept.SPOOL
    assert desk.counted == desk.told == [answer]
    desk.is_down = False
    desk.work()
    assert len(desk.cases()) == 1
    assert desk.take_in(actor, LISTED, key="k").outcome == answer.outcome
    with read(desk.engine) as tx:
        assert present_answer(find_request(tx, answer.id)).verdict is Verdict.EXACT


def test_what_is_put_off_is_not_even_looked_at(desk, actor) -> None:
    desk.before = _never
    with desk.arrived(LISTED) as arrived:
        answer = desk.arrivals.put_off(actor, arrived, OwnFault.BUSY)
    assert (answer.fault, answer.treatment) == ("busy", Treatment.HOLD)
    assert [facts.is_held for facts in desk.kept()] == [False]


@pytest.mark.parametrize("key", [None, "k"])
def test_what_is_put_off_is_rejected_where_the_policy_or_the_room_says_so(desk, actor, key) -> None:
    for number, (policy, room) in enumerate(
        [
            (read_policy("unavailable=reject"), desk.room),
            (read_policy("unavailable=pass_and_requeue"), SpoolRoom(most_bytes=1)),
        ]
    ):
        desk.policy, desk.room = policy, room
        with desk.arrived(LISTED, key=key and f"{key}{number}") as arrived:
            answer = desk.arrivals.put_off(actor, arrived, OwnFault.UNAVAILABLE)
        assert (answer.treatment, answer.kept) == (Treatment.REJECT, Kept.NOTHING)
    assert (desk.kept(), desk.stored()) == ([], 0)


@pytest.mark.parametrize("key", [None, "k"])
def test_what_comes_while_we_are_busy_and_has_no_room_can_come_again(desk, actor, key) -> None:
    desk.policy, desk.room = read_policy("busy=pass_and_requeue"), SpoolRoom(most_bytes=1)
    with desk.arrived(LISTED, key=key) as arrived, pytest.raises(SpoolFull):
        desk.arrivals.put_off(actor, arrived, OwnFault.BUSY)
    assert (desk.kept(), desk.stored(), desk.counted) == ([], 0, [])
    assert not desk.take_in(actor, LISTED, key=key).is_repeat


def test_it_takes_the_permission_to_scan(desk, actor) -> None:
    less = replace(actor, permissions=EVERY_PERMISSION - {Permission.MEDIA_SCAN})
    for act in (desk.take_in, desk.queue):
        with pytest.raises(NotAllowed, match="media:scan"):
            act(less, LISTED)


def test_an_account_that_cannot_be_kept_is_refused_before_anything_is_scanned(desk, actor) -> None:
    desk.before = _never
    with pytest.raises(InvalidValue, match="account"):
        desk.take_in(actor, LISTED, subject="x" * 501)
    with pytest.raises(InvalidValue, match="idempotency key"):
        desk.take_in(actor, LISTED, key="")


def test_what_could_not_be_scanned_is_told_to_a_repeat_too(desk, actor) -> None:
    desk.fault = Reason.UNREADABLE
    first = desk.take_in(actor, LISTED, key="k")
    desk.fault = None
    assert desk.take_in(actor, LISTED, key="k").outcome == first.outcome
    assert len(desk.kept()) == 1
