"""Media in the sealed spool that could not be scanned: tried again, dropped by a person, or by the end of its time."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from safelight.database.clock_mark import MOST_JUMP, require_plausible
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.errors import InvalidValue, NotFound, UsageError
from safelight.flow.scans.queued_scans import enqueue_scan, scan_key
from safelight.jobs.queries import find_open_job
from safelight.jobs.run import Handler, Run
from safelight.roles import Actor, Permission, require_permission
from safelight.vault.keeping import Keeping
from safelight.vault.queries import list_kept

END_HELD_MEDIA = "end_held_media"
"""The job that ends the time of media which could not be scanned."""

PERIOD = timedelta(hours=1)

HELD_DAYS = 30
"""How long media is held that could not be scanned, unless it is set."""

_AT_ONCE = 500


def retry_held(engine: Engine, keeping: Keeping, actor: Actor, spool_id: str, *, reason: str = "") -> int:
    """Let held media be scanned again, and return the number of the job.

    Its time goes on from when it arrived. Raises `NotAllowed` without `spool:write`, `NotFound`, `ClockWrong`.
    """
    require_permission(actor, Permission.SPOOL_WRITE)
    with write(engine) as tx:
        # The job first: who scans locks that, and then the bytes.
        job_id = enqueue_scan(tx, keeping, spool_id)
        keeping.unhold_kept(tx, actor, spool_id, reason=reason)
        return job_id


def retry_all_held(engine: Engine, keeping: Keeping, actor: Actor, *, fault: str | None, reason: str = "") -> int:
    """Let all media be scanned again that is held now, or held for one reason; return how many."""
    require_permission(actor, Permission.SPOOL_WRITE)
    with read(engine) as tx:
        ids = list(_held(tx, fault))
    count = 0
    for spool_id in ids:
        with suppress(NotFound):  # dropped meanwhile: there is nothing left to be scanned
            retry_held(engine, keeping, actor, spool_id, reason=reason)
            count += 1
    return count


def drop_held(engine: Engine, keeping: Keeping, actor: Actor, spool_id: str, *, reason: str) -> None:
    """Drop media of the spool for good, unseen: what opens it goes now.

    Raises `NotAllowed` without `spool:write`, `InvalidValue` without a reason, `NotFound`, `ClockWrong`, and
    `UsageError` while a job is to scan it: a match must not be lost.
    """
    require_permission(actor, Permission.SPOOL_WRITE)
    if not reason.strip():
        raise InvalidValue("To drop media that nobody could scan takes a reason, which the audit log keeps.")
    with write(engine) as tx:
        keeping.lock_kept(tx, spool_id)
        if (job := find_open_job(tx, scan_key(spool_id))) is not None:
            raise UsageError(f"Job {job.id} is to scan it. Nothing was dropped. Wait for what becomes of it.")
        keeping.drop_kept(tx, actor, spool_id, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMedia:
    """The clock's part: what could not be scanned is not kept for ever."""

    keeping: Keeping
    held_days: int = HELD_DAYS
    most_jump: timedelta = MOST_JUMP

    def handlers(self) -> Mapping[str, Handler]:
        """Return what carries out the job."""
        return {END_HELD_MEDIA: self.end_held_media}

    def end_held_media(self, run: Run) -> None:
        """Drop the media that arrived longer ago than it may be held, each on record.

        What a job is to scan is not held, and stays. Raises `ClockWrong` where the clock is not plausible.
        """
        with run.step() as tx:
            before = require_plausible(tx, run.clock, self.most_jump) - timedelta(days=self.held_days)
        count = _AT_ONCE
        while count == _AT_ONCE:
            with run.step() as tx:
                over = list_kept(tx, is_held=True, kept_before=before, limit=_AT_ONCE)
                for facts in over:
                    # Asked again under its lock: a person may have it tried again at this moment.
                    if self.keeping.is_held(tx, facts.id):
                        reason = f"It could not be scanned for {self.held_days} days: {facts.held_for}."
                        self.keeping.drop_kept(tx, run.actor, facts.id, reason=reason)
                count = len(over)
        with run.last_step():
            pass


def _held(tx: Tx, fault: str | None) -> Iterator[str]:
    after_id: str | None = None
    while page := list_kept(tx, is_held=True, held_for=fault, after_id=after_id, limit=_AT_ONCE):
        yield from (facts.id for facts in page)
        after_id = page[-1].id
