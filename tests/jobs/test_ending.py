"""How attempts end."""

from datetime import timedelta

import pytest

from safelight.boundary import unwatched
from safelight.database.transaction import read, write
from safelight.jobs import queries
from safelight.jobs.claiming import claim
from safelight.jobs.ending import end_attempt, finish
from safelight.jobs.failure import Failure
from safelight.jobs.job import MOST_ATTEMPTS, JobState, back_off
from safelight.roles import Actor, ActorKind

SERVICE = Actor(kind=ActorKind.SERVICE, name="worker w1")
HOUR = timedelta(hours=1)


@pytest.fixture
def take(engine, moving):
    def claim_one():
        lease = timedelta(seconds=60)
        return claim(engine, moving, kinds=["note"], limit=1, worker="w1", lease=lease, reach=unwatched)[0]

    return claim_one


def test_a_failed_attempt_waits_longer_each_time_and_the_last_one_is_dead(engine, moving, ask, take, job_of) -> None:
    job_id = ask("a")
    failure = Failure(reason="The store is away. [store_unusable]", is_final=False)
    for attempts in range(1, MOST_ATTEMPTS):
        job = take()
        with write(engine) as tx:
            assert end_attempt(tx, moving, SERVICE, job, failure) is JobState.WAITING
        found = job_of(job_id)
        assert found.due_at == moving.now() + back_off(attempts, job_id=job_id)
        assert (found.attempts, found.reason, found.lease_until) == (attempts, failure.reason, None)
        moving.move(HOUR)
    job = take()
    with write(engine) as tx:
        assert end_attempt(tx, moving, SERVICE, job, failure) is JobState.DEAD
    found = job_of(job_id)
    assert (found.state, found.reason, found.finished_at) == (JobState.DEAD, failure.reason, moving.now())


def test_a_final_failure_is_dead_at_once(engine, moving, ask, take, job_of) -> None:
    job_id = ask("a")
    job = take()
    with write(engine) as tx:
        end_attempt(tx, moving, SERVICE, job, Failure(reason="It is gone.", is_final=True))
    assert (job_of(job_id).state, job_of(job_id).attempts) == (JobState.DEAD, 1)


def test_of_the_times_at_which_a_job_is_wanted_again_the_soonest_counts(engine, moving, ask, take, job_of) -> None:
    job_id = ask("a", key="k")
    job = take()
    ask("a", key="k", due_at=moving.now() + HOUR)
    with write(engine) as tx:
        finish(tx, moving, job, again_at=moving.now() + 2 * HOUR)
    assert (job_of(job_id).state, job_of(job_id).due_at) == (JobState.WAITING, moving.now() + HOUR)
    moving.move(HOUR)
    job = take()
    with write(engine) as tx:
        finish(tx, moving, job, again_at=None)
    assert job_of(job_id).state is JobState.DONE


def test_when_a_periodic_job_dies_its_next_one_is_there(engine, moving, ask, take) -> None:
    job_id = ask("a", key="every:note")
    job = take()
    with write(engine) as tx:
        end_attempt(tx, moving, SERVICE, job, Failure(reason="x.", is_final=True), period=HOUR)
    with read(engine) as tx:
        found = {each.id: each for each in queries.page_jobs(tx)}
    assert found.pop(job_id).state is JobState.DEAD
    (following,) = found.values()
    assert (following.key, following.due_at, following.args) == ("every:note", moving.now() + HOUR, {"name": "a"})
