"""Deadlines: what must be reported and is not, the loudest first; and the clock job that tells of it as it rises.

1. A case has a deadline from the decision that confirmed something, until an authority has all that is confirmed in it.
   A test host's receipt ends none, nor does a report of another case about the same subject.
2. What is found while a report is on its way, or later, has its own deadline, from its own decision.
3. Media counts as reported once it was a file of a report that is filed; what has no bytes, or none any more, once a
   report is filed that was drafted after it was decided.
4. A case that is read anew keeps its deadline: who knew goes on knowing. It ends when something else is found, or when
   somebody closes the case, which they do with a reason.
5. What is loud is computed from the rows and the clock whenever it is asked; only what was told is remembered. So no
   worker that is down, and no clock that jumped, hides it.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.clock import Clock
from safelight.database.clock_mark import latest_seen, see_latest
from safelight.database.parts import in_parts
from safelight.database.transaction import Tx, read
from safelight.flow.reporting.waking import wake_forgotten
from safelight.jobs.run import Handler, Run
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.reporting import due_queries, steps
from safelight.reporting.alarm import Alarm, Matter, matter_of
from safelight.reporting.deadline import DeadlineRules, Level, Loud, deadline_of, is_to_be_told
from safelight.reporting.due_queries import Reported
from safelight.review import decision_queries
from safelight.review.case import CaseState
from safelight.review.confirmation import Confirmation
from safelight.review.queries import LONGEST_PAGE, closed_among, page_cases
from safelight.vault.queries import living_among

RAISE_REPORT_ALARMS = "raise_report_alarms"
"""The clock job that tells of what must be reported as it becomes louder."""

PERIODS: Mapping[str, timedelta] = {RAISE_REPORT_ALARMS: timedelta(minutes=5)}
"""How often it is due."""

EVENTS: Mapping[Level, EventKind] = {
    Level.SOON: EventKind.REPORT_DUE,
    Level.DUE: EventKind.REPORT_DUE,
    Level.HAND_OVER_DUE: EventKind.HAND_OVER_DUE,
    Level.FAILED: EventKind.REPORT_FAILED,
    Level.OVERDUE: EventKind.REPORT_OVERDUE,
    Level.OPEN_AT_AUTHORITY: EventKind.REPORT_LEFT_OPEN,
}
"""What is told of each level."""

_TOLD_AS_IT_HAPPENED = frozenset({Level.FAILED, Level.HAND_OVER_DUE})
_IN_A_STEP = 200
_LOG = logging.getLogger("safelight")
_NEW = Alarm(level=Level.NONE, told_at=None)


def loudest(tx: Tx, clock: Clock, rules: DeadlineRules, limit: int = 20) -> list[Loud]:
    """Return up to `limit` of what somebody must see to at this moment, the loudest first, by numbers and times alone.

    Any door may ask: what may be shown to whom is its own to say.
    """
    return sorted(_loud(tx, clock, rules), key=lambda each: each.loudness)[:limit]


def count_loud(tx: Tx, clock: Clock, rules: DeadlineRules) -> dict[Level, int]:
    """Return how many things are how loud at this moment; what is not there is missing."""
    return dict(Counter(each.level for each in _loud(tx, clock, rules)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarming:
    """Tells of what must be reported as it becomes louder. `tell` is told what an operator should know."""

    rules: DeadlineRules
    tell: Callable[[str], None] = _LOG.warning

    def handlers(self) -> Mapping[str, Handler]:
        """Return what carries out each kind of job that is here. Each is safe to run twice."""
        return {RAISE_REPORT_ALARMS: self.raise_report_alarms}

    def raise_report_alarms(self, run: Run) -> None:
        """Tell, once for each rise and then daily, of what must be reported; some hundred cases a step.

        What waits to be filed and has no job any more is given one first.
        """
        wake_forgotten(run)
        with read(run.engine) as tx:
            case_ids = _watched(tx)
        for part in (case_ids[at : at + _IN_A_STEP] for at in range(0, len(case_ids), _IN_A_STEP)):
            with run.step() as tx:
                found = _deadlines(tx, part, see_latest(tx, run.clock), self.rules)
                told = _note(tx, run.clock, due_queries.alarms_of_cases(tx, part), found)
            self._say(told)
        with run.last_step() as tx:
            found = due_queries.reports_in_trouble(tx, see_latest(tx, run.clock), self.rules)
            told = _note(tx, run.clock, due_queries.alarms_of_reports(tx), found)
        self._say(told)

    def _say(self, told: Iterable[Loud]) -> None:
        for each in told:
            self.tell(each.sentence)


def _note(tx: Tx, clock: Clock, was: Mapping[Matter, Alarm], found: Sequence[Loud]) -> list[Loud]:
    """Write down how loud it is what was found, forget what is over, tell what is to be told, and return that."""
    now, told = clock.now(), []
    steps.stop_watching(tx, was.keys() - {matter_of(each) for each in found})
    for each in found:
        alarm = was.get(matter_of(each), _NEW)
        is_told = is_to_be_told(each.level, alarm.level, alarm.told_at, now)
        if is_told:
            _tell(tx, clock, each, is_rise=each.level > alarm.level)
            told.append(each)
        alarm_now = Alarm(level=each.level, told_at=now if is_told else alarm.told_at)
        if alarm_now != alarm or matter_of(each) not in was:
            steps.note_level(tx, matter_of(each), alarm_now.level, alarm_now.told_at)
    return told


def _tell(tx: Tx, clock: Clock, loud: Loud, *, is_rise: bool) -> None:
    if is_rise and loud.level in _TOLD_AS_IT_HAPPENED:
        return
    facts: dict[str, int | str] = {"case_id": loud.case_id, "verdict": loud.level.name.lower()}
    if loud.report_id is not None:
        facts["report_id"] = loud.report_id
    tell_event(tx, clock, EVENTS[loud.level], facts)


def _loud(tx: Tx, clock: Clock, rules: DeadlineRules) -> list[Loud]:
    now = latest_seen(tx, clock)
    found = due_queries.reports_in_trouble(tx, now, rules)
    for part in in_parts(_watched(tx)):
        found += _deadlines(tx, part, now, rules)
    return [each for each in found if each.level is not Level.NONE]


def _watched(tx: Tx) -> list[int]:
    """Return the cases that have a deadline: those watched, and those decided, should one not be watched."""
    return sorted({*due_queries.watched_cases(tx), *_decided(tx)})


def _decided(tx: Tx) -> Iterator[int]:
    after = 0
    while page := page_cases(tx, state=CaseState.DECIDED, after_id=after, limit=LONGEST_PAGE):
        yield from (each.id for each in page)
        after = page[-1].id


def _deadlines(tx: Tx, case_ids: Sequence[int], now: datetime, rules: DeadlineRules) -> list[Loud]:
    """Return the deadline of each of these cases that has one."""
    reported = due_queries.reported_of(tx, case_ids)
    found: dict[int, Loud] = {}
    for each in _unreported(tx, case_ids, reported):
        deadline = deadline_of(each.confirmed_at, each.imminent_at, rules)
        report_id, state = reported.unended.get(each.case_id, (None, None))
        loud = Loud(
            level=deadline.level_at(now),
            case_id=each.case_id,
            report_id=report_id,
            state=state,
            since_at=deadline.since_at,
            due_at=deadline.due_at,
        )
        found[each.case_id] = min(loud, found.get(each.case_id, loud), key=lambda one: one.due_at or now)
    return list(found.values())


def _unreported(tx: Tx, case_ids: Sequence[int], reported: Reported) -> list[Confirmation]:
    closed = closed_among(tx, case_ids)
    confirmed = [each for each in decision_queries.confirmations_of(tx, case_ids) if each.case_id not in closed]
    living = set(living_among(tx, [each.evidence_id for each in confirmed if each.evidence_id is not None]))
    return [each for each in confirmed if not _is_reported(each, reported, living)]


def _is_reported(each: Confirmation, reported: Reported, living: set[str]) -> bool:
    if each.evidence_id is not None and (each.case_id, each.evidence_id) in reported.files:
        return True
    by_word = reported.learnt_at if each.evidence_id in living else reported.drafted_at
    drafted_at = by_word.get(each.case_id)
    return drafted_at is not None and drafted_at >= each.confirmed_at
