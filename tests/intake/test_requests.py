"""One claims a request; others see that it is claimed or answered; who fell silent loses it, and with it his say."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from safelight.clock import FixedClock
from safelight.database.transaction import read, write
from safelight.errors import IdempotencyConflict
from safelight.intake import queries, requests
from safelight.intake.request import Claim, ClaimLost, Outcome, Request, RequestDigests

DIGESTS = RequestDigests(key=b"k" * 32, body=b"b" * 32)
OTHER = RequestDigests(key=DIGESTS.key, body=b"o" * 32)
LEASE, KEPT = timedelta(minutes=1), timedelta(days=1)
OUTCOME = Outcome(verdict="exact", evidence_id="e" * 32, case_id=5)


def _claim(engine, clock, digests=DIGESTS) -> Claim | Request:
    return requests.claim(engine, clock, digests, lease=LEASE, kept=KEPT)


def _answer(engine, clock, claim, outcome=OUTCOME) -> None:
    with write(engine) as tx:
        requests.answer(tx, clock, claim, outcome)


def _after(clock: FixedClock, span: timedelta) -> FixedClock:
    return FixedClock(at=clock.at + span)


def test_the_first_claims_a_request_and_a_twin_sees_that_it_is_in_flight(engine, clock) -> None:
    first, second = _claim(engine, clock), _claim(engine, clock)
    assert isinstance(first, Claim)
    assert isinstance(second, Request)
    assert (second.id, second.is_answered, second.is_in_flight(clock.now())) == (first.id, False, True)


def test_of_many_who_come_at_once_one_claims_it(engine, clock) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: _claim(engine, clock), range(8)))
    assert sum(isinstance(each, Claim) for each in found) == 1
    assert len({each.id for each in found}) == 1


def test_a_repeat_gets_the_answer(engine, clock) -> None:
    claim = _claim(engine, clock)
    _answer(engine, clock, claim)
    found = _claim(engine, _after(clock, KEPT - timedelta(seconds=1)))
    assert isinstance(found, Request)
    assert (found.id, found.outcome, found.is_answered) == (claim.id, OUTCOME, True)


@pytest.mark.parametrize("is_answered", [True, False])
def test_another_request_under_the_key_is_refused_whether_the_first_is_answered_or_not(engine, clock, is_answered):
    claim = _claim(engine, clock)
    if is_answered:
        _answer(engine, clock, claim)
    with pytest.raises(IdempotencyConflict):
        _claim(engine, clock, OTHER)


def test_after_its_time_a_key_is_as_new(engine, clock) -> None:
    claim = _claim(engine, clock)
    _answer(engine, clock, claim)
    later = _after(clock, KEPT)
    again = _claim(engine, later, OTHER)
    assert isinstance(again, Claim)
    assert again.id != claim.id
    _answer(engine, later, again, Outcome(verdict="near"))
    found = _claim(engine, later, OTHER)
    assert isinstance(found, Request)
    assert found.outcome == Outcome(verdict="near")


def test_who_fell_silent_loses_the_request_and_can_no_longer_answer_it(engine, clock) -> None:
    first = _claim(engine, clock)
    later = _after(clock, LEASE)
    second = _claim(engine, later)
    assert isinstance(second, Claim)
    assert second.id == first.id
    with pytest.raises(ClaimLost):
        _answer(engine, later, first, Outcome(verdict="near"))
    _answer(engine, later, second)
    with pytest.raises(ClaimLost):
        _answer(engine, later, second, Outcome(verdict="near"))
    found = _claim(engine, later)
    assert isinstance(found, Request)
    assert found.outcome == OUTCOME


def test_a_claim_that_is_given_back_frees_the_key_unless_another_has_it(engine, clock) -> None:
    first = _claim(engine, clock)
    second = _claim(engine, _after(clock, LEASE))
    requests.release(engine, first)
    assert isinstance(_claim(engine, _after(clock, LEASE)), Request)
    requests.release(engine, second)
    assert isinstance(_claim(engine, clock, OTHER), Claim)


def test_an_answer_stays_when_its_claim_is_given_back_late(engine, clock) -> None:
    claim = _claim(engine, clock)
    _answer(engine, clock, claim)
    requests.release(engine, claim)
    assert isinstance(_claim(engine, clock), Request)


def test_what_became_of_waiting_media_is_told_beside_the_answer(engine, clock) -> None:
    claim = _claim(engine, clock)
    first = Outcome(spool_id="s" * 32, job_id=3)
    _answer(engine, clock, claim, first)
    with write(engine) as tx:
        requests.add_answered(tx, clock, "r" * 32, Outcome(spool_id="t" * 32, job_id=4))
        requests.settle(tx, "s" * 32, OUTCOME)
        requests.settle(tx, "unknown", OUTCOME)
    with read(engine) as tx:
        found, other = queries.find_request(tx, claim.id), queries.find_request(tx, "r" * 32)
    assert found.outcome == first
    assert found.later is not None
    assert (found.later.verdict, found.later.case_id, found.later.job_id) == ("exact", 5, 3)
    assert other.later is None
