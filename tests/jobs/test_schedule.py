"""Jobs that come again: one is open, and the next is due one period after the last."""

from datetime import timedelta

import pytest

from safelight.boundary import unwatched
from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.jobs import queries
from safelight.jobs.job import JobState
from safelight.jobs.schedule import period_of, periodic_key, schedule

DAY = timedelta(days=1)
EVERY = {"note": DAY}


def _noting(effects):
    def handler(run) -> None:
        with run.last_step() as tx:
            effects.note(tx, "done")

    return handler


@pytest.fixture
def open_jobs(engine):
    def find():
        with read(engine) as tx:
            found = queries.page_jobs(tx)
        return [job for job in found if job.state in {JobState.WAITING, JobState.RUNNING}]

    return find


def test_the_first_is_due_at_once_and_the_next_a_period_after_it(moving, make_worker, effects, open_jobs) -> None:
    worker = make_worker({"note": _noting(effects)}, every=EVERY)
    assert worker.run_due() == 1
    (job,) = open_jobs()
    assert (job.key, job.due_at, job.state) == (periodic_key("note"), moving.now() + DAY, JobState.WAITING)
    moving.move(DAY - timedelta(seconds=1))
    assert worker.run_due() == 0
    moving.move(timedelta(seconds=1))
    assert worker.run_due() == 1
    assert effects.counts() == {"done": 2}


def test_after_a_pause_of_any_length_one_is_due_and_not_one_for_each_period(moving, make_worker, effects) -> None:
    make_worker({"note": _noting(effects)}, every=EVERY).run_due()
    moving.move(100 * DAY)
    assert make_worker({"note": _noting(effects)}, every=EVERY).run_due() == 1
    assert effects.counts() == {"done": 2}


def test_several_workers_have_one_between_them(make_worker, effects, open_jobs) -> None:
    workers = [make_worker({"note": _noting(effects)}, every=EVERY, name=f"w{number}") for number in range(3)]
    assert [worker.run_due() for worker in workers] == [1, 0, 0]
    assert len(open_jobs()) == 1


def test_a_handler_that_ends_without_a_last_step_comes_again_as_well(moving, make_worker, open_jobs) -> None:
    make_worker({"note": lambda run: None}, every=EVERY).run_due()
    assert [job.due_at for job in open_jobs()] == [moving.now() + DAY]


def test_a_handler_may_say_that_it_comes_sooner(moving, make_worker, open_jobs) -> None:
    soon = moving.now() + timedelta(minutes=1)

    def handler(run) -> None:
        with run.last_step(again_at=soon):
            pass

    make_worker({"note": handler}, every=EVERY).run_due()
    assert [job.due_at for job in open_jobs()] == [soon]


def test_a_shorter_period_counts_for_the_next_one_already(moving, make_worker, effects, open_jobs) -> None:
    make_worker({"note": _noting(effects)}, every=EVERY).run_due()
    make_worker({"note": _noting(effects)}, every={"note": DAY / 24}).run_due()
    assert [job.due_at for job in open_jobs()] == [moving.now() + DAY / 24]


def test_one_that_dies_is_kept_as_one_dead_job_and_comes_again(engine, moving, make_worker, open_jobs) -> None:
    def handler(run) -> None:
        raise InvalidValue("It cannot be.")

    for _ in range(3):
        assert make_worker({"note": handler}, every=EVERY).run_due() == 1
        assert [job.due_at for job in open_jobs()] == [moving.now() + DAY]
        moving.move(DAY)
    with read(engine) as tx:
        assert len(queries.page_jobs(tx, state=JobState.DEAD)) == 1


def test_nothing_is_written_while_all_is_as_it_should_be(engine, moving) -> None:
    reached = []
    schedule(engine, moving, EVERY, reached.append)
    assert len(reached) == 2
    schedule(engine, moving, EVERY, reached.append)
    assert len(reached) == 2


def test_a_job_of_a_periodic_kind_that_somebody_asked_for_does_not_come_again(moving, ask, job_of) -> None:
    job = job_of(ask("a"))
    assert period_of(job, EVERY) is None


def test_of_no_periodic_kinds_nothing_is_scheduled(engine, moving, open_jobs) -> None:
    schedule(engine, moving, {}, unwatched)
    assert open_jobs() == []
