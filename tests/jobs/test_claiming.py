"""Jobs are claimed once, given back unharmed, and taken from workers that are silent."""

# ruff: noqa: S608 - rows are changed by hand here, with numbers of the test's own

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.boundary import unwatched
from safelight.clock import SystemClock
from safelight.database.transaction import write
from safelight.jobs.boundary import JobBoundary
from safelight.jobs.claiming import claim, give_back, take_over
from safelight.jobs.job import MOST_ATTEMPTS, JobState
from safelight.jobs.lease import USUAL_TIMES, LeaseTimes
from safelight.jobs.queue import enqueue
from safelight.roles import Actor, ActorKind

SERVICE = Actor(kind=ActorKind.SERVICE, name="worker w2")
SHORT = LeaseTimes(
    lease=timedelta(seconds=0.4), beat=timedelta(seconds=0.2), grace=timedelta(seconds=1), look=timedelta(seconds=0.02)
)
LEASE, GRACE = USUAL_TIMES.lease, USUAL_TIMES.grace
MOMENT = timedelta(seconds=1)


@pytest.fixture
def take(engine, moving):
    def claim_some(worker: str = "w1", limit: int = 10, kinds: tuple[str, ...] = ("note",)):
        return claim(engine, moving, kinds=kinds, limit=limit, worker=worker, lease=LEASE, reach=unwatched)

    return claim_some


@pytest.fixture
def look_after(engine, moving):
    """Look after leases that ran out, and return which boundaries were reached."""

    def look() -> list[JobBoundary]:
        reached: list[JobBoundary] = []
        take_over(engine, moving, SERVICE, times=USUAL_TIMES, every={}, reach=reached.append)
        return reached

    return look


def test_a_claim_takes_what_is_due_of_its_kinds_the_longest_due_first(moving, ask, take) -> None:
    second, first = ask("b"), ask("a", due_at=moving.now() - MOMENT)
    third = ask("c")
    ask("later", due_at=moving.now() + MOMENT)
    ask("other", kind="other")
    assert [job.id for job in take(limit=2)] == [first, second]
    (job,) = take()
    assert (job.id, job.state, job.worker, job.attempts, job.fence) == (third, JobState.RUNNING, "w1", 1, 1)
    assert job.lease_until == moving.now() + LEASE
    assert take() == []


def test_workers_that_claim_at_once_never_get_the_same_job(engine) -> None:
    clock = SystemClock()
    with write(engine) as tx:
        for _ in range(120):
            enqueue(tx, clock, kind="note")
    found: Counter[int] = Counter()
    start = threading.Barrier(4)

    def claim_all(name: str) -> None:
        start.wait()
        while jobs := claim(engine, clock, kinds=["note"], limit=3, worker=name, lease=LEASE, reach=unwatched):
            found.update(job.id for job in jobs)

    threads = [threading.Thread(target=claim_all, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # On PostgreSQL a worker may find nothing while another holds the last ones: then that one has them.
    assert set(found.values()) == {1}
    assert len(found) == 120


def test_an_idle_worker_never_takes_the_write_lock(engine, take, look_after, ask, moving) -> None:
    ask("later", due_at=moving.now() + MOMENT)
    if engine.dialect.name == "postgresql":
        return  # there are no such locks there
    with write(engine):
        assert take() == []
        assert look_after() == []


def test_what_is_given_back_waits_as_before_and_no_attempt_is_counted(engine, ask, take, job_of) -> None:
    job_id = ask("a", key="k")
    before = job_of(job_id)
    give_back(engine, take(), unwatched)
    job = job_of(job_id)
    assert (job.state, job.due_at, job.attempts, job.worker) == (JobState.WAITING, before.due_at, 0, "")
    assert job.lease_until is None
    assert [each.fence for each in take()] == [2]


def test_giving_back_leaves_alone_what_another_worker_holds_by_now(
    *, engine, moving, ask, take, look_after, job_of
) -> None:
    ask("a")
    old = take("w1")
    moving.move(LEASE)
    look_after()
    moving.move(GRACE)
    look_after()
    moving.move(timedelta(hours=1))
    assert [job.id for job in take("w2")] == [old[0].id]
    give_back(engine, old, unwatched)
    assert (job_of(old[0].id).state, job_of(old[0].id).worker) == (JobState.RUNNING, "w2")


def test_a_lease_that_ran_out_is_suspected_first_and_taken_over_after_the_grace(
    moving, ask, take, look_after, job_of
) -> None:
    ask("a")
    (job,) = take()
    moving.move(LEASE - MOMENT)
    assert look_after() == []
    moving.move(MOMENT)
    assert look_after() == [JobBoundary.SUSPECTING, JobBoundary.SUSPECTED]
    moving.move(GRACE - MOMENT)
    assert look_after() == []
    assert job_of(job.id).state is JobState.RUNNING
    moving.move(MOMENT)
    assert look_after() == [JobBoundary.TAKING_OVER, JobBoundary.TAKEN_OVER]
    found = job_of(job.id)
    assert found.state is JobState.WAITING
    assert found.due_at >= moving.now()
    assert found.reason == "The worker w1 stopped without a word, or lost the database."


def test_a_job_that_kills_every_worker_ends_dead(moving, ask, take, look_after, job_of) -> None:
    job_id = ask("a")
    for turn in range(MOST_ATTEMPTS):
        assert [job.attempts for job in take()] == [turn + 1]
        for wait in (LEASE, GRACE):
            moving.move(wait)
            look_after()
        moving.move(timedelta(hours=1))
    assert job_of(job_id).state is JobState.DEAD
    assert "stopped without a word" in job_of(job_id).reason


def test_a_job_whose_row_is_locked_is_not_suspected_for_its_worker_lives(engine, moving, ask, take, look_after) -> None:
    if engine.dialect.name == "sqlite":
        return  # nobody else writes there meanwhile
    ask("a")
    (job,) = take()
    moving.move(2 * LEASE)
    with write(engine) as tx:
        tx.execute(text(f"SELECT id FROM jobs WHERE id = {job.id} FOR UPDATE"))
        assert look_after() == []


def test_a_worker_that_waited_long_for_the_lock_lets_the_grace_begin_anew(engine, ask, job_of) -> None:
    """So did the one that it suspects: it could not renew meanwhile."""
    if engine.dialect.name == "postgresql":
        return  # nobody waits for such a lock there
    clock, reached = SystemClock(), list[JobBoundary]()

    def look() -> None:
        reached.clear()
        take_over(engine, clock, SERVICE, times=SHORT, every={}, reach=reached.append)

    job_id = ask("a")
    claim(engine, clock, kinds=["note"], limit=1, worker="w1", lease=timedelta(0), reach=unwatched)
    look()
    assert JobBoundary.SUSPECTED in reached
    time.sleep(SHORT.grace.total_seconds())
    with write(engine):
        looking = threading.Thread(target=look)
        looking.start()
        time.sleep(0.7)
    looking.join()
    assert reached == [JobBoundary.SUSPECTING, JobBoundary.SUSPECTED]
    assert job_of(job_id).state is JobState.RUNNING
    look()
    assert reached == []
    time.sleep(SHORT.grace.total_seconds())
    look()
    assert JobBoundary.TAKEN_OVER in reached
