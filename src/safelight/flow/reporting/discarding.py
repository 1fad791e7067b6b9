"""Discarding: the job that deletes a report which was made, and given up before anybody handed it over."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from safelight.clock import Clock
from safelight.database.transaction import Tx, read
from safelight.errors import KeysUnusable, NotFound, UsageError
from safelight.flow.reporting.desk import FindDestination
from safelight.jobs.queue import enqueue
from safelight.jobs.run import Handler, Run
from safelight.reporting import queries, steps
from safelight.reporting.attempt import Attempt, AttemptState
from safelight.reporting.destinations.interface import Discarding, Done
from safelight.reporting.report import Report, ReportState

DISCARD_REPORT = "discard_report"
"""The job that deletes a report that was given up, by its number."""

AGAIN_AFTER = timedelta(minutes=10)
"""How long it waits where its destination cannot do it now."""


def discarding_key(report_id: int) -> str:
    """Return the key of the job that deletes a report: of each there is at most one."""
    return f"{DISCARD_REPORT}:{report_id:020}"


def enqueue_discarding(tx: Tx, clock: Clock, report_id: int) -> None:
    """Let what was made of a report be deleted, if this transaction commits."""
    enqueue(tx, clock, kind=DISCARD_REPORT, args={"report": report_id}, key=discarding_key(report_id))


def made_attempts(tx: Tx, report_id: int) -> list[Attempt]:
    """Return the attempts of a report that made something that lies here."""
    return [each for each in queries.attempts_of(tx, report_id) if each.state is AttemptState.FINISHED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discards:
    """Deletes reports that were given up; `tell` is told what somebody should know."""

    find: FindDestination
    tell: Callable[[str], None]

    def handlers(self) -> Mapping[str, Handler]:
        """Return what carries out each kind of job that is here."""
        return {DISCARD_REPORT: self.discard_report}

    def discard_report(self, run: Run) -> None:
        """Delete what was made of a report that was withdrawn; whatever was deleted before is passed over."""
        report_id = int(run.job.args["report"])
        with read(run.engine) as tx:
            report, made = queries.find_report(tx, report_id), made_attempts(tx, report_id)
        if report.state is not ReportState.WITHDRAWN:
            made = []
        why = self._refusal(report, made)
        with run.last_step(again_at=None if why is None else run.clock.now() + AGAIN_AFTER) as tx:
            for attempt in made if why is None else []:
                steps.note_discarded(tx, run.clock, run.actor, report_id, attempt.id)
        if why is not None:
            self.tell(f"Report {report_id} was withdrawn, and what was made of it is not deleted yet: {why}")

    def _refusal(self, report: Report, made: list[Attempt]) -> str | None:
        """Delete what was made, and return why that could not be done; None where it is gone."""
        if not made:
            return None
        try:
            to = self.find(report.destination)
        except (NotFound, UsageError, KeysUnusable) as error:
            return str(error)
        return next(_refusals(to, made), None) if isinstance(to, Discarding) else None


def _refusals(to: Discarding, made: list[Attempt]) -> Iterator[str]:
    for attempt in made:
        answer = to.discard(attempt.authority_id)
        if not isinstance(answer, Done):
            yield answer.sentence
