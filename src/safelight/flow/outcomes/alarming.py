"""The clock's part: contacts whose time nears, or is over, are told of, once each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from safelight.jobs.run import Handler, Run
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.outcomes import steps
from safelight.roles import Actor, ActorKind

ALARM_CONTACTS = "alarm_contacts"
"""The clock job that tells of contacts that are due."""

PERIODS: Mapping[str, timedelta] = {ALARM_CONTACTS: timedelta(hours=1)}
"""How often it is due."""

WATCH = Actor(kind=ActorKind.SERVICE, name="contacts")
"""Who tells of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAlarms:
    """Tells of open contacts so many days before they are due, and again when that is over."""

    warning_days: int

    def handlers(self) -> Mapping[str, Handler]:
        """Return what carries out the job. It is safe to run twice."""
        return {ALARM_CONTACTS: self._alarm}

    def _alarm(self, run: Run) -> None:
        before = timedelta(days=self.warning_days)
        while self._alarm_some(run, before):
            pass
        with run.last_step():
            pass

    def _alarm_some(self, run: Run, before: timedelta) -> int:
        with run.step() as tx:
            told = steps.alarm_contacts(tx, run.clock, WATCH, before=before)
            for each in told:
                facts = {"case_id": each.case_id, "contact_id": each.id, "verdict": each.alarm.value}
                tell_event(tx, run.clock, EventKind.CONTACT_DUE, facts)
            return len(told)
