"""Questions to the table of jobs."""

from datetime import datetime

from safelight.database.transaction import Tx
from safelight.errors import NotFound
from safelight.jobs import store
from safelight.jobs.job import Job, JobState, Standing, check_job_id


def find_job(tx: Tx, job_id: int) -> Job:
    """Return a job. Raises `NotFound` where no such job is kept, `InvalidValue` for what is no number."""
    check_job_id(job_id)
    job = store.find(tx, job_id)
    if job is None:
        raise NotFound(
            f"There is no job {job_id}: it was never there, or was done long ago. See `safelight jobs list`."
        )
    return job


def page_jobs(
    tx: Tx,
    *,
    state: JobState | None = None,
    kind: str | None = None,
    due_before: datetime | None = None,
    after_id: int = 0,
    limit: int = 100,
) -> list[Job]:
    """Return up to `limit` jobs whose number follows `after_id`, by number; all that is None asks for any."""
    return store.page(tx, state=state, kind=kind, due_before=due_before, after_id=after_id, limit=limit)


def find_open_job(tx: Tx, key: str) -> Job | None:
    """Return the job of a key that waits or runs, None where there is none."""
    return store.find_open(tx, key)


def count_jobs(tx: Tx) -> dict[tuple[str, JobState], int]:
    """Return how many jobs are kept, by kind and state."""
    return store.count_states(tx)


def standing_by_kind(tx: Tx) -> dict[str, Standing]:
    """Return how the jobs stand that are not done. However many are done, it is quick."""
    return store.standing(tx)
