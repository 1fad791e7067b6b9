"""Begin the cases anew that used a remembered verdict which does not hold any more."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from safelight.audit import log
from safelight.errors import AlreadyExists
from safelight.flow.review.endings import renew_reviews
from safelight.flow.review.following import REOPEN_OVERTURNED
from safelight.jobs.run import Handler, Run
from safelight.review import steps
from safelight.review.queries import case_target, find_case

_LOG = logging.getLogger("safelight")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overturning:
    """Carries out that job. `tell` is told in a sentence which case a person has to see to."""

    tell: Callable[[str], None] = _LOG.warning

    def handlers(self) -> Mapping[str, Handler]:
        """Return what carries out the kind of job that is here."""
        return {REOPEN_OVERTURNED: self.reopen}

    def reopen(self, run: Run) -> None:
        """Reopen each case that used the verdict, in a step of its own; safe to run twice.

        A case about an account of which another case is open by now cannot be opened beside it: the log and `tell` say
        so, for a person to decide on it there.
        """
        verdict_id = int(run.job.args["verdict"])
        with run.step() as tx:
            users = steps.find_users(tx, verdict_id)
        for case_id in users:
            self._reopen(run, verdict_id, case_id)
        with run.last_step():
            pass

    def _reopen(self, run: Run, verdict_id: int, case_id: int) -> None:
        try:
            with run.step() as tx:
                if steps.reopen_for(tx, run.clock, run.actor, verdict_id, case_id):
                    renew_reviews(tx, run.clock, run.actor, find_case(tx, case_id))
        except AlreadyExists:
            target, details = case_target(case_id), {"verdict": verdict_id}
            with run.step() as tx:
                log.write(tx, clock=run.clock, actor=run.actor, verb="miss_reopening", target=target, details=details)
            self.tell(
                f"Case {case_id} was decided by a verdict that does not hold any more, and another case about the same "
                "account is open. Decide on it there, or close that one and reopen this."
            )
