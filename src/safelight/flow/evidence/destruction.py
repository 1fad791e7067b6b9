"""The clock's part in destruction: jobs that warn before evidence goes, let it go, and take its bytes away."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.boundary import Reach, unwatched
from safelight.database.clock_mark import MOST_JUMP, require_plausible, see
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read
from safelight.errors import EvidenceHeld
from safelight.jobs.run import Handler, Run
from safelight.keys.interface import KeyService
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.vault import due, ordering
from safelight.vault.blobs.interface import BlobStore
from safelight.vault.destroying import (
    RECORD_DESTRUCTION,
    REMOVE_BLOB,
    Remover,
    ask_removals,
    destroy_key,
    record_destruction,
    remove_blob,
)
from safelight.vault.order import Order

WARN_OF_ENDINGS = "warn_of_endings"
"""The clock job that warns of evidence whose last hold ends soon, and of orders that nobody can confirm."""

DESTROY_DUE = "destroy_due"
"""The clock job that destroys evidence whose last hold has ended."""

PERIODS = {WARN_OF_ENDINGS: timedelta(hours=1), DESTROY_DUE: timedelta(hours=1)}
"""How often each of these clock jobs is due."""

WARNING_DAYS = 14

_REASON = "The last hold has ended."

Tell = Callable[[str], None]
_LOG = logging.getLogger("safelight")


@dataclass(frozen=True, slots=True, kw_only=True)
class Destruction:
    """What destruction by the clock goes by. `people` asks for the names of all who have the permission `hold:release`.

    `tell` is told in sentences what somebody should know: of evidence by its id alone.
    """

    blobs: BlobStore
    keys: KeyService
    people: Callable[[Tx], Collection[str]]
    warning_days: int = WARNING_DAYS
    most_jump: timedelta = MOST_JUMP
    is_single_person_mode: bool = False
    tell: Tell = _LOG.warning
    reach: Reach = unwatched

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handlers of the four kinds of jobs."""
        return {
            WARN_OF_ENDINGS: self.warn_of_endings,
            DESTROY_DUE: self.destroy_due,
            REMOVE_BLOB: self.remove_blob,
            RECORD_DESTRUCTION: self.record_destruction,
        }

    def warn_of_endings(self, run: Run) -> None:
        """Warn of evidence whose last hold ends within the days set, once for each end, and of orders that are stuck.

        A warning is an entry of the audit log; `safelight hold list --ending` shows what was warned of. Raises
        `ClockWrong`.
        """
        with run.step() as tx:
            by = see(tx, run.clock) + timedelta(days=self.warning_days)
        after_id: str | None = ""
        while after_id is not None:
            with run.step() as tx:
                after_id = due.warn_of_page(tx, run.clock, run.actor, by=by, after_id=after_id)
        with run.last_step() as tx:
            waiting, people = ordering.waiting_orders(tx, run.clock), self.people(tx)
        for order in ordering.stuck_orders(waiting, people, is_single_person_mode=self.is_single_person_mode):
            self.tell(tell_stuck(order))

    def destroy_due(self, run: Run) -> None:
        """Destroy evidence whose last hold has ended, each in a step of its own, and see that removals are under way.

        What is held again by the time its turn comes is left alone, and `tell` is told so. Evidence that never was held
        is not touched: `safelight evidence fsck` reports it. Raises `ClockWrong` where the clock is not plausible.
        """
        with run.step() as tx:
            now = require_plausible(tx, run.clock, self.most_jump)
        for evidence_id in _ended(run.engine, now):
            self._destroy(run, evidence_id)
        with run.last_step() as tx:
            ask_removals(tx, run.clock)

    def _destroy(self, run: Run, evidence_id: str) -> None:
        try:
            with run.step() as tx:
                destroy_key(tx, run.clock, run.actor, evidence_id, _REASON, most_jump=self.most_jump, reach=self.reach)
                tell_event(tx, run.clock, EventKind.EVIDENCE_DESTROYED, {"evidence_id": evidence_id})
        except EvidenceHeld as error:  # held since it was listed: that is what locks are for
            self.tell(f"Evidence {evidence_id} was due to be destroyed and is kept: {error}")

    def remove_blob(self, run: Run) -> None:
        """Record a destruction in the ledger and remove the blob. Raises StoreUnusable, KeysUnusable."""
        remove_blob(self._remover(run), run.actor, str(run.job.args["blob_id"]), step=run.last_step)

    def record_destruction(self, run: Run) -> None:
        """Record a destruction in the ledger where other evidence needs the blob. Raises as `remove_blob`."""
        record_destruction(self._remover(run), run.actor, str(run.job.args["evidence_id"]), step=run.last_step)

    def _remover(self, run: Run) -> Remover:
        return Remover(engine=run.engine, blobs=self.blobs, keys=self.keys, clock=run.clock, reach=self.reach)


def tell_stuck(order: Order) -> str:
    """Say that nobody could confirm an order, and what to do."""
    return (
        f"Order {order.id} to destroy evidence {order.evidence_id} waits, and nobody but who asked could confirm it. "
        "Give another person the permission hold:release, or switch on single_person_mode, which the order, the audit "
        "log and the certificate will then say."
    )


def _ended(engine: Engine, now: datetime) -> Iterator[str]:
    """Give the evidence whose last hold has ended, each page asked for when the one before is done."""
    after_id = ""
    while True:
        with read(engine) as tx:
            page = due.page_endings(tx, by=now, after_id=after_id)
        if not page:
            return
        yield from (hold.evidence_id for hold in page)
        after_id = page[-1].evidence_id
