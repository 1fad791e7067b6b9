"""Previewing: a report as its authority would read it at this moment."""

from dataclasses import dataclass, field

from safelight.database.transaction import read
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.reporting.drafting import Reading, read_content, read_report
from safelight.flow.reporting.viewing import viewed_so_far
from safelight.reporting.completeness import Completeness
from safelight.reporting.form.fault import Fault
from safelight.reporting.report import Report

NAMELESS = "1"
"""Stands in a preview where the authority's names of report and file will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What a report lacks: the faults for which it cannot be sent, and what an investigator would miss."""

    report: Report
    faults: tuple[Fault, ...]
    completeness: Completeness


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be sent: the document, and the description of each file by its evidence.

    `digest` is of what the report says: whoever has read this approves that, and nothing that came later.
    """

    report: Report
    digest: str
    document: bytes = field(repr=False)
    descriptions: tuple[tuple[str, bytes], ...] = field(repr=False)


def weigh_report(desk: ReportDesk, report_id: int) -> Weighed:
    """Return what a report lacks. Raises `NotAllowed` without `report:read`, `NotFound`, `UsageError`."""
    report, paper = read_report(desk, report_id)
    to = desk.find(report.destination)
    faults = tuple(to.faults(paper, desk.clock.now()))
    return Weighed(report=report, faults=faults, completeness=to.completeness(paper))


def preview_report(desk: ReportDesk, report_id: int) -> Preview:
    """Return a report as it would be sent, with what the log says at this moment of who was shown what.

    Raises `NotAllowed` without `report:read`, `NotFound`, `UsageError`, `InvalidValue` for what could not be sent.
    """
    return preview_of(desk, read_content(desk, report_id))


def preview_of(desk: ReportDesk, reading: Reading) -> Preview:
    """Return what was read as it would be sent. Raises as `preview_report` does."""
    report, paper = reading.report, reading.paper
    to, described = desk.find(report.destination), []
    for each in paper.files:
        with read(desk.engine) as tx:
            seen = viewed_so_far(tx, each.evidence_id, each.viewed_before_intake)
        names = {"evidence_id": each.evidence_id, "authority_id": NAMELESS, "file_id": NAMELESS}
        described.append((each.evidence_id, to.description(paper, seen, **names)))
    document = to.document(paper, report.mark)
    return Preview(report=report, digest=reading.digest, document=document, descriptions=tuple(described))
