"""Writing a report: the editor of what it says and of what is said of each file, made from the destination's form."""

from typing import Any
from urllib.parse import quote, urlencode

from starlette.responses import Response

from safelight.errors import InvalidValue, NotFound, SafelightError, UsageError
from safelight.flow.reporting.drafting import Reading, edit_report, read_content
from safelight.reporting.report import MOVES, Move, Report
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.sheet_form import Part, Written, digest_of, read_written, stored_beside, told_faults
from safelight.web.console.visit import Visit
from safelight.web.refusal import status_of

_REPORT, _FILE = "/reports/{report:int}", "/reports/{report:int}/files/{evidence}"


def add_report_editing(door: Door) -> None:
    """Add the pages."""
    for path in (f"{_REPORT}/edit", f"{_FILE}/edit"):
        _add(door, path)

    @door.page("GET", f"{_FILE}/take-off", Permission.REPORT_WRITE)
    def ask_take_off(visit: Visit) -> Response:
        reading, part = _part(visit)
        return visit.see("report_take_off.html", report=reading.report, part=part)

    @door.page("POST", f"{_FILE}/take-off", Permission.REPORT_WRITE)
    def take_off(visit: Visit) -> Response:
        reading, part = _part(visit)
        report = reading.report
        try:
            edit_report(visit.reports, report.id, part.paper.without(part.evidence_id), was=reading.digest)
        except (InvalidValue, UsageError) as error:
            return visit.see_fault("report_take_off.html", "file", error, report=report, part=part)
        return visit.go(f"/reports/{report.id}", "reports.taken_off")


def _add(door: Door, path: str) -> None:
    @door.page("GET", path, Permission.REPORT_WRITE)
    def show_editor(visit: Visit) -> Response:
        reading, part = _part(visit)
        opened = visit.request.query_params.getlist("open")
        return _see(visit, reading.report, part, part.sheet(part.tree, opened))

    @door.page("POST", path, Permission.REPORT_WRITE, is_long=True)
    def save(visit: Visit) -> Response:
        reading, part = _part(visit)
        written = read_written(part, visit.form)
        try:
            _require_unchanged(part, written)
            edit_report(visit.reports, reading.report.id, part.written(written.tree), was=reading.digest)
        except (InvalidValue, UsageError) as error:
            return _see_again(visit, written, error)
        return visit.go(_next(visit, written), "reports.saved")


def _see(visit: Visit, report: Report, part: Part, sheet: object, **more: object) -> Response:
    faults = told_faults(part, visit.reports.find(report.destination).faults(part.paper, visit.clock.now()))
    facts: dict[str, Any] = {"beside": {}, "missing": [], "refused": None, "was": digest_of(part.paper)}
    facts |= {
        "report": report,
        "part": part,
        "sheet": sheet,
        "faults": faults,
        "is_open": report.state in MOVES[Move.EDIT],
    }
    status = int(str(more.pop("status", 200)))
    return visit.see("report_edit.html", status=status, **facts | more)


def _see_again(visit: Visit, written: Written, error: SafelightError) -> Response:
    """Answer with the words of whoever wrote, beside what is stored now where that is another."""
    reading, part = _part(visit)
    mine = part.sheet(written.tree, [written.opens] if written.opens else [])
    beside, missing = stored_beside(mine, part.sheet(part.tree))
    more = {"beside": beside, "missing": missing, "refused": error, "status": status_of(error)}
    return _see(visit, reading.report, part, mine, **more)


def _require_unchanged(part: Part, written: Written) -> None:
    if digest_of(part.paper) != written.was:
        raise UsageError(
            "Somebody changed the report since this page was opened. Nothing was saved, and what you wrote is still "
            "here, with what is stored now beside it. Save once more to put yours in its place."
        )


def _part(visit: Visit) -> tuple[Reading, Part]:
    """Return the report that the address names, and the part of it. Raises `NotFound`, and as `find` does."""
    reading = read_content(visit.reports, visit.request.path_params["report"])
    report, paper = reading.report, reading.paper
    evidence_id = str(visit.request.path_params.get("evidence", ""))
    if evidence_id and evidence_id not in paper.evidence_ids:
        raise NotFound(f"No such file goes with report {report.id}. Its page lists those that do.")
    form = visit.reports.find(report.destination).form
    return reading, Part(paper=paper, form=form, evidence_id=evidence_id)


def _next(visit: Visit, written: Written) -> str:
    path = visit.request.url.path
    if not written.opens:
        return path
    return f"{path}?{urlencode({'open': written.opens})}#{quote(written.opens, safe='')}"
