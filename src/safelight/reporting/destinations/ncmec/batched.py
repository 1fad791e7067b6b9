"""Batched reports: many accounts that shared one viral file or meme. They hold little else.

Source: facts/standards.md section 2, "Batched". Where one is broken, the authority says so only at `/finish`.
"""

from collections.abc import Iterator, Sequence

from safelight.reporting.destinations.ncmec.model.file import FileAnnotation, FileDetails, FileRelevance
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.form.fault import Fault
from safelight.reporting.form.slot import filled_slots

_REPORT_FIELDS = frozenset({"batched_report", "incident_summary", "reporter", "reported"})
_FILE_FIELDS = frozenset(
    {
        "report_id",
        "file_id",
        "uploaded_to_esp_timestamp",
        "file_viewed_by_esp",
        "exif_viewed_by_esp",
        "publicly_available",
        "file_relevance",
        "file_annotations",
        "industry_classification",
        "additional_infos",
    }
)
_SHARED = frozenset({FileAnnotation.VIRAL, FileAnnotation.POTENTIAL_MEME})


def batch_faults(report: Report, files: Sequence[FileDetails]) -> Iterator[Fault]:
    """Give what a batched report may not have, and what it lacks; nothing for a report that is none.

    1. No escalation, internet details, law enforcement, recipients, victims or additional information.
    2. At least one account, each with its `espIdentifier` and nothing else.
    3. Exactly one file, annotated as viral, as a potential meme, or as both, and as nothing else; of relevance
       Reported or none; without names, location, hashes, IP address, devices and details; a classification may be.
    """
    if report.batched_report is None:
        return
    yield from _report_faults(report)
    if len(files) == 1:
        yield from _file_faults(files[0])
    else:
        yield Fault(
            path="fileDetails",
            sentence=f"A batched report has exactly one file, not {len(files)}. Make a report for each file.",
        )


def _report_faults(report: Report) -> Iterator[Fault]:
    if report.incident_summary.escalate_to_high_priority is not None:
        yield _not_allowed("report/incidentSummary/escalateToHighPriority")
    for filled in filled_slots(report, "report"):
        if filled.slot.field not in _REPORT_FIELDS:
            yield _not_allowed(filled.path)
    if not report.reported:
        yield Fault(
            path="report/personOrUserReported", sentence="A batched report names at least one account. Add them."
        )
    for place, person in enumerate(report.reported, start=1):
        path = f"report/personOrUserReported[{place}]"
        if person.esp_identifier is None:
            yield Fault(path=f"{path}/espIdentifier", sentence="An account of a batched report has this. Fill it in.")
        for filled in filled_slots(person, path):
            if filled.slot.field != "esp_identifier":
                yield _not_allowed(filled.path)


def _file_faults(details: FileDetails) -> Iterator[Fault]:
    path = "fileDetails[1]"
    for filled in filled_slots(details, path):
        if filled.slot.field not in _FILE_FIELDS:
            yield _not_allowed(filled.path)
    if not details.file_annotations or not details.file_annotations <= _SHARED:
        yield Fault(
            path=f"{path}/fileAnnotations",
            sentence="The file of a batched report is annotated as viral, as potentialMeme or as both, and as nothing "
            "else. Correct that, or make ordinary reports.",
        )
    if details.file_relevance is FileRelevance.SUPPLEMENTAL:
        yield Fault(path=f"{path}/fileRelevance", sentence="The file of a batched report is what is Reported.")


def _not_allowed(path: str) -> Fault:
    return Fault(path=path, sentence="A batched report has no such field. Leave it out, or make ordinary reports.")
