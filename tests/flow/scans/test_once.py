"""A twin waits for the first one, not for ever; a first one that was killed frees the key after its lease."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from safelight.database.transaction import write
from safelight.errors import DatabaseUnusable, InvalidValue, KeysNotExported, RequestInFlight
from safelight.flow.scans.answer import ScanAnswer
from safelight.flow.scans.once import Once, RequestDigester
from safelight.intake import requests
from safelight.intake.media import Digests, Origin
from safelight.intake.request import Claim, IdempotencyKey, RequestDigests
from safelight.matching.match import Verdict
from safelight.testing.keys import MemoryKeys

DIGESTS = RequestDigests(key=b"k" * 32, body=b"b" * 32)


class Abandoned(BaseException):
    """The process died here."""


class Wound:
    """A clock that is set by hand, from any thread."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def wound(clock) -> Wound:
    return Wound(clock.at)


@pytest.fixture
def once(engine, wound) -> Once:
    return Once(engine=engine, clock=wound, wait_s=5)


def _answering(engine, clock, verdict: Verdict):
    """Return what answers a claim, in one transaction."""

    def do(claim: Claim) -> ScanAnswer:
        answer = ScanAnswer(id=claim.id, verdict=verdict)
        with write(engine) as tx:
            requests.answer(tx, clock, claim, answer.outcome)
        return answer

    return do


def test_a_twin_waits_and_gets_the_first_ones_answer(engine, once, wound) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(claim: Claim) -> ScanAnswer:
        begun.set()
        go_on.wait(5)
        return _answering(engine, wound, Verdict.EXACT)(claim)

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(once.answer, DIGESTS, slow)
        assert begun.wait(5)
        twins = [pool.submit(once.answer, DIGESTS, _never) for _ in range(2)]
        time.sleep(0.2)
        assert not any(twin.done() for twin in twins)
        go_on.set()
        answers = [each.result() for each in (first, *twins)]
    assert {(answer.id, answer.verdict) for answer in answers} == {(answers[0].id, Verdict.EXACT)}
    assert [answer.is_repeat for answer in answers] == [False, True, True]


def _never(_: Claim) -> ScanAnswer:
    raise AssertionError("it is being answered already")


def test_a_twin_does_not_wait_for_ever(engine, once, wound) -> None:
    requests.claim(engine, wound, DIGESTS, lease=timedelta(minutes=1), kept=timedelta(days=1))
    with pytest.raises(RequestInFlight, match="12:30:15"):
        Once(engine=engine, clock=wound, wait_s=0.1).answer(DIGESTS, _never)


def test_a_first_one_that_is_killed_frees_the_key_after_its_lease(engine, once, wound) -> None:
    def die(_: Claim) -> ScanAnswer:
        raise Abandoned

    with pytest.raises(Abandoned):
        once.answer(DIGESTS, die)
    with ThreadPoolExecutor(1) as pool:
        twin = pool.submit(once.answer, DIGESTS, _answering(engine, wound, Verdict.NEAR))
        time.sleep(0.2)
        assert not twin.done()
        wound.at += timedelta(minutes=1)
        assert not twin.result(5).is_repeat


def test_a_slow_first_one_that_lost_its_lease_gives_the_twins_answer(engine, once, wound) -> None:
    """Neither is answered differently from the other, and what the first was about to write is undone."""
    answers: list[ScanAnswer] = []

    def slow(claim: Claim) -> ScanAnswer:
        wound.at += timedelta(minutes=1)
        answers.append(once.answer(DIGESTS, _answering(engine, wound, Verdict.EXACT)))
        return _answering(engine, wound, Verdict.NEAR)(claim)

    late = once.answer(DIGESTS, slow)
    assert not answers[0].is_repeat
    assert (late.id, late.verdict, late.is_repeat) == (answers[0].id, Verdict.EXACT, True)


def test_a_first_one_that_fails_frees_the_key_and_its_twin_begins_anew(engine, once, wound) -> None:
    begun = threading.Event()

    def fail(_: Claim) -> ScanAnswer:
        begun.set()
        time.sleep(0.2)
        raise DatabaseUnusable("the disk is full")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(once.answer, DIGESTS, fail)
        assert begun.wait(5)
        twin = pool.submit(once.answer, DIGESTS, _answering(engine, wound, Verdict.NEAR))
        with pytest.raises(DatabaseUnusable, match="full"):
            first.result()
        assert twin.result().verdict is Verdict.NEAR


def _digest(digester: RequestDigester, key: str = "k") -> RequestDigests:
    digests = Digests(md5=b"", sha1=b"", sha256=b"d" * 32)
    return digester.digest(IdempotencyKey(scope="1", key=key), digests, Origin(), None)


def test_digests_are_the_same_in_every_process_of_an_installation_and_after_a_rotation(engine, clock) -> None:
    keys = MemoryKeys()
    first = _digest(RequestDigester(engine, keys, clock))
    keys.rotate()
    assert _digest(RequestDigester(engine, keys, clock)) == first


def test_digests_take_keys_that_were_exported_and_a_key_of_the_right_form(engine, clock) -> None:
    with pytest.raises(KeysNotExported):
        _digest(RequestDigester(engine, MemoryKeys(is_exported=False), clock))
    with pytest.raises(InvalidValue):
        _digest(RequestDigester(engine, MemoryKeys(), clock), key="")
