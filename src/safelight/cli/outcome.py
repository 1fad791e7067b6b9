"""`safelight outcome add | list | import | funnel | banks`: what came of reports, and what it adds up to."""

import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from safelight.cli.moments import in_utc, minute
from safelight.cli.options import Workspace
from safelight.cli.sink import open_sink
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.errors import InvalidValue
from safelight.flow.outcomes import funnel as counting
from safelight.flow.outcomes import learning
from safelight.flow.outcomes.import_file import LARGEST_FILE_BYTES
from safelight.outcomes.measures import By, FunnelRow, Stage
from safelight.outcomes.outcome import NewOutcome, OutcomeKind, Part

Since = Annotated[datetime | None, Parameter(help="From when on; UTC unless a zone is given. Else a year before.")]
Until = Annotated[datetime | None, Parameter(help="Until when, that moment itself left out. Else now.")]
_A_YEAR = timedelta(days=365)
Remarks = Annotated[str, Parameter(help="What there is to say; sealed. `-` reads it from standard input.")]
After = Annotated[int, Parameter(help="Begin after this number.")]
Limit = Annotated[int, Parameter(help="How many at most.")]


def add(
    report: int,
    /,
    *,
    kind: Annotated[OutcomeKind, Parameter(help="What came of it.")],
    part: Annotated[Part, Parameter(name="--from", help="From whom it was learnt, by their part.")] = Part.AUTHORITY,
    learnt_at: Annotated[datetime | None, Parameter(help="When it was learnt; now unless given.")] = None,
    remarks: Remarks = "",
    workspace: Workspace = None,
) -> int:
    """Write down what came of a report. A later outcome deletes no earlier one."""
    house = open_named(workspace)
    new = NewOutcome(
        report_id=report,
        kind=kind,
        learnt_at=in_utc(learnt_at) or house.clock.now(),
        part=part,
        remarks=read_remarks(remarks),
    )
    found, is_new = learning.add_outcome(house.outcome_desk(), new)
    Voice().say(f"Outcome {found.id} of report {report}{'' if is_new else ', which was there already'}.")
    return 0


def list_outcomes(
    *,
    report: Annotated[int | None, Parameter(help="Of this report alone, with what is sealed.")] = None,
    after: After = 0,
    limit: Limit = 100,
    workspace: Workspace = None,
) -> int:
    """List what came of reports, the oldest first. Times are UTC."""
    desk = open_named(workspace).outcome_desk()
    found = learning.list_outcomes(desk, report_id=report, after_id=after, limit=limit)
    table = new_table("outcome", "report", "kind", "from", "learnt", "came by", "remarks")
    for each in found:
        sealed = "" if each.text_id is None else "(sealed)"
        words = learning.read_remarks(desk, each.id) if sealed and report is not None else sealed
        cells = (each.kind.value, each.part.value, minute(each.learnt_at), each.came_by.value)
        table.add_row(str(each.id), str(each.report_id), *cells, printable(words.encode()))
    Voice().print(table)
    return 0


def import_file(file: Path, /, *, workspace: Workspace = None) -> int:
    """Take in a file of outcomes, all of it or nothing."""
    house = open_named(workspace)
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        raise InvalidValue(f"The file cannot be read: {error.strerror}. Nothing was taken in.") from None
    added, known = learning.import_outcomes(house.outcome_desk(), data)
    Voice().say(f"{added} outcomes were taken in; {known} were there already.")
    return 0


def funnel(
    *,
    since: Since = None,
    until: Until = None,
    by: Annotated[list[By] | None, Parameter(help="Break it down. Can be repeated.", negative="")] = None,
    json: Annotated[str | None, Parameter(name="--json", help="As JSON Lines into a file, or - .")] = None,
    workspace: Workspace = None,
) -> int:
    """Show how far the cases of a time came, from match to outcome, and how long each step took."""
    house = open_named(workspace)
    first, last = _span(house.clock.now(), since, until)
    rows = counting.funnel_of(house.outcome_desk(), since=first, until=last, by=by or ())
    if json is not None:
        with open_sink(json) as sink:
            for row in rows:
                sink.append(asdict(row))
            sink.finish({"rows": len(rows)})
        return 0
    asked = [each.value for each in By if each in (by or ())]
    _show_counts(rows, asked)
    _show_times(rows, asked)
    return 0


def banks(*, since: Since = None, until: Until = None, workspace: Workspace = None) -> int:
    """Show, by bank, what came of the cases that it brought. It judges no bank and no entry."""
    house = open_named(workspace)
    first, last = _span(house.clock.now(), since, until)
    table = new_table("bank", "cases", "confirmed", "not confirmed", "reported", "acted on", "closed without action")
    for each in counting.bank_results(house.outcome_desk(), since=first, until=last):
        counts = (each.cases, each.confirmed, each.not_confirmed, each.reported, each.acted_on)
        table.add_row(printable(each.bank_name.encode()), *map(str, counts), str(each.closed_without_action))
    Voice().print(table)
    return 0


def _span(now: datetime, since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """Return from when until when is counted: the year before its end unless it is said."""
    last = in_utc(until) or now
    try:
        return in_utc(since) or last - _A_YEAR, last
    except OverflowError:
        raise InvalidValue("The year before that end is none. Say --since as well.") from None


def read_remarks(given: str) -> str:
    """Return what was given, or what standard input holds for `-`."""
    return sys.stdin.read() if given == "-" else given


def _show_counts(rows: list[FunnelRow], asked: list[str]) -> None:
    table = new_table(*asked, *(stage.value for stage in Stage))
    for row in rows:
        table.add_row(*_names(row, asked), *(str(row.counts[stage]) for stage in Stage))
    Voice().print(table)


def _show_times(rows: list[FunnelRow], asked: list[str]) -> None:
    table = new_table(*asked, "step", "times", "median hours", "90 % within hours")
    for row in rows:
        for step, each in row.times.items():
            hours = ("too few" if value is None else f"{value:g}" for value in (each.median_hours, each.p90_hours))
            table.add_row(*_names(row, asked), step.value, str(each.count), *hours)
    Voice().print(table)


def _names(row: FunnelRow, asked: list[str]) -> list[str]:
    return [printable(str(getattr(row, name)).encode()) or "-" for name in asked]
