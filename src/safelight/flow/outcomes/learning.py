"""What came of reports: written down by a person, or taken in from a file, all of it or nothing."""

from collections.abc import Sequence

from safelight.database.transaction import Tx
from safelight.errors import AlreadyExists, InvalidValue, NotFound, UsageError
from safelight.flow.outcomes.desk import OutcomeDesk
from safelight.flow.outcomes.import_file import Line, LineFault, read_lines
from safelight.keys.kept import require_kept
from safelight.outcomes import queries, steps
from safelight.outcomes.outcome import CameBy, NewOutcome, Outcome, check_outcome, check_remarks
from safelight.outcomes.sealed_text import SealedText
from safelight.reporting.queries import find_report
from safelight.roles import Actor, Permission

MOST_FAULTS = 100
"""The most faults of a file that are told."""


def add_outcome(desk: OutcomeDesk, new: NewOutcome) -> tuple[Outcome, bool]:
    """Write down what came of a report; return it, and whether it is new: the same outcome is kept once.

    An earlier one stays. Raises `NotAllowed` without `outcome:write`, `NotFound`, `InvalidValue`, `UsageError` for a
    report that is not filed, `AlreadyExists` for remarks on one that is there, `KeysNotExported`, `KeysUnusable`.
    """
    check_remarks(new.remarks)
    sealed = desk.seal(new.remarks) if new.remarks.strip() else None
    with desk.acting(Permission.OUTCOME_WRITE) as (tx, actor):
        outcome, is_new = _add(tx, desk, actor, new, came_by=CameBy.PERSON, sealed=sealed)
    there = None if is_new or outcome.text_id is None else desk.open_text(outcome.text_id)
    if sealed is not None and not is_new and new.remarks != there:
        raise AlreadyExists(
            f"Report {new.report_id} has this outcome of that moment already, without your remarks: it is outcome "
            f"{outcome.id}. Nothing was written down. Give another moment, so that they stand with one of their own."
        )
    return outcome, is_new


def import_outcomes(desk: OutcomeDesk, data: bytes) -> tuple[int, int]:
    """Take in a file of outcomes (docs/reference/outcomes-file.md); return how many are new, and how many were there.

    All of it or nothing. Raises `NotAllowed` without `outcome:write`, `InvalidValue` that names every fault with its
    line and quotes nothing of the file, `KeysNotExported`, `KeysUnusable`.
    """
    with desk.asking(Permission.OUTCOME_WRITE):
        pass  # before anything of the file is read
    lines, faults = read_lines(data)
    with desk.asking(Permission.OUTCOME_WRITE) as tx:
        faults = sorted([*faults, *_refused(tx, desk, lines)], key=lambda each: each.line)
    if faults:
        raise _faulty(faults)
    sealed = [desk.seal(line.new.remarks) if line.new.remarks.strip() else None for line in lines]
    with desk.acting(Permission.OUTCOME_WRITE) as (tx, actor):
        added = [
            _add(tx, desk, actor, line.new, came_by=CameBy.IMPORT, sealed=text)[1]
            for line, text in zip(lines, sealed, strict=True)
        ]
    return sum(added), len(added) - sum(added)


def read_remarks(desk: OutcomeDesk, outcome_id: int) -> str:
    """Return the remarks on an outcome. Raises `NotAllowed` without `outcome:read`, `NotFound`, `KeysUnusable`."""
    with desk.asking() as tx:
        text_id = queries.find_outcome(tx, outcome_id).text_id
    return desk.open_text(text_id)


def list_outcomes(
    desk: OutcomeDesk, *, report_id: int | None = None, after_id: int = 0, limit: int = 100
) -> list[Outcome]:
    """Return outcomes whose number follows, the oldest first. Raises `NotAllowed` without `outcome:read`."""
    with desk.asking() as tx:
        return queries.page_outcomes(tx, report_id=report_id, after_id=after_id, limit=limit)


def _add(
    tx: Tx, desk: OutcomeDesk, actor: Actor, new: NewOutcome, *, came_by: CameBy, sealed: SealedText | None
) -> tuple[Outcome, bool]:
    report = find_report(tx, new.report_id)
    added = steps.add_outcome(tx, desk.clock, actor, new, report, came_by=came_by, remarks=sealed)
    if sealed is not None:
        require_kept(desk.keys, sealed.wrapped)
    return added


def _refused(tx: Tx, desk: OutcomeDesk, lines: Sequence[Line]) -> list[LineFault]:
    now, faults = desk.clock.now(), []
    for line in lines:
        try:
            check_outcome(line.new, find_report(tx, line.new.report_id), now)
        except (NotFound, InvalidValue, UsageError) as error:
            faults.append(LineFault(line=line.number, sentence=str(error)))
    return faults


def _faulty(faults: Sequence[LineFault]) -> InvalidValue:
    told = "\n".join(f"line {each.line}: {each.sentence}" for each in faults[:MOST_FAULTS])
    more = f"\nand {len(faults) - MOST_FAULTS} more" if len(faults) > MOST_FAULTS else ""
    return InvalidValue(f"Nothing of the file was taken in. It has {len(faults)} faults:\n{told}{more}")
