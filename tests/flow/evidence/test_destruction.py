"""The clock's jobs, run by a real worker: they warn, destroy what is due, take bytes away, and survive every death."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import pytest

from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.errors import NotFound
from safelight.flow.evidence.destruction import DESTROY_DUE, PERIODS, WARN_OF_ENDINGS, Destruction
from safelight.flow.installation import Installation
from safelight.jobs.job import JobState
from safelight.jobs.queries import page_jobs
from safelight.jobs.worker import Worker
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.testing.evidence import read_bytes, seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault import holding, ordering
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.destroy_boundary import DestroyBoundary
from safelight.vault.hold import operator_hold
from safelight.vault.order import NewOrder

_DAY = timedelta(days=1)


@dataclass
class MovableClock:
    """A clock that shows what it was last set to."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def place(engine, clock, tmp_path: Path) -> Installation:
    blobs = DiskBlobs(tmp_path / "blobs")
    blobs.create()
    return Installation(engine=engine, blobs=blobs, keys=MemoryKeys(), clock=MovableClock(clock.at))


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def run_worker(place, told) -> Callable[..., None]:
    """Let a worker carry out everything that is due at a moment."""

    def run(at: datetime, *, people: tuple[str, ...] = (), **said) -> None:
        place.clock.at = at
        destruction = Destruction(
            blobs=place.blobs, keys=place.keys, people=lambda tx: people, tell=told.append, **said
        )
        worker = Worker(place.engine, place.clock, destruction.handlers(), name="w", every=PERIODS, tell=told.append)
        worker.run_due()

    return run


@pytest.fixture
def seal(place, actor, tmp_path: Path) -> Callable[[int | None], str]:
    """Seal bytes whose review ends after so many days, None: never."""

    def seal_ending(days: int | None, data: bytes = b"") -> str:
        evidence_id = seal_bytes(place, actor, tmp_path / "spool", [data or secrets.token_bytes(50)]).id
        if days is not None:
            with write(place.engine) as tx:
                now = place.clock.now()
                holding.close_review(tx, place.clock, actor, evidence_id, closed_at=now, appeal_days=days)
        return evidence_id

    return seal_ending


def _verbs(place, evidence_id: str) -> list[str]:
    with read(place.engine) as tx:
        return [entry.verb for entry in page_entries(tx, target=f"evidence:{evidence_id}")]


def _open_jobs(place) -> list[str]:
    with read(place.engine) as tx:
        return sorted(job.kind for state in (JobState.WAITING, JobState.RUNNING) for job in page_jobs(tx, state=state))


def _is_readable(place, actor, evidence_id: str) -> bool:
    try:
        read_bytes(place, actor, evidence_id)
    except NotFound:
        return False
    return True


def test_evidence_is_warned_of_then_destroyed_and_its_bytes_go(place, actor, seal, run_worker) -> None:
    start, evidence_id, kept = place.clock.now(), seal(20), seal(None)
    run_worker(start + 5 * _DAY)
    assert "warn_of_ending" not in _verbs(place, evidence_id)
    run_worker(start + 6 * _DAY)
    assert _verbs(place, evidence_id)[-1] == "warn_of_ending"
    run_worker(start + 20 * _DAY - timedelta(microseconds=1))
    assert _is_readable(place, actor, evidence_id)
    run_worker(start + 20 * _DAY + timedelta(hours=1))
    assert not _is_readable(place, actor, evidence_id)
    assert _verbs(place, evidence_id)[-2:] == ["destroy_evidence", "remove_blob"]
    assert [name for name, _ in place.blobs.ledger()] == [evidence_id]
    assert len(list(place.blobs.blob_ids())) == 1
    assert _is_readable(place, actor, kept)
    assert _open_jobs(place) == sorted([DESTROY_DUE, WARN_OF_ENDINGS])


def test_a_destruction_is_told_of(place, seal, run_worker, told_events) -> None:
    evidence_id = seal(20)
    run_worker(place.clock.now() + 21 * _DAY)
    assert told_events()[-1] == ("evidence_destroyed", {"evidence_id": evidence_id})


def test_bytes_that_other_evidence_needs_stay(place, actor, seal, run_worker) -> None:
    start, first, second = place.clock.now(), seal(1, b"same"), seal(5, b"same")
    run_worker(start + _DAY)
    assert [name for name, _ in place.blobs.ledger()] == [first]
    assert read_bytes(place, actor, second) == b"same"
    run_worker(start + 5 * _DAY)
    assert {name for name, _ in place.blobs.ledger()} == {first, second}
    assert list(place.blobs.blob_ids()) == []


def test_evidence_that_was_never_held_is_left_alone(place, actor, seal, run_worker) -> None:
    evidence_id = seal(0)
    with write(place.engine) as tx:
        tx.exec_driver_sql("DELETE FROM vault_holds")
    run_worker(place.clock.now() + _DAY)
    assert _is_readable(place, actor, evidence_id)


def test_a_clock_that_was_set_forward_destroys_nothing(place, actor, seal, run_worker, told) -> None:
    start, evidence_id = place.clock.now(), seal(10)
    run_worker(start + 400 * _DAY)
    place.clock.at = start
    with read(place.engine) as tx:
        (job,) = [job for job in page_jobs(tx) if job.kind == DESTROY_DUE]
    assert "[clock_wrong]" in job.reason
    assert "destroy_evidence" not in _verbs(place, evidence_id)


def test_a_clock_that_a_worker_looks_at_now_and_then_stays_plausible(place, actor, seal, run_worker) -> None:
    start, evidence_id = place.clock.now(), seal(50)
    for days in (25, 50):
        run_worker(start + days * _DAY)
    assert not _is_readable(place, actor, evidence_id)


def test_evidence_that_is_held_again_when_its_turn_comes_is_kept(
    place, actor, seal, *, run_worker, told, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, evidence_id, other = place.clock.now(), seal(1), seal(1)
    ids = iter([])
    monkeypatch.setattr("safelight.flow.evidence.destruction._ended", lambda *_: ids)

    def listed_then_held():
        with write(place.engine) as tx:
            new = operator_hold(place.clock.now(), place.clock.now() + 9 * _DAY, reason="x")
            holding.add_hold(tx, place.clock, actor, evidence_id, new)
        yield evidence_id
        yield other

    ids = listed_then_held()
    run_worker(start + _DAY)
    assert _is_readable(place, actor, evidence_id)
    assert not _is_readable(place, actor, other)
    assert any(evidence_id in line and "is kept" in line for line in told)


def test_an_order_that_nobody_could_confirm_is_alarmed(place, seal, run_worker, told) -> None:
    evidence_id, ada = seal(None), Actor(kind=ActorKind.PERSON, name="Ada", permissions=EVERY_PERMISSION)
    with write(place.engine) as tx:
        (hold,) = holding.holds_of(tx, evidence_id)
        new = NewOrder(evidence_id=evidence_id, hold_ids=(hold.id,), legal_basis="l", authority="a", reference="r")
        order = ordering.ask_order(tx, place.clock, ada, new)
    run_worker(place.clock.now(), people=("Ada", "Bo"))
    assert told == []
    run_worker(place.clock.now() + timedelta(hours=1), people=("Ada",))
    assert [line for line in told if f"Order {order.id}" in line and "hold:release" in line]


class Died(BaseException):
    """The worker ends here."""


@pytest.mark.few_on_postgresql(DestroyBoundary.KEY_GONE, DestroyBoundary.RECORDED)
@pytest.mark.parametrize("boundary", DestroyBoundary)
def test_a_worker_that_dies_at_any_moment_is_made_good_by_the_next(
    place, actor, seal, run_worker, boundary: StrEnum
) -> None:
    start, evidence_id = place.clock.now(), seal(1)
    hits: list[StrEnum] = []

    def reach(reached: StrEnum) -> None:
        hits.append(reached)
        if reached == boundary:
            raise Died

    with pytest.raises(Died):
        run_worker(start + _DAY, reach=reach)
    assert hits[-1] == boundary
    is_whole = boundary in {DestroyBoundary.ERASED, DestroyBoundary.CERTIFIED}
    place.clock.at = start + _DAY
    assert _is_readable(place, actor, evidence_id) is is_whole
    for minutes in (2, 4, 70):  # a lease that has run out is suspected, then taken over
        run_worker(start + _DAY + timedelta(minutes=minutes))
    assert not _is_readable(replace(place, blobs=DiskBlobs(place.blobs.folder)), actor, evidence_id)
    assert list(place.blobs.blob_ids()) == []
    assert [name for name, _ in place.blobs.ledger()] == [evidence_id]
    verbs = _verbs(place, evidence_id)
    assert (verbs.count("destroy_evidence"), verbs.count("remove_blob")) == (1, 1)
    assert _open_jobs(place) == sorted([DESTROY_DUE, WARN_OF_ENDINGS])
