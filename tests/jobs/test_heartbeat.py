"""The heartbeat keeps a worker's jobs, whatever else is going on."""

# ruff: noqa: S608 - rows are changed by hand here, with numbers of the test's own

import time
from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.boundary import unwatched
from safelight.clock import SystemClock
from safelight.database.transaction import write
from safelight.errors import DatabaseUnusable
from safelight.jobs import heartbeat as module
from safelight.jobs.claiming import claim, take_over
from safelight.jobs.heartbeat import Heartbeat
from safelight.jobs.job import JobState
from safelight.jobs.lease import USUAL_TIMES, LeaseTimes
from safelight.roles import Actor, ActorKind

LEASE = USUAL_TIMES.lease
OTHER = Actor(kind=ActorKind.SERVICE, name="worker w2")
QUICK = LeaseTimes(
    lease=timedelta(seconds=0.6),
    beat=timedelta(seconds=0.2),
    grace=timedelta(seconds=0.4),
    look=timedelta(seconds=0.02),
)


@pytest.fixture
def heartbeat(engine, moving, told) -> Heartbeat:
    return Heartbeat(engine, moving, USUAL_TIMES, told.append)


@pytest.fixture
def claimed(engine, moving, ask):
    for name in "ab":
        ask(name)
    return claim(engine, moving, kinds=["note"], limit=10, worker="w1", lease=LEASE, reach=unwatched)


def test_a_beat_renews_what_is_held_and_ends_every_suspicion(engine, moving, heartbeat, claimed, job_of) -> None:
    heartbeat.hold(claimed)
    moving.move(LEASE)
    take_over(engine, moving, OTHER, times=USUAL_TIMES, every={}, reach=unwatched)
    assert heartbeat.is_suspected()
    heartbeat.beat()
    assert not heartbeat.is_suspected()
    assert {job_of(job.id).lease_until for job in claimed} == {moving.now() + LEASE}
    moving.move(USUAL_TIMES.grace)
    take_over(engine, moving, OTHER, times=USUAL_TIMES, every={}, reach=unwatched)
    assert {job_of(job.id).state for job in claimed} == {JobState.RUNNING}


def test_what_was_dropped_is_not_renewed(moving, heartbeat, claimed, job_of) -> None:
    kept, dropped = claimed
    heartbeat.hold(claimed)
    heartbeat.drop([dropped])
    moving.move(timedelta(seconds=20))
    heartbeat.beat()
    assert job_of(kept.id).lease_until == moving.now() + LEASE
    assert job_of(dropped.id).lease_until == dropped.lease_until


def test_what_another_worker_has_taken_is_neither_renewed_nor_kept(engine, moving, heartbeat, claimed, job_of) -> None:
    taken, kept = claimed
    heartbeat.hold(claimed)
    with write(engine) as tx:
        tx.execute(text(f"UPDATE jobs SET fence = fence + 1 WHERE id = {taken.id}"))
    moving.move(timedelta(seconds=20))
    heartbeat.beat()
    assert job_of(taken.id).lease_until == taken.lease_until
    assert job_of(kept.id).lease_until == moving.now() + LEASE
    with write(engine) as tx:  # as if that had not been: it is not asked about any more
        tx.execute(text(f"UPDATE jobs SET fence = fence - 1 WHERE id = {taken.id}"))
    heartbeat.beat()
    assert job_of(taken.id).lease_until == taken.lease_until


def test_a_step_that_holds_its_row_keeps_no_other_job_from_being_renewed(
    engine, moving, heartbeat, claimed, job_of
) -> None:
    if engine.dialect.name == "sqlite":
        return  # there the whole file is locked: see test_worker.py
    stepping, other = claimed
    heartbeat.hold(claimed)
    moving.move(timedelta(seconds=20))
    with write(engine) as tx:
        tx.execute(text(f"SELECT id FROM jobs WHERE id = {stepping.id} FOR UPDATE"))
        heartbeat.beat()
    assert job_of(other.id).lease_until == moving.now() + LEASE
    heartbeat.beat()  # it is still held
    assert job_of(stepping.id).lease_until == moving.now() + LEASE


def test_it_beats_by_itself_and_ends_with_its_block(engine, ask, job_of, told, new_threads) -> None:
    clock = SystemClock()
    ask("a")
    jobs = claim(engine, clock, kinds=["note"], limit=1, worker="w1", lease=QUICK.lease, reach=unwatched)
    heart = Heartbeat(engine, clock, QUICK, told.append)
    with heart.beating():
        heart.hold(jobs)
        time.sleep(1.0)
        assert job_of(jobs[0].id).lease_until > jobs[0].lease_until
    assert "safelight-heartbeat" not in new_threads()
    assert told == []


@pytest.mark.parametrize("fault", [DatabaseUnusable("It is away."), RuntimeError("jane@example.org")])
def test_no_error_ends_it(*, engine, ask, job_of, told, monkeypatch, fault) -> None:
    clock, failing = SystemClock(), [True]

    def refuse(engine):
        if failing:
            raise fault
        return write(engine)

    monkeypatch.setattr(module, "write", refuse)
    ask("a")
    jobs = claim(engine, clock, kinds=["note"], limit=1, worker="w1", lease=QUICK.lease, reach=unwatched)
    heart = Heartbeat(engine, clock, QUICK, told.append)
    heart.hold(jobs)
    with heart.beating():
        time.sleep(0.4)
        failing.clear()
        time.sleep(0.4)
    assert job_of(jobs[0].id).lease_until > jobs[0].lease_until
    assert told[0].startswith("The heartbeat goes on trying")
    assert "jane" not in "".join(told)
