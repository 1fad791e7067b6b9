"""A request stays with whoever answers it however long that takes, and is free soon after a death."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest

from safelight.clock import SystemClock
from safelight.errors import DatabaseUnusable
from safelight.flow.scans.answer import ScanAnswer
from safelight.flow.scans.once import Once
from safelight.flow.scans.renewing import Renewing
from safelight.intake import requests
from safelight.intake.request import Claim, RequestDigests
from safelight.matching.match import Verdict

LEASE = timedelta(seconds=0.3)
DIGESTS = RequestDigests(key=b"k" * 32, body=b"b" * 32)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def renewing(engine, told) -> Iterator[Renewing]:
    with closing(Renewing(engine, SystemClock(), lease=LEASE, tell=told.append)) as renewing:
        yield renewing


@pytest.fixture
def once(engine, renewing) -> Once:
    return Once(engine=engine, clock=SystemClock(), lease=LEASE, renewing=renewing)


def test_who_takes_longer_than_a_lease_keeps_the_request(engine, once) -> None:
    done: list[str] = []

    def do(claim: Claim) -> ScanAnswer:
        time.sleep(LEASE.total_seconds() * 4)
        done.append(claim.id)
        answer = ScanAnswer(id=claim.id, verdict=Verdict.NO_KNOWN_MATCH)
        with requests.write(engine) as tx:
            requests.answer(tx, SystemClock(), claim, answer.outcome)
        return answer

    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda _: once.answer(DIGESTS, do), range(3)))
    assert len(done) == 1
    assert {answer.id for answer in answers} == set(done)


def test_who_died_loses_it_after_the_lease(engine, once) -> None:
    dead = requests.claim(engine, SystemClock(), DIGESTS, lease=LEASE, kept=timedelta(days=1))
    started_at = time.monotonic()
    answer = once.answer(DIGESTS, lambda claim: ScanAnswer(id=claim.id))
    assert isinstance(dead, Claim)
    assert answer.id == dead.id
    assert time.monotonic() - started_at >= LEASE.total_seconds() / 2


def test_a_claim_that_another_has_by_now_is_not_renewed(engine) -> None:
    found = requests.claim(engine, SystemClock(), DIGESTS, lease=LEASE, kept=timedelta(days=1))
    assert isinstance(found, Claim)
    assert requests.renew(engine, SystemClock(), found, lease=LEASE)
    assert not requests.renew(engine, SystemClock(), Claim(id=found.id, token="another"), lease=LEASE)


def test_renewing_that_fails_is_told_once_and_ends_nothing(renewing, told, monkeypatch) -> None:
    failed = threading.Semaphore(0)

    def fail(*_: object, **__: object) -> None:
        failed.release()
        raise DatabaseUnusable("It is away.")

    monkeypatch.setattr(requests, "renew", fail)
    with renewing.holding(Claim(id="a", token="b")):
        for _ in range(3):
            assert failed.acquire(timeout=30)
    assert len(told) == 1
    assert "none answered so" in told[0]
