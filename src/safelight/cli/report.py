"""`safelight report …`: the reports that there are, and where each stands. Nothing of media is ever shown."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from safelight.app import Workspace as House
from safelight.cli.new_file import new_file
from safelight.cli.options import Workspace
from safelight.cli.report_words import standing_lines
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import NotFound
from safelight.flow.reporting.drafting import read_content
from safelight.flow.reporting.standing import ReportStanding, find_standing
from safelight.reporting import queries
from safelight.reporting.paper import paper_bytes
from safelight.reporting.report import ReportState

_MOST_CALLS = 10_000


def list_reports(
    *,
    state: Annotated[ReportState | None, Parameter(help="Only reports in this state.")] = None,
    case: Annotated[int | None, Parameter(help="Only reports of this case.")] = None,
    to: Annotated[str | None, Parameter(help="Only reports to this destination.")] = None,
    after: Annotated[int, Parameter(help="Show the reports that follow this one.")] = 0,
    limit: Annotated[int, Parameter(help="How many reports to show.")] = 100,
    workspace: Workspace = None,
) -> int:
    """List reports by number, the oldest first. Times are UTC."""
    with read(open_named(workspace).engine) as tx:
        page = queries.page_reports(tx, state=state, case_id=case, destination=to, after_id=after, limit=limit)
    table = new_table("report", "case", "to", "counts", "state", "drafted", "tries", "receipt", "filed")
    for each in page:
        filed = "" if each.filed_at is None else f"{each.filed_at:%Y-%m-%d %H:%M}"
        told = (each.destination, "no: test" if each.is_test else "yes", each.state.value)
        table.add_row(str(each.id), str(each.case_id), *told, f"{each.drafted_at:%Y-%m-%d %H:%M}", str(each.tries),
                      printable(each.receipt.encode()), filed)  # fmt: skip
    Voice().print(table)
    if len(page) == limit:
        Voice().say(f"More: --after {page[-1].id}")
    return 0


def show(
    report: int,
    /,
    *,
    json: Annotated[
        Path | None,
        Parameter(help="Write all of it, what it says too, to a new file as JSON; `-` is standard output."),
    ] = None,
    calls: Annotated[
        bool, Parameter(help="List what was said to the authority, and its answers.", negative="")
    ] = False,
    workspace: Workspace = None,
) -> int:
    """Tell where a report stands, what its authority said last, when it is tried again, and who has to do what."""
    house = open_named(workspace)
    standing = find_standing(house.report_desk(), report)
    if json is not None:
        _write(json, _as_json(house, standing))
        return 0
    for line in standing_lines(standing):
        Voice().say(printable(line.encode()))
    if calls:
        _list_calls(house, report)
    return 0


def _list_calls(house: House, report_id: int) -> None:
    headings = ("call", "attempt", "kind", "evidence", "at", "outcome", "HTTP", "code", "request", "sent", "received")
    table = new_table(*headings)
    with read(house.engine) as tx:
        found = queries.calls_of(tx, report_id, limit=_MOST_CALLS)
    for each in found:
        status = "" if each.http_status is None else str(each.http_status)
        code = "" if each.code is None else str(each.code)
        what = (each.kind.value, each.evidence_id[:8], f"{each.intended_at:%Y-%m-%d %H:%M:%S}", each.outcome.value)
        digests = (each.sent_sha256[:16], each.received_sha256[:16])
        table.add_row(str(each.id), str(each.attempt_id), *what, status, code, printable(each.request_id.encode()),
                      *digests)  # fmt: skip
    Voice().print(table)
    Voice().say(f"Sent and received are SHA-256, cut short. Word for word: safelight report call {report_id} CALL")


def _as_json(house: House, standing: ReportStanding) -> str:
    told: dict[str, Any] = {"report": asdict(standing.report), "stands": list(standing_lines(standing))}
    try:
        found = read_content(house.report_desk(), standing.report.id)
        told["content"] = found.digest
        told["paper"] = json.loads(paper_bytes(found.paper).decode("utf-8", "surrogatepass"))
    except NotFound:
        told["paper"] = None  # it was erased when its time was over
    return json.dumps(told, indent=2, default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _write(to: Path, text: str) -> None:
    if str(to) == "-":
        Voice().say(text)
        return
    with new_file(to) as opened:
        opened.write(text.encode() + b"\n")
