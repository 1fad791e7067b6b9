"""After a restore: what a backup cannot answer for is left to a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.reporting.report import Move, Report, ReportState, report_target, state_after
from safelight.reporting.store import report_rows
from safelight.roles import Actor

_PAGE = 1_000
_NOT_LET_GO = (ReportState.DRAFT, ReportState.APPROVAL_DUE, ReportState.HAND_OVER_DUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted:
    """The reports that may have been filed after a backup was made.

    `on_their_way` would have been filed by a worker, and are failed now; `failed` were so before. `not_let_go` is how
    many no worker touches: people wrote them, or have to approve them or hand them over.
    """

    on_their_way: tuple[Report, ...]
    failed: tuple[Report, ...]
    not_let_go: int


def doubt_reports(tx: Tx, clock: Clock, actor: Actor, *, made_at: datetime) -> Doubted:
    """Let no report be filed that its authority may have since a backup was made: each fails, and says what to ask.

    What was opened of one and is not settled stays written down: the worker settles it first, whatever a person does.
    A report for a test host counts as nothing, and is left as it is.
    """
    on_their_way = [*_of(tx, ReportState.APPROVED), *_of(tx, ReportState.FILING)]
    failed = tuple(_of(tx, ReportState.FAILED))
    for report in (*on_their_way, *failed):
        sentence = _sentence(report, made_at)
        values = {"failure": sentence, "withdrawal": False}  # whoever wanted it given up is asked again
        report_rows.put(tx, report.id, state=state_after(Move.DOUBT, report).value, **values)
        log.write(tx, clock=clock, actor=actor, verb="doubt_report", target=report_target(report.id))
    not_let_go = sum(1 for state in _NOT_LET_GO for _ in _of(tx, state))
    return Doubted(on_their_way=tuple(on_their_way), failed=failed, not_let_go=not_let_go)


def _of(tx: Tx, state: ReportState) -> Iterator[Report]:
    """Yield the reports in a state that count."""
    after_id = 0
    while page := report_rows.page(tx, {"state": state.value, "is_test": False}, after_id=after_id, limit=_PAGE):
        yield from page
        after_id = page[-1].id


def _sentence(report: Report, made_at: datetime) -> str:
    before = f" Before that it had failed: {report.failure}" if report.failure else ""
    return (
        f"It came back with a backup of {made_at:%Y-%m-%d %H:%M} UTC, and may have been filed after that. Ask its "
        f"authority whether it has a report with the reference {report.mark}. If it has none, retry or correct this "
        f"one. If it has one, note the number that it gives it.{before}"
    )
