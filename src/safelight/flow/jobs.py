"""Seeing to dead jobs."""

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.jobs import queue
from safelight.roles import Actor


def retry_job(engine: Engine, clock: Clock, actor: Actor, *, job_id: int, reason: str = "") -> None:
    """Let a dead job be tried anew. Raises as `jobs.queue.retry` does."""
    with write(engine) as tx:
        queue.retry(tx, clock, actor, job_id=job_id, reason=reason)


def retry_dead_jobs(engine: Engine, clock: Clock, actor: Actor, *, kind: str, reason: str = "") -> tuple[int, int]:
    """Let all dead jobs of a kind be tried anew; return how many are, and how many others of their key replace."""
    with write(engine) as tx:
        return queue.retry_kind(tx, clock, actor, kind=kind, reason=reason)
