"""Questions to the table of jobs."""

from datetime import timedelta

import pytest

from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotFound
from safelight.jobs import queries
from safelight.jobs.job import JobState, Standing


def test_a_job_is_found_by_its_number_and_a_number_without_one_is_said(engine, ask) -> None:
    job_id = ask("a")
    with read(engine) as tx:
        assert queries.find_job(tx, job_id).id == job_id
        with pytest.raises(NotFound, match="There is no job 77"):
            queries.find_job(tx, 77)
        with pytest.raises(InvalidValue):
            queries.find_job(tx, 2**90)


def test_jobs_are_listed_by_state_kind_and_due_time_page_by_page(engine, moving, ask, make_worker) -> None:
    hour = timedelta(hours=1)
    done = ask("a")
    make_worker({"note": lambda run: None}).run_due()
    soon, later, other = ask("b", due_at=moving.now() + hour), ask("c", due_at=moving.now() + 2 * hour), ask(kind="x")
    with read(engine) as tx:

        def listed(**asked) -> list[int]:
            return [job.id for job in queries.page_jobs(tx, **asked)]

        assert listed() == [done, soon, later, other]
        assert listed(state=JobState.DONE) == [done]
        assert listed(state=JobState.WAITING) == [soon, later, other]
        assert listed(kind="x") == [other]
        assert listed(state=JobState.WAITING, kind="note", due_before=moving.now() + 2 * hour) == [soon]
        assert listed(after_id=soon, limit=1) == [later]
        assert queries.count_jobs(tx) == {
            ("note", JobState.DONE): 1,
            ("note", JobState.WAITING): 2,
            ("x", JobState.WAITING): 1,
        }


def test_the_open_job_of_a_key_is_found_and_a_done_one_is_not(engine, ask, make_worker) -> None:
    job_id = ask(key="a")
    with read(engine) as tx:
        found = queries.find_open_job(tx, "a")
        assert found is not None
        assert found.id == job_id
        assert queries.find_open_job(tx, "b") is None
    make_worker({"note": lambda run: None}).run_due()
    with read(engine) as tx:
        assert queries.find_open_job(tx, "a") is None


def test_what_is_not_done_is_told_by_kind_whatever_else_was_done(engine, moving, ask, make_worker) -> None:
    def fail(_run) -> None:
        raise NotFound("It is gone.")  # no further attempt can mend that

    ask("done"), ask("dead", kind="failing")
    make_worker({"note": lambda run: None, "failing": fail}).run_due()
    hour = timedelta(hours=1)
    ask("later", due_at=moving.now() + hour), ask("due", due_at=moving.now() - hour), ask("other", kind="x")
    seen = []

    def look(_run) -> None:
        with read(engine) as tx:
            seen.append(queries.standing_by_kind(tx)["x"])

    with read(engine) as tx:
        standing = queries.standing_by_kind(tx)
    assert standing["note"] == Standing(waiting=2, due_at=moving.now() - hour)
    assert standing["failing"] == Standing(dead=1)
    make_worker({"x": look}).run_due()
    assert seen == [Standing(running=1)]
