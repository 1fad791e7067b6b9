"""However an attempt ends, that is written down, and told where somebody should know."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.database.transaction import write
from safelight.errors import DatabaseUnusable, NotFound
from safelight.jobs import attempt
from safelight.jobs.job import JobState


def test_a_handler_that_ends_without_a_last_step_has_done_its_job(ask, make_worker, job_of) -> None:
    job_id = ask("a")
    make_worker({"note": lambda run: None}).run_due()
    assert job_of(job_id).state is JobState.DONE


def test_a_failed_attempt_waits_with_its_reason_and_the_next_one_may_go_well(
    *, moving, ask, make_worker, job_of, effects, told
) -> None:
    def handler(run) -> None:
        if run.job.attempts < 3:
            raise DatabaseUnusable("It is away.")
        with run.last_step() as tx:
            effects.note(tx, "a")

    job_id = ask("a")
    for attempts in (1, 2):
        make_worker({"note": handler}).run_due()
        job = job_of(job_id)
        assert (job.state, job.attempts, job.reason) == (
            JobState.WAITING,
            attempts,
            "It is away. [database_unusable]",
        )
        assert told[-1] == f"Job {job_id} (note) waits for another attempt: It is away. [database_unusable]"
        moving.move(timedelta(hours=1))
    make_worker({"note": handler}).run_due()
    assert (job_of(job_id).state, job_of(job_id).reason) == (JobState.DONE, "")
    assert effects.counts() == {"a": 1}


def test_a_job_that_no_attempt_can_mend_is_dead_and_told(ask, make_worker, job_of, told) -> None:
    def handler(run) -> None:
        raise NotFound("There is no evidence ab.")

    job_id = ask("a")
    make_worker({"note": handler}).run_due()
    assert (job_of(job_id).state, job_of(job_id).reason) == (JobState.DEAD, "There is no evidence ab. [not_found]")
    assert told == [f"Job {job_id} (note) is dead: There is no evidence ab. [not_found]"]


def test_the_text_of_an_unknown_error_is_kept_nowhere(engine, ask, make_worker, job_of, told) -> None:
    def handler(run) -> None:
        raise ValueError("jane@example.org")

    job_id = ask("a")
    make_worker({"note": handler}).run_due()
    assert "ValueError at test_attempt.py" in job_of(job_id).reason
    assert "jane" not in job_of(job_id).reason + "".join(told)


def test_what_fails_after_the_last_step_is_told_and_the_job_is_done(ask, make_worker, job_of, effects, told) -> None:
    def handler(run) -> None:
        with run.last_step() as tx:
            effects.note(tx, "a")
        raise NotFound("Gone.")

    job_id = ask("a")
    make_worker({"note": handler}).run_due()
    assert job_of(job_id).state is JobState.DONE
    assert told == [f"Job {job_id} (note) was done, and failed afterwards: Gone. [not_found]"]


def _take_away(engine) -> None:
    with write(engine) as tx:
        tx.execute(text("UPDATE jobs SET fence = fence + 1, worker = 'w2'"))


def test_an_attempt_whose_job_was_taken_over_ends_without_a_trace(engine, ask, make_worker, job_of, told) -> None:
    def overtaken(run) -> None:
        _take_away(engine)
        with run.step():
            pass

    job_id = ask("a")
    make_worker({"note": overtaken}).run_due()
    job = job_of(job_id)
    assert (job.state, job.worker, job.reason) == (JobState.RUNNING, "w2", "")
    (sentence,) = told
    assert "no longer held by w1" in sentence


def test_the_failure_of_an_attempt_whose_job_was_taken_over_is_not_written_down(
    engine, ask, make_worker, job_of, told
) -> None:
    def overtaken(run) -> None:
        _take_away(engine)
        raise NotFound("Gone.")

    job_id = ask("a")
    make_worker({"note": overtaken}).run_due()
    assert (job_of(job_id).state, job_of(job_id).reason) == (JobState.RUNNING, "")
    assert told == []


def test_a_failure_that_cannot_be_written_down_is_told_and_the_lease_brings_the_job_back(
    *, engine, moving, ask, make_worker, job_of, told, effects, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(engine):
        raise DatabaseUnusable("The disk is full.")

    def handler(run) -> None:
        raise RuntimeError

    job_id = ask("a")
    with monkeypatch.context() as patch:
        patch.setattr(attempt, "write", refuse)
        make_worker({"note": handler}).run_due()
    assert told == [f"Job {job_id} (note) failed, which cannot be written down: The disk is full. [database_unusable]"]
    assert job_of(job_id).state is JobState.RUNNING
    for wait in (timedelta(seconds=60), timedelta(seconds=5), timedelta(hours=1)):
        moving.move(wait)
        make_worker().run_due()
    assert effects.counts() == {"a": 1}
