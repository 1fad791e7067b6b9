"""Durable jobs, to read."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.jobs import queries as jobs
from safelight.jobs.job import Job, JobState
from safelight.roles import Actor, Permission
from safelight.web.answer import answer_json
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.paging import NUMBER, PARAMETERS, read_number, read_page

_JOB = {"name": "job", "in": "path", "required": True, "schema": NUMBER}
_STATE = {
    "name": "state",
    "in": "query",
    "schema": {"type": "string", "enum": [state.value for state in JobState]},
    "description": "Only jobs in this state.",
}


def add_jobs(door: Door, host: Host) -> None:
    """Add the routes."""
    engine = host.service.house.engine

    @door.route("GET", "/jobs", Permission.JOB_READ, Told(summary="List jobs.", parameters=(_STATE, *PARAMETERS)))
    async def list_jobs(request: Request, _actor: Actor) -> Response:
        page, state = read_page(request), _read_state(request)

        def ask() -> list[Job]:
            with read(engine) as tx:
                return jobs.page_jobs(tx, state=state, after_id=page.after_number, limit=page.limit)

        found = await host.ask(ask)
        return answer_json(page.tell([tell_job(job) for job in found], found[-1].id if found else None))

    @door.route("GET", "/jobs/{job}", Permission.JOB_READ, Told(summary="Show a job.", parameters=(_JOB,)))
    async def show_job(request: Request, _actor: Actor) -> Response:
        number = read_number(request.path_params["job"], "job")

        def ask() -> Job:
            with read(engine) as tx:
                return jobs.find_job(tx, number)

        return answer_json(tell_job(await host.ask(ask)))


def _read_state(request: Request) -> JobState | None:
    asked = request.query_params.get("state")
    if asked is None:
        return None
    try:
        return JobState(asked)
    except ValueError:
        raise InvalidValue(f"A job's state is one of {', '.join(JobState)}.") from None


def tell_job(job: Job) -> dict[str, Any]:
    """Return what an answer tells of a job."""
    return {
        "job": job.id,
        "kind": job.kind,
        "args": dict(job.args),
        "state": job.state.value,
        "due_at": job.due_at,
        "attempts": job.attempts,
        "reason": job.reason,
        "finished_at": job.finished_at,
    }
