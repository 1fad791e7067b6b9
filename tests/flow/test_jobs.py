"""Dead jobs are tried anew, each in one transaction with its audit entry."""

import pytest

from safelight.audit import queries as audit
from safelight.database.transaction import read, write
from safelight.errors import InvalidValue, NotFound
from safelight.flow.jobs import retry_dead_jobs, retry_job
from safelight.jobs import queries
from safelight.jobs.job import JobState
from safelight.jobs.queue import enqueue
from safelight.jobs.worker import Worker


@pytest.fixture
def dead(engine, clock) -> list[int]:
    """Three dead jobs."""

    def handler(run) -> None:
        raise InvalidValue("It cannot be.")

    with write(engine) as tx:
        numbers = [enqueue(tx, clock, kind="note") for _ in range(3)]
    Worker(engine, clock, {"note": handler}, name="w1", tell=lambda told: None).run_due()
    return numbers


def _waiting(engine) -> list[int]:
    with read(engine) as tx:
        return [job.id for job in queries.page_jobs(tx, state=JobState.WAITING)]


def test_one_dead_job_is_tried_anew_with_a_reason_on_record(engine, clock, actor, dead) -> None:
    retry_job(engine, clock, actor, job_id=dead[1], reason="The form was mended.")
    assert _waiting(engine) == [dead[1]]
    with read(engine) as tx:
        entry = audit.page_entries(tx, target=f"job:{dead[1]}")[-1]
    assert (entry.verb, entry.actor.name, entry.reason) == ("retry_job", "tester", "The form was mended.")


def test_all_dead_jobs_of_a_kind_are_tried_anew(engine, clock, actor, dead) -> None:
    assert retry_dead_jobs(engine, clock, actor, kind="other") == (0, 0)
    assert retry_dead_jobs(engine, clock, actor, kind="note") == (3, 0)
    assert _waiting(engine) == dead


def test_what_is_refused_changes_nothing(engine, clock, actor, dead) -> None:
    with pytest.raises(NotFound):
        retry_job(engine, clock, actor, job_id=999)
    assert _waiting(engine) == []
