"""Rounds: what was recently seen is held against entries that came since, and what matches goes into cases.

A round has three stages, each of which goes on where it was when a worker died: what is near is searched, then all of
that is judged and counted for the flood guard, and only then are cases opened, each by the banks as they stand by
then. So an entry that would flood is in quarantine before it could open any.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from safelight.banks import queries as banks
from safelight.banks.flood import FloodRule
from safelight.database.transaction import Tx, read
from safelight.flow.recent.counting import count_near
from safelight.flow.recent.judging import Judging
from safelight.flow.recent.opening import open_cases
from safelight.flow.recent.sealing import RecentSecrets
from safelight.flow.recent.searching import search
from safelight.hashing.pdq import Flavour
from safelight.jobs.run import Handler, Run
from safelight.matching.snapshot import Snapshot
from safelight.recent import queries, steps
from safelight.recent.arrived_entries import changed_banks
from safelight.recent.mark import Mark, NewRound, Stage
from safelight.recent.policies import policies_of, suspected_banks, widened_banks

MATCH_RECENT = "match_recent"
"""The job that holds what was recently seen against entries that came since."""

PERIOD = timedelta(minutes=1)
"""How often it looks whether there are any."""

_WAIT_S = 5.0
_LOOK_S = 0.05
_AGAIN_AFTER = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """Does rounds. One worker at a time does: the job is one, and each step finds out whether it is still its own.

    `lag` is how much later than its time an entry that was switched off until then may be known here. `forget` erases
    what is past its time: nothing of that is matched, even if no worker ran for long. `tell` is told in sentences of
    entries that went into quarantine.
    """

    judging: Judging
    secrets: RecentSecrets
    rule: FloodRule
    flavour: Flavour
    lag: timedelta
    forget: Handler
    tell: Callable[[str], None]
    wait_s: float = _WAIT_S

    def handlers(self) -> dict[str, Handler]:
        """Return what carries out the job."""
        return {MATCH_RECENT: self.match_recent}

    def match_recent(self, run: Run) -> None:
        """Begin a round if there is anything to be done, or go on with the one that was begun, to its end.

        Raises `KeysUnusable`, `DatabaseUnusable`, `ClockWrong`: then it is tried again, and goes on where it was.
        """
        mark = self._mark(run)
        if mark is not None and mark.stage is not Stage.IDLE:
            self.forget(run)
        while mark is not None and mark.stage is not Stage.IDLE:
            if not self._knows(mark.needs):
                with run.last_step(again_at=run.clock.now() + _AGAIN_AFTER):
                    return
            mark = self._do(run, mark)

    def _do(self, run: Run, mark: Mark) -> Mark | None:
        match mark.stage:
            case Stage.SEARCHING:
                search(run, self.judging.snapshot(), self.secrets, mark, flavour=self.flavour)
            case Stage.COUNTING:
                self._tell_of(count_near(run, self.judging, self.secrets, mark, rule=self.rule))
            case _:
                open_cases(run, self.judging, self.secrets, mark)
        with read(run.engine) as tx:
            return queries.find_mark(tx)

    def _mark(self, run: Run) -> Mark | None:
        """Return the mark of a round that is under way, begun now if there is anything to be done."""
        with read(run.engine) as tx:
            if queries.find_mark(tx) is None:  # nothing was ever kept: no index has to be opened
                return None
        snapshot = self.judging.snapshot()
        with run.step() as tx:
            mark = steps.lock_mark(tx)
            if mark is not None and mark.stage is Stage.IDLE:
                new = self._new_round(tx, run, snapshot, mark)
                if new is not None:
                    steps.begin_round(tx, mark, new)
        with read(run.engine) as tx:
            return queries.find_mark(tx)

    def _new_round(self, tx: Tx, run: Run, snapshot: Snapshot, mark: Mark) -> NewRound | None:
        """Return what a round is to be about; None where there is nothing to be done."""
        check_until = max(mark.checked_at, run.clock.now() - self.lag)
        if mark.policies is None:
            widened = suspected_banks(changed_banks(tx, mark, snapshot.position), snapshot.banks)
        else:
            widened = widened_banks(mark.policies, snapshot.banks)
        has_come_back = any(mark.checked_at < until <= check_until for _, until in banks.timed_entries(tx))
        is_new = snapshot.position > mark.checkpoint or mark.policies is None
        if not (is_new or widened or has_come_back or queries.has_behind(tx)):
            return None
        return NewRound(
            target=max(mark.checkpoint, snapshot.position),
            check_until=check_until,
            policies=policies_of(snapshot.banks),
            widened=widened,
        )

    def _knows(self, needs: int) -> bool:
        """Whether the banks are known here up to a change; they follow by themselves, so that a moment is waited."""
        until = time.monotonic() + self.wait_s
        while self.judging.position() < needs:
            if time.monotonic() >= until:
                return False
            time.sleep(_LOOK_S)
        return True

    def _tell_of(self, quarantined: int) -> None:
        if quarantined:
            self.tell(
                f"Entries that went into quarantine, for they matched far more of what was recently seen than an entry "
                f"does: {quarantined}. They opened no case. `safelight bank quarantined` shows them."
            )
