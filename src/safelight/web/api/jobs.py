"""Durable jobs: read, and tried anew when they are dead."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.flow import jobs as flow
from safelight.jobs import queries as jobs
from safelight.jobs.job import Job, JobState
from safelight.roles import Actor, Permission
from safelight.web.answer import answer_json
from safelight.web.api import bodies
from safelight.web.api.bodies import STRICT, Reason, Why
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.paging import NUMBER, PARAMETERS, read_number, read_page
from safelight.web.schemas import body_of

_JOB = {"name": "job", "in": "path", "required": True, "schema": NUMBER}
_STATE = {
    "name": "state",
    "in": "query",
    "schema": {"type": "string", "enum": [state.value for state in JobState]},
    "description": "Only jobs in this state.",
}


class RetryKind(BaseModel):
    """Which dead jobs are to be tried anew."""

    model_config = ConfigDict(**STRICT, json_schema_extra={"example": {"kind": "scan_kept"}})
    kind: Annotated[str, Field(min_length=1, max_length=50)]
    reason: Reason = ""


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

    _add_retrying(door, host)


def _add_retrying(door: Door, host: Host) -> None:
    house = host.service.house

    @door.route(
        "POST",
        "/jobs/dead/retry",
        Permission.JOB_WRITE,
        Told(summary="Let all dead jobs of a kind be tried anew.", body=body_of(RetryKind)),
    )
    async def retry_dead_jobs(request: Request, actor: Actor) -> Response:
        asked = await bodies.read(request, RetryKind)
        who = (house.engine, house.clock, actor)
        retried, left = await host.ask(lambda: flow.retry_dead_jobs(*who, kind=asked.kind, reason=asked.reason))
        return answer_json({"retried": retried, "left": left})

    @door.route(
        "POST",
        "/jobs/{job}/retry",
        Permission.JOB_WRITE,
        Told(summary="Let a dead job be tried anew.", body=body_of(Why, is_required=False), parameters=(_JOB,)),
    )
    async def retry_job(request: Request, actor: Actor) -> Response:
        number, why = read_number(request.path_params["job"], "job"), await bodies.read(request, Why)

        def act() -> Job:
            flow.retry_job(house.engine, house.clock, actor, job_id=number, reason=why.reason)
            with read(house.engine) as tx:
                return jobs.find_job(tx, number)

        return answer_json(tell_job(await host.ask(act)))


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
