"""The preview of a report: what its authority will read, and, for who writes or approves it, the document itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import InvalidValue, KeysUnusable, NotFound, SafelightError, UsageError
from safelight.flow.reporting.drafting import Reading, read_content
from safelight.flow.reporting.previewing import preview_of
from safelight.flow.reporting.viewing import viewed_so_far
from safelight.reporting.form.sheet import Group
from safelight.reporting.paper import Paper
from safelight.review.exposure.viewing import Viewed
from safelight.roles import Actor, Permission
from safelight.web.console.door import Door
from safelight.web.console.sheet_form import Part
from safelight.web.console.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePreview:
    """What is said of a file."""

    evidence_id: str
    sheet: Group
    viewed: Viewed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """What a report says, and what is said of each of its files."""

    report: Group
    files: Sequence[FilePreview]


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """What is sent, to the sign: the document, and the description of each file; `refused` why it could not be."""

    document: str = ""
    descriptions: tuple[tuple[str, str], ...] = ()
    refused: SafelightError | None = None


def add_report_preview(door: Door) -> None:
    """Add the page."""

    @door.page("GET", "/reports/{report:int}/preview", Permission.REPORT_READ)
    def show_preview(visit: Visit) -> Response:
        reading = read_content(visit.reports, visit.request.path_params["report"])
        told: dict[str, Any] = {
            "read": sheets_of(visit, reading.paper),
            "documents": _documents(visit, reading),
            "is_changed": visit.request.query_params.get("was", reading.digest) != reading.digest,
        }
        return visit.see("report_preview.html", report=reading.report, **told)


def sheets_of(visit: Visit, paper: Paper) -> Sheets:
    """Return what a paper says, to be read, also where its destination is gone. Raises as `ReportDesk.form_of` does."""
    form = visit.reports.form_of(paper)
    whole = Part(paper=paper, form=form)
    files = [_preview(visit, Part(paper=paper, form=form, evidence_id=each)) for each in paper.evidence_ids]
    return Sheets(report=whole.sheet(whole.tree), files=files)


def _preview(visit: Visit, part: Part) -> FilePreview:
    return FilePreview(
        evidence_id=part.evidence_id,
        sheet=part.sheet(part.tree),
        viewed=_viewed(visit, part.paper, part.evidence_id),
    )


def is_shown_documents(actor: Actor) -> bool:
    """Whether somebody is shown what is sent to an authority, to the sign: who writes or approves reports."""
    return bool({Permission.REPORT_WRITE, Permission.REPORT_APPROVE} & actor.permissions)


def _documents(visit: Visit, reading: Reading) -> Documents | None:
    """Return what is sent, None for whoever is not shown that."""
    if not is_shown_documents(visit.actor):
        return None
    try:
        found = preview_of(visit.reports, reading)
    except (InvalidValue, KeysUnusable, NotFound, UsageError) as error:
        return Documents(refused=error)
    described = tuple((name, _text(each)) for name, each in found.descriptions)
    return Documents(document=_text(found.document), descriptions=described)


def _viewed(visit: Visit, paper: Paper, evidence_id: str) -> Viewed:
    with read(visit.engine) as tx:
        return viewed_so_far(tx, evidence_id, paper.file_of(evidence_id).viewed_before_intake)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
