"""Writing outcomes down."""

from safelight.audit import log
from safelight.audit.entry import Details
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.outcomes.outcome import CameBy, NewOutcome, Outcome, check_outcome, outcome_target
from safelight.outcomes.queries import find_outcome
from safelight.outcomes.sealed_text import SealedText
from safelight.outcomes.store import outcome_rows, text_rows
from safelight.reporting.report import Report
from safelight.roles import Actor


def add_outcome(
    tx: Tx,
    clock: Clock,
    actor: Actor,
    new: NewOutcome,
    report: Report,
    *,
    came_by: CameBy,
    remarks: SealedText | None,
) -> tuple[Outcome, bool]:
    """Write down what came of a report, unless the same is there; return it, and whether it is new.

    The same is of the same report, kind, part and moment: a file that is taken in twice counts once. `remarks` are left
    away then. Raises `InvalidValue`, `UsageError`.
    """
    now = see(tx, clock)
    check_outcome(new, report, now)
    text_id = None if remarks is None else remarks.id
    number = outcome_rows.add(tx, new, came_by=came_by, text_id=text_id, now=now)
    if number is None:
        return outcome_rows.find_same(tx, new), False
    if remarks is not None:
        text_rows.add(tx, remarks, now)
    details: Details = {"report": report.id, "kind": new.kind.value, "part": new.part.value, "by": came_by.value}
    log.write(tx, clock=clock, actor=actor, verb="add_outcome", target=outcome_target(number), details=details)
    return find_outcome(tx, number), True
