"""What tests ask of the fake: which reports came of each mark, and what was left lying."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.testing.authority.state.ledger import Ledger
from safelight.testing.authority.state.report import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """An open report: either somebody is at it just now, or it was left. `age` is counted from its last change."""

    report_id: int
    files: int
    opened_at: datetime
    expires_at: datetime
    age: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of the marks that were expected: `once`, `lost`, `doubled`; `strange` are those that were not."""

    once: tuple[str, ...]
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    strange: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        """Whether there is exactly one finished report of every mark, and no other."""
        return not (self.lost or self.doubled or self.strange)


def find_orphans(ledger: Ledger, now: datetime) -> list[Orphan]:
    """Return the reports that are open."""
    return [
        Orphan(
            report_id=report.report_id,
            files=len(report.files),
            opened_at=report.opened_at,
            expires_at=report.expires_at,
            age=now - report.changed_at,
        )
        for report in ledger.reports(State.OPEN)
    ]


def finished_by_mark(ledger: Ledger, path: str) -> dict[str, tuple[int, ...]]:
    """Return the finished reports by what stands in them at a path, such as `personOrUserReported/espIdentifier`.

    A report without anything there is under the empty mark.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for report in ledger.reports(State.FINISHED):
        for mark in report.texts(path) or [""]:
            found[mark].append(report.report_id)
    return {mark: tuple(ids) for mark, ids in found.items()}


def tally(ledger: Ledger, path: str, expected: Collection[str]) -> Tally:
    """Hold the finished reports against the marks that were expected."""
    found = finished_by_mark(ledger, path)
    return Tally(
        once=tuple(mark for mark in expected if len(found.get(mark, ())) == 1),
        lost=tuple(mark for mark in expected if mark not in found),
        doubled=tuple(mark for mark in expected if len(found.get(mark, ())) > 1),
        strange=tuple(mark for mark in found if mark not in set(expected)),
    )
