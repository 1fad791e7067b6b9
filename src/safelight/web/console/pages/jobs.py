"""Jobs: what waits, runs, was done or died; who may, lets a dead one be tried anew."""

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import AlreadyExists, InvalidValue, UsageError
from safelight.flow.jobs import retry_job
from safelight.jobs import queries
from safelight.jobs.job import Job, JobState
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.paging import ROWS, list_page, read_after
from safelight.web.console.visit import Visit


def add_jobs(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/jobs", Permission.JOB_READ)
    def list_jobs(visit: Visit) -> Response:
        state, after = _state(visit), read_after(visit.request)
        with read(visit.engine) as tx:
            found = queries.page_jobs(tx, state=state, after_id=after, limit=ROWS + 1)
        listing = list_page(visit.request, found, number_of=lambda job: job.id)
        return visit.see("jobs.html", listing=listing, state=state, states=list(JobState))

    @door.page("GET", "/jobs/{job:int}", Permission.JOB_READ)
    def show_job(visit: Visit) -> Response:
        return visit.see("job.html", job=_named(visit), dead=JobState.DEAD)

    @door.page("POST", "/jobs/{job:int}/retry", Permission.JOB_WRITE)
    def retry(visit: Visit) -> Response:
        job, reason = _named(visit), visit.form.text("reason")
        try:
            retry_job(visit.engine, visit.clock, visit.actor, job_id=job.id, reason=reason)
        except (AlreadyExists, InvalidValue) as error:
            return visit.see_fault("job.html", "reason", error, job=job, dead=JobState.DEAD)
        return visit.go(f"/jobs/{job.id}", "jobs.retried")


def _state(visit: Visit) -> JobState | None:
    asked = visit.request.query_params.get("state", "")
    if not asked:
        return None
    try:
        return JobState(asked)
    except ValueError:
        raise UsageError(f"A job's state is one of {', '.join(JobState)}.") from None


def _named(visit: Visit) -> Job:
    with read(visit.engine) as tx:
        return queries.find_job(tx, visit.request.path_params["job"])
