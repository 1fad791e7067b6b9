"""The funnel: of what matched, how much was decided, reported and acted on, and how long each step took.

It counts cases by when they were opened, as they stand now. Nothing in it is by a person's traits, or by who decided.
Every count is told as it is: a case is no person, and a step at which one case in three stays behind is what the funnel
is for. Times are told of `FEWEST_TIMES` or more alone (`spread.py`).

A case that two lists brought counts under each of them, and one that was reported to two authorities under each of
those: rows of a breakdown may add up to more than there are cases.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Generic, TypeVar

from safelight.outcomes.outcome import OutcomeKind
from safelight.outcomes.spread import Spread, Times, month_of
from safelight.reporting.measured import FiledReport
from safelight.review.case import ENDED, CaseState
from safelight.review.measured import CaseTimes, Source


class By(StrEnum):
    """By what a funnel is broken down."""

    SOURCE = "source"
    DESTINATION = "destination"
    MONTH = "month"
    """In which the case was opened, in UTC."""


class Stage(StrEnum):
    """How far cases came. `MATCHED` counts items; the others count cases."""

    MATCHED = "matched"
    CASE = "case"
    DECIDED = "decided"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    REPORTED = "reported"
    """An authority has at least one report of it."""
    RECEIVED = "received"
    """Somebody there said that they have it, or what became of it: whoever acted on a report has received it."""
    MORE_INFORMATION_ASKED = "more_information_asked"
    REFERRED = "referred"
    ACTED_ON = "acted_on"
    CLOSED_WITHOUT_ACTION = "closed_without_action"
    """And was not acted on, as far as was learnt."""


class Step(StrEnum):
    """From what to what a time is taken. From match to case there is none: both are written in one transaction."""

    CASE_TO_DECISION = "case_to_decision"
    DECISION_TO_REPORT = "decision_to_report"
    REPORT_TO_RECEIPT = "report_to_receipt"
    RECEIPT_TO_END = "receipt_to_end"
    """Until it was acted on, or closed without action."""
    MATCH_TO_REPORT = "match_to_report"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelRow:
    """One row. What it is not broken down by is empty; `destination` is empty too for what was reported to nobody."""

    month: str
    source: str
    destination: str
    counts: Mapping[Stage, int]
    times: Mapping[Step, Spread]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """All that a funnel is made of. `cases`, `sources` and `reports` are in the order of the cases' numbers."""

    cases: Iterable[CaseTimes]
    sources: Iterable[tuple[int, Source]]
    reports: Iterable[FiledReport]
    first_outcomes: Iterable[tuple[int, OutcomeKind, datetime]]


_Value = TypeVar("_Value")
Learnt = dict[OutcomeKind, datetime]
_NOTHING: Learnt = {}


def funnel(rows: Rows, by: Collection[By] = ()) -> list[FunnelRow]:
    """Return the funnel, broken down so, in the order of months, sources and destinations. Goes over the rows once."""
    learnt: dict[int, Learnt] = {}
    for report_id, kind, at in rows.first_outcomes:
        learnt.setdefault(report_id, {})[kind] = at
    groups: dict[tuple[str, str, str], _Group] = defaultdict(_Group)
    sources, reports = _Follower(_sources(rows.sources)), _Follower(_reports(rows.reports))
    for case in rows.cases:
        month = month_of(case.opened_at) if By.MONTH in by else ""
        labels = sources.of(case.case_id) or ("none",)
        filed = _by_destination(reports.of(case.case_id), learnt, is_split=By.DESTINATION in by)
        for label in labels if By.SOURCE in by else ("",):
            for destination, fate in filed:
                groups[month, label, destination].add(case, fate)
    return [group.row(*key) for key, group in sorted(groups.items())]


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of the reports of a case, or of those to one destination: when which stage was reached."""

    filed_at: datetime | None = None
    received_at: datetime | None = None
    ended_at: datetime | None = None
    stages: tuple[Stage, ...] = ()


_UNREPORTED = [("", _Fate())]
_STAGES = {
    OutcomeKind.MORE_INFORMATION_ASKED: Stage.MORE_INFORMATION_ASKED,
    OutcomeKind.REFERRED: Stage.REFERRED,
    OutcomeKind.ACTED_ON: Stage.ACTED_ON,
    OutcomeKind.CLOSED_WITHOUT_ACTION: Stage.CLOSED_WITHOUT_ACTION,
}


def _by_destination(
    filed: Sequence[FiledReport], learnt: Mapping[int, Learnt], *, is_split: bool
) -> list[tuple[str, _Fate]]:
    if not filed:
        return _UNREPORTED
    together: dict[str, list[FiledReport]] = {}
    for each in filed:
        together.setdefault(each.destination if is_split else "", []).append(each)
    return [(name, _fate(reports, learnt)) for name, reports in together.items()]


def _fate(reports: Iterable[FiledReport], learnt: Mapping[int, Learnt]) -> _Fate:
    first: Learnt = {}
    for each in reports:
        for kind, at in learnt.get(each.report_id, _NOTHING).items():
            first[kind] = min(at, first.get(kind, at))
    known = [at for kind, at in first.items() if kind is not OutcomeKind.UNKNOWN]
    acted_at, closed_at = first.get(OutcomeKind.ACTED_ON), first.get(OutcomeKind.CLOSED_WITHOUT_ACTION)
    if acted_at is not None:
        first.pop(OutcomeKind.CLOSED_WITHOUT_ACTION, None)
    stages = [
        Stage.REPORTED,
        *([Stage.RECEIVED] if known else ()),
        *(_STAGES[each] for each in first if each in _STAGES),
    ]
    return _Fate(
        filed_at=min(each.filed_at for each in reports),
        received_at=min(known, default=None),
        ended_at=acted_at or closed_at,
        stages=tuple(stages),
    )


class _Group:
    """One row that is being counted."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(Stage, 0)
        self.times = {step: Times() for step in Step}

    def add(self, case: CaseTimes, fate: _Fate) -> None:
        """Count one case. An item that nobody has decided on yet leaves a case undecided, unless one is confirmed."""
        counts, times, decided_at = self.counts, self.times, _decided_at(case)
        counts[Stage.MATCHED] += case.items
        counts[Stage.CASE] += 1
        if decided_at is not None:
            counts[Stage.DECIDED] += 1
            counts[Stage.NOT_CONFIRMED if case.confirmed_at is None else Stage.CONFIRMED] += 1
            times[Step.CASE_TO_DECISION].add(case.opened_at, decided_at)
        for stage in fate.stages:
            counts[stage] += 1
        if fate.filed_at is not None:
            times[Step.DECISION_TO_REPORT].add(case.confirmed_at, fate.filed_at)
            times[Step.REPORT_TO_RECEIPT].add(fate.filed_at, fate.received_at)
            times[Step.RECEIPT_TO_END].add(fate.received_at, fate.ended_at)
            times[Step.MATCH_TO_REPORT].add(case.first_item_at, fate.filed_at)

    def row(self, month: str, source: str, destination: str) -> FunnelRow:
        """Return what was counted."""
        times = {step: each.spread() for step, each in self.times.items()}
        return FunnelRow(month=month, source=source, destination=destination, counts=self.counts, times=times)


def _decided_at(case: CaseTimes) -> datetime | None:
    is_done = case.state is CaseState.DECIDED or case.state in ENDED
    return case.confirmed_at or (case.last_found_at if is_done else None)


class _Follower(Generic[_Value]):
    """Follows numbered groups, in the order of their numbers, and gives that of the number asked for."""

    def __init__(self, groups: Iterator[tuple[int, tuple[_Value, ...]]]) -> None:
        self._groups = groups
        self._next = next(groups, None)

    def of(self, number: int) -> tuple[_Value, ...]:
        """Return the group of a number, which is higher than any that was asked for; empty where there is none."""
        while self._next is not None and self._next[0] < number:
            self._next = next(self._groups, None)
        return self._next[1] if self._next is not None and self._next[0] == number else ()


def _sources(pairs: Iterable[tuple[int, Source]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for case_id, group in groupby(pairs, key=itemgetter(0)):
        yield case_id, tuple(source.label for _, source in group)


def _reports(reports: Iterable[FiledReport]) -> Iterator[tuple[int, tuple[FiledReport, ...]]]:
    for case_id, group in groupby(reports, key=attrgetter("case_id")):
        yield case_id, tuple(group)
