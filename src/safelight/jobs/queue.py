"""Asking for work: a job comes with the transaction that asks for it, or not at all."""

import json
from datetime import datetime

from safelight.audit import log
from safelight.audit.entry import Details
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.errors import AlreadyExists, NotFound, UsageError
from safelight.jobs import store
from safelight.jobs.job import Args, Job, check_args, check_job_id, check_key, check_kind
from safelight.roles import Actor, Permission, require_permission

NO_ARGS: Args = {}


def enqueue(
    tx: Tx, clock: Clock, *, kind: str, args: Args = NO_ARGS, due_at: datetime | None = None, key: str | None = None
) -> int:
    """Add a job that is due now or at `due_at`, and return its number. It stands or falls with the transaction.

    Of a key there is at most one open job. If there is one, it is kept as it is and its number returned: one that waits
    is moved to `due_at` if that is sooner, one that runs will run once more, for it may have looked too early. Whoever
    asks for several keys in one transaction asks in the order of the keys: else two could wait for each other.

    Raises `InvalidValue` for a kind, key or argument of the wrong form.
    """
    check_kind(kind)
    check_args(args)
    check_key(key)
    now = clock.now()
    values = {"kind": kind, "args": json.dumps(dict(args), sort_keys=True), "key": key}
    return store.add(tx, {**values, "due_at": due_at or now, "added_at": now})


def retry(tx: Tx, clock: Clock, actor: Actor, *, job_id: int, reason: str = "") -> None:
    """Let a dead job wait again, due now and with its attempts counted anew.

    Why it died stays in the audit log. Raises `NotAllowed` without the permission, `NotFound` where no such job is
    kept, `UsageError` when it is not dead, `AlreadyExists` when its key has an open job, which does the same work.
    """
    require_permission(actor, Permission.JOB_WRITE)
    check_job_id(job_id)
    found = store.lock_dead(tx, job_id=job_id)
    if not found:
        _refuse(tx, job_id)
    if _is_replaced(tx, found[0]):
        raise AlreadyExists(
            f"Another job of the key {found[0].key} is open and does the same work. Nothing was changed. Look at it "
            "with `safelight jobs list`."
        )
    _revive(tx, clock, actor, found[0], reason)


def retry_kind(tx: Tx, clock: Clock, actor: Actor, *, kind: str, reason: str = "") -> tuple[int, int]:
    """Let all dead jobs of a kind wait again; return how many do, and how many were left for an open job of their key.

    Of several dead jobs of one key the latest is retried. Raises `NotAllowed` without the permission.
    """
    require_permission(actor, Permission.JOB_WRITE)
    found = store.lock_dead(tx, kind=kind)
    retried = 0
    for job in reversed(found):
        if not _is_replaced(tx, job):
            _revive(tx, clock, actor, job, reason)
            retried += 1
    return retried, len(found) - retried


def prune(tx: Tx, before: datetime) -> int:
    """Remove the jobs that were done before a moment, and return how many. Dead jobs stay until they are retried."""
    return store.remove_done(tx, before)


def _is_replaced(tx: Tx, job: Job) -> bool:
    return job.key is not None and store.find_open(tx, job.key) is not None


def _revive(tx: Tx, clock: Clock, actor: Actor, job: Job, reason: str) -> None:
    store.wait(tx, job.id, due_at=clock.now(), reason="", begins_anew=True)
    details: Details = {"kind": job.kind, "attempts": job.attempts}
    log.write(tx, clock=clock, actor=actor, verb="retry_job", target=f"job:{job.id}", reason=reason, details=details)


def _refuse(tx: Tx, job_id: int) -> None:
    job = store.find(tx, job_id)
    if job is None:
        raise NotFound(
            f"There is no job {job_id}: it was never there, or was done long ago. See `safelight jobs list`."
        )
    raise UsageError(f"Job {job_id} is {job.state.value}, not dead: only dead jobs are retried. Nothing was changed.")
