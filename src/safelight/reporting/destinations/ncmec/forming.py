"""Forming: a paper as the records of the schema, with what this house adds when it is sent."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from safelight.intake.media import Answer
from safelight.reporting.destinations.interface import Form
from safelight.reporting.destinations.ncmec.batched import batch_faults
from safelight.reporting.destinations.ncmec.checking import check_file, check_report
from safelight.reporting.destinations.ncmec.model.file import FileDetails
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.destinations.ncmec.rules import RULES
from safelight.reporting.form.checking import record_faults
from safelight.reporting.form.fault import Fault, refuse_faults
from safelight.reporting.form.slot import slots_of
from safelight.reporting.form.tree import Grown, from_tree
from safelight.reporting.paper import Paper, PaperFile
from safelight.review.exposure.viewing import Viewed

FORM = Form(
    name="ncmec/1",
    report=Report,
    file=FileDetails,
    house_fields=frozenset({"report_id", "file_id", "file_viewed_by_esp", "exif_viewed_by_esp"}),
)
HOUSE_NAMES = frozenset(each.name for each in slots_of(FileDetails) if each.field in FORM.house_fields)
LONGEST_DESCRIPTION = 3000

_FLAGS = {Answer.YES: True, Answer.NO: False, Answer.UNKNOWN: None}
_ANY_NAMES = (1, "file")
_NOT_VIEWED = "It is left open whether this company viewed the entire contents of the file."


def faults_of(paper: Paper, now: datetime) -> list[Fault]:
    """Return why a paper cannot be sent at that moment: the report, each file, and then all of it together."""
    if paper.form != FORM.name:
        return [Fault(path="form", sentence=f"This is a paper of another form than {FORM.name}. Draft it anew.")]
    grown = from_tree(Report, paper.report, "report")
    faults = [*grown.faults] or check_report(grown.record, now)
    files: list[FileDetails] = []
    for place, each in enumerate(paper.files, start=1):
        path = f"fileDetails[{place}]"
        file = _grow_file(each, path, _ANY_NAMES)
        faults += file.faults or record_faults(file.record, FileDetails, path, now=now, rules=RULES)
        files.append(file.record)
    return faults or list(batch_faults(grown.record, files))


def report_of(paper: Paper, mark: str, now: datetime) -> Report:
    """Return the report that a paper is, with our name for it. Raises `InvalidValue` for faults, its files' too.

    Our name stands as a line at the end of the additional information, where a person of the authority reads it: one
    who finds it twice knows that both are one. A batched report may have no such field, and has it after the
    description of the incident's time, where there is room.
    """
    refuse_faults(faults_of(paper, now))
    report: Report = from_tree(Report, paper.report, "report").record
    line = f"This company's reference of this report: {mark}. Another report with the same reference is the same one."
    if report.batched_report is None:
        return replace(report, additional_info=_with_line(report.additional_info, line))
    summary = report.incident_summary
    told = _with_line(summary.incident_date_time_description, line)
    if len(told.encode("utf-16-le")) // 2 > LONGEST_DESCRIPTION:
        return report
    return replace(report, incident_summary=replace(summary, incident_date_time_description=told))


def details_of(file: PaperFile, viewed: Viewed, names: tuple[int, str], now: datetime) -> FileDetails:
    """Return the details of a file under the authority's names for report and file. Raises `InvalidValue` for faults.

    Whether it was viewed is what the log says: where that is unknown, the flag is left out, and a sentence says what
    was seen. This house shows nobody the EXIF of a file, and does not know who else looked at it: that is left out.
    """
    grown = _grow_file(file, "fileDetails", names)
    refuse_faults(grown.faults)
    details: FileDetails = replace(grown.record, file_viewed_by_esp=_FLAGS[viewed.answer])
    if viewed.answer is Answer.UNKNOWN:
        told = f"{_NOT_VIEWED} {viewed.sentence}"
        details = replace(details, additional_infos=(*details.additional_infos, told))
    refuse_faults(check_file(details, now))
    return details


def _grow_file(file: PaperFile, path: str, names: tuple[int, str]) -> Grown:
    """Return the details that a paper has of a file. What it says in the fields of the house counts for nothing."""
    given: Mapping[str, Any] = {
        "report_id": names[0],
        "file_id": names[1],
        "file_viewed_by_esp": None,
        "exif_viewed_by_esp": None,
    }
    tree = {key: each for key, each in file.details.items() if key not in HOUSE_NAMES}
    return from_tree(FileDetails, tree, path, given=given)


def _with_line(text: str | None, line: str) -> str:
    return line if text is None else f"{text}\n\n{line}"
