"""`safelight jobs …`: durable work that waits, runs, was done or died."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from safelight.cli.bank_entry import Reason
from safelight.cli.moments import in_utc, minute
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import InvalidValue, UsageError
from safelight.flow.jobs import retry_dead_jobs, retry_job
from safelight.jobs import queries
from safelight.jobs.job import LARGEST_JOB_ID, Job, JobState

_LONGEST_PAGE = 10_000

Kind = Annotated[str | None, Parameter(help="Only jobs of this kind.")]
After = Annotated[int, Parameter(help="Show the jobs that follow this one.")]
Limit = Annotated[int, Parameter(help="How many jobs to show.")]


def list_jobs(
    *,
    state: Annotated[JobState | None, Parameter(help="Only jobs in this state.")] = None,
    kind: Kind = None,
    due_before: Annotated[datetime | None, Parameter(help="Only jobs due before this time (UTC).")] = None,
    after: After = 0,
    limit: Limit = 100,
    workspace: Workspace = None,
) -> int:
    """List jobs by number, with when they are due and why they wait. Times are UTC."""
    _check_page(after, limit)
    with read(open_named(workspace).engine) as tx:
        page = queries.page_jobs(tx, state=state, kind=kind, due_before=in_utc(due_before), after_id=after, limit=limit)
    table = new_table("job", "kind", "about", "state", "due", "attempts", "worker", "why")
    for job in page:
        table.add_row(
            str(job.id), job.kind, _about(job), job.state.value, minute(job.due_at), str(job.attempts), job.worker,
            job.reason,
        )  # fmt: skip
    _show(table, page, limit)
    return 0


def dead(*, kind: Kind = None, after: After = 0, limit: Limit = 100, workspace: Workspace = None) -> int:
    """List dead jobs with the reason why each died. They stay until a person retries them."""
    _check_page(after, limit)
    with read(open_named(workspace).engine) as tx:
        page = queries.page_jobs(tx, state=JobState.DEAD, kind=kind, after_id=after, limit=limit)
    table = new_table("job", "kind", "about", "died", "attempts", "why")
    for job in page:
        died = minute(job.finished_at) if job.finished_at else ""
        table.add_row(str(job.id), job.kind, _about(job), died, str(job.attempts), job.reason)
    _show(table, page, limit)
    return 0


def retry(
    job: int | None = None,
    /,
    *,
    all_dead: Annotated[str | None, Parameter(help="Retry all dead jobs of this kind.")] = None,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Let a dead job be tried anew, or all dead jobs of a kind. Why they died stays in the audit log."""
    if (job is None) == (all_dead is None):
        raise UsageError("Name either one job, or with --all-dead a kind. Nothing was changed.")
    house = open_named(workspace)
    who = (house.engine, house.clock, house.actor)
    if job is not None:
        retry_job(*who, job_id=job, reason=reason)
    if all_dead is not None:
        retried, left = retry_dead_jobs(*who, kind=all_dead, reason=reason)
        told = f"; {left} left as they are, for others of the same key are open" if left else ""
        Voice().say(f"{retried} jobs are tried anew{told}.")
    return 0


def _check_page(after: int, limit: int) -> None:
    if not (1 <= limit <= _LONGEST_PAGE and 0 <= after <= LARGEST_JOB_ID):
        raise InvalidValue(f"A page has 1 to {_LONGEST_PAGE} jobs, and jobs are counted from 1.")


def _about(job: Job) -> str:
    return ", ".join(f"{name} {value}" for name, value in sorted(job.args.items()))


def _show(table: Table, page: Sequence[Job], limit: int) -> None:
    voice = Voice()
    voice.print(table)
    if len(page) == limit:
        voice.say(f"More: --after {page[-1].id}")
