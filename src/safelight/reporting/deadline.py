"""Deadlines: until when what is confirmed must be reported, and how loud it is that it is not. Pure functions.

18 U.S.C. 2258A(a) asks for a report "as soon as reasonably possible" after actual knowledge, and 2258A(e) fines whoever
does not. Nothing names hours: these are the house's own, and the operator may make them shorter or longer. What the
authority's clock does is published: an unfinished report is deleted 24 hours after it was opened, or an hour after its
last change, whichever is later (facts, review-and-reporting.md 2.1).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from safelight.reporting.attempt import UNSETTLED, Attempt
from safelight.reporting.report import ReportState

EXPIRES_AFTER_OPENING, EXPIRES_AFTER_CHANGE = timedelta(hours=24), timedelta(hours=1)

REPEATED_AFTER = timedelta(days=1)
"""After so long it is told again of what is still as loud."""

_SLACK = timedelta(minutes=5)


class Level(IntEnum):
    """How loud something is. A higher one is louder."""

    NONE = 0
    """It is to be reported, and there is time."""
    SOON = 1
    """Half of the time is over."""
    HAND_OVER_DUE = 2
    """A report is made, and a person must hand it over."""
    DUE = 3
    """A quarter of the time is left."""
    FAILED = 4
    """A report was refused, and a person must see to it."""
    OVERDUE = 5
    OPEN_AT_AUTHORITY = 6
    """A report was opened at its authority and is not finished: what it holds may be deleted there, unread."""


LASTING = frozenset({Level.HAND_OVER_DUE, Level.FAILED, Level.OVERDUE, Level.OPEN_AT_AUTHORITY})
"""Of these it is told again and again, until somebody has seen to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRules:
    """What the operator has set. Both times are counted from the decision.

    `left_open`: so long may an attempt be open at its authority before that is told.
    """

    due: timedelta = timedelta(hours=24)
    due_imminent: timedelta = timedelta(minutes=60)
    left_open: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """From when and until when something is to be reported."""

    since_at: datetime
    due_at: datetime

    def level_at(self, now: datetime) -> Level:
        """Return how loud it is at a moment that it is not reported. Before `since_at` there is time."""
        whole, left = self.due_at - self.since_at, self.due_at - now
        if left <= timedelta(0):
            return Level.OVERDUE
        if left <= whole / 4:
            return Level.DUE
        return Level.SOON if left <= whole / 2 else Level.NONE


def deadline_of(confirmed_at: datetime, imminent_at: datetime | None, rules: DeadlineRules) -> Deadline:
    """Return the deadline of something that was confirmed; `imminent_at`: when somebody found a child in danger."""
    usual = Deadline(since_at=confirmed_at, due_at=confirmed_at + rules.due)
    if imminent_at is None:
        return usual
    urgent = Deadline(since_at=imminent_at, due_at=imminent_at + rules.due_imminent)
    return min(usual, urgent, key=lambda each: each.due_at)


def expires_at(attempt: Attempt) -> datetime:
    """Return when an attempt that is not finished is deleted by its authority."""
    return max(attempt.begun_at + EXPIRES_AFTER_OPENING, attempt.changed_at + EXPIRES_AFTER_CHANGE)


def is_left_open(attempt: Attempt, now: datetime, rules: DeadlineRules) -> bool:
    """Whether an attempt may be open at its authority for longer than filing takes."""
    return attempt.state in UNSETTLED and now - attempt.begun_at > rules.left_open


def is_to_be_told(level: Level, was: Level, told_at: datetime | None, now: datetime) -> bool:
    """Whether it is told of something now: when it rises, and of what lasts once more each day.

    A clock that was set back since it was last told silences nothing: then it is told at once.
    """
    if level is Level.NONE:
        return False
    if level > was or told_at is None:
        return True
    return level in LASTING and not (told_at - _SLACK <= now < told_at + REPEATED_AFTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loud:
    """Something that somebody must see to: a case that is to be reported, or a report that is in trouble.

    `report_id` is the report that is on its way, or in trouble, with its `state`; both are None for a case of which
    none is begun. `is_of_report`: it is about the report, and not about the case's deadline. `due_at` is when the case
    must be reported, or when the authority deletes what is open there; None where nothing is counted.
    """

    level: Level
    case_id: int
    report_id: int | None = None
    state: ReportState | None = None
    is_of_report: bool = False
    since_at: datetime
    due_at: datetime | None = None

    @property
    def loudness(self) -> tuple[int, datetime, int, int]:
        """By what it is sorted: the loudest first, and then what is due first."""
        return -self.level, self.due_at or self.since_at, self.case_id, self.report_id or 0

    @property
    def sentence(self) -> str:
        """What it is and what to do, by numbers and times alone."""
        return f"{self._what} {_TO_DO[self.level]}"

    @property
    def _what(self) -> str:
        if not self.is_of_report:
            begun = f"report {self.report_id} is {self.state.value}" if self.state else "no report of it is begun"
            was = "was to be reported by" if self.level is Level.OVERDUE else "is to be reported by"
            return f"Case {self.case_id} {was} {_written(self.due_at)}: {begun}."
        report = f"Report {self.report_id} of case {self.case_id}"
        if self.level is Level.OPEN_AT_AUTHORITY:
            opened = f"was begun at its authority on {_written(self.since_at)} and is not finished"
            return f"{report} {opened}; there it expires on {_written(self.due_at)}."
        return f"{report} {'failed' if self.level is Level.FAILED else 'is made and not handed over'}."


_TO_DO = {
    Level.NONE: "There is time.",
    Level.SOON: "Half of the time is over.",
    Level.DUE: "Report it now.",
    Level.OVERDUE: "Report it at once.",
    Level.HAND_OVER_DUE: "Hand it over, and note its receipt.",
    Level.FAILED: "Read why, and do what it says.",
    Level.OPEN_AT_AUTHORITY: "See that a worker runs and that the authority can be reached.",
}


def _written(moment: datetime | None) -> str:
    return "an unknown time" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"
