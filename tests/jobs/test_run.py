"""What a handler changes, it changes only while the job is its own."""

from datetime import timedelta

import pytest

from safelight.boundary import unwatched
from safelight.errors import LeaseLost
from safelight.jobs.claiming import claim
from safelight.jobs.job import JobState
from safelight.jobs.run import Run
from safelight.roles import Actor, ActorKind

SERVICE = Actor(kind=ActorKind.SERVICE, name="worker w1")


@pytest.fixture
def start(engine, moving, ask):
    """Claim one job and give its run, and what gives a later claim's run of the same job."""

    def take(lease=timedelta(seconds=60)) -> Run:
        found = claim(engine, moving, kinds=["note"], limit=1, worker="w1", lease=lease, reach=unwatched)
        return Run(job=found[0], engine=engine, clock=moving, actor=SERVICE)

    ask("a")
    return take


def test_a_step_is_committed_and_the_job_goes_on(start, effects, job_of) -> None:
    run = start()
    for _ in range(2):
        with run.step() as tx:
            effects.note(tx, "a")
    assert effects.counts() == {"a": 2}
    assert job_of(run.job.id).state is JobState.RUNNING
    assert not run.is_finished


def test_the_last_step_and_that_the_job_is_done_are_one(moving, start, effects, job_of) -> None:
    run = start()

    def fail() -> None:
        with run.last_step() as tx:
            effects.note(tx, "a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert effects.counts() == {}
    assert job_of(run.job.id).state is JobState.RUNNING
    with run.last_step() as tx:
        effects.note(tx, "a")
    job = job_of(run.job.id)
    assert effects.counts() == {"a": 1}
    assert (job.state, job.finished_at, job.worker, job.lease_until) == (JobState.DONE, moving.now(), "", None)
    assert run.is_finished


def test_a_last_step_may_ask_to_come_again(moving, start, job_of) -> None:
    run = start()
    tomorrow = moving.now() + timedelta(days=1)
    with run.last_step(again_at=tomorrow):
        pass
    job = job_of(run.job.id)
    assert (job.state, job.due_at, job.attempts, job.reason) == (JobState.WAITING, tomorrow, 0, "")


@pytest.mark.parametrize("name", ["step", "last_step"])
def test_a_run_whose_job_was_taken_over_changes_nothing(engine, moving, start, effects, name: str) -> None:
    from sqlalchemy import text

    from safelight.database.transaction import write

    old = start()
    with write(engine) as tx:  # another worker took it over, and the job was claimed again
        tx.execute(text("UPDATE jobs SET state = 'waiting', lease_until = NULL"))
    new = start()
    with pytest.raises(LeaseLost, match="no longer held by w1"), getattr(old, name)() as tx:
        effects.note(tx, "old")
    with new.last_step() as tx:
        effects.note(tx, "new")
    with pytest.raises(LeaseLost), getattr(new, name)() as tx:
        effects.note(tx, "again")
    assert effects.counts() == {"new": 1}
