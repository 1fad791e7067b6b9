"""A paper is the records that are sent, with the marks of this house; whether a file was viewed is on none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from safelight.errors import InvalidValue
from safelight.intake.media import Answer
from safelight.reporting.destinations.ncmec.forming import FORM, HOUSE_NAMES, details_of, faults_of, report_of
from safelight.reporting.destinations.ncmec.model.file import FileAnnotation, FileDetails
from safelight.reporting.destinations.ncmec.model.report import BatchedReport, BatchReason, Report
from safelight.reporting.destinations.ncmec.model.reported import PersonOrUserReported
from safelight.reporting.form.tree import to_tree
from safelight.reporting.paper import Paper, PaperFile
from safelight.review.exposure.viewing import Viewed

MARK = "0123456789abcdef0123456789abcdef"
MakeReport = Callable[..., Report]


def _paper(report: Report, *files: dict[str, Any]) -> Paper:
    papers = tuple(PaperFile(evidence_id=f"e{place}", details=each) for place, each in enumerate(files, start=1))
    return Paper(form=FORM.name, report=to_tree(report), files=papers)


def _viewed(answer: Answer) -> Viewed:
    return Viewed(answer=answer, sentence="Two of three frames were shown.")


def test_our_name_for_a_report_is_a_line_that_a_person_can_read(report: MakeReport, now: datetime) -> None:
    line = f"This company's reference of this report: {MARK}. Another report with the same reference is the same one."
    assert report_of(_paper(report()), MARK, now).additional_info == line
    said = report_of(_paper(report(additional_info="More.")), MARK, now)
    assert said.additional_info == f"More.\n\n{line}"
    assert replace(said, additional_info=None) == report()


def test_a_batched_report_has_it_where_it_may_have_a_text(report: MakeReport, now: datetime) -> None:
    batch = report(
        batched_report=BatchedReport(reason=BatchReason.VIRAL_POTENTIAL_MEME),
        reported=(PersonOrUserReported(esp_identifier="7"),),
    )
    viral = {"fileAnnotations": [FileAnnotation.VIRAL.value]}
    said = report_of(_paper(batch, viral), MARK, now)
    assert said.additional_info is None
    assert MARK in (said.incident_summary.incident_date_time_description or "")
    long = replace(batch.incident_summary, incident_date_time_description="x" * 2950)
    full = replace(batch, incident_summary=long)
    assert report_of(_paper(full, viral), MARK, now) == full  # there is no room


@pytest.mark.parametrize(("answer", "flag"), [(Answer.YES, True), (Answer.NO, False), (Answer.UNKNOWN, None)])
def test_whether_a_file_was_viewed_is_what_the_log_says(answer: Answer, flag: bool | None, now: datetime) -> None:
    told = {"fileViewedByEsp": not flag, "exifViewedByEsp": True, "reportId": 9, "fileId": "x", "additionalInfo": ["a"]}
    file = PaperFile(evidence_id="e", details=told)
    details = details_of(file, _viewed(answer), (7, "f"), now)
    assert (details.report_id, details.file_id) == (7, "f")
    assert (details.file_viewed_by_esp, details.exif_viewed_by_esp) == (flag, None)
    open_ = "It is left open whether this company viewed the entire contents of the file."
    more = () if flag is not None else (f"{open_} Two of three frames were shown.",)
    assert details.additional_infos == ("a", *more)


def test_the_fields_of_the_house_are_known_by_their_names() -> None:
    assert {"reportId", "fileId", "fileViewedByEsp", "exifViewedByEsp"} == HOUSE_NAMES


def test_faults_are_those_of_the_report_of_each_file_and_of_all_together(report: MakeReport, now: datetime) -> None:
    late = replace(report().incident_summary, incident_date_time=now + timedelta(days=1))
    paper = _paper(
        report(incident_summary=late), {}, {"locationOfFile": "a b", "fileViewedByEsp": "nonsense"}, {"nose": 1}
    )
    assert [each.path for each in faults_of(paper, now)] == [
        "report/incidentSummary/incidentDateTime",
        "fileDetails[2]/locationOfFile",
        "fileDetails[3]/nose",
    ]
    batch = report(batched_report=BatchedReport(reason=BatchReason.VIRAL_POTENTIAL_MEME))
    assert [each.path for each in faults_of(_paper(batch), now)] == ["report/personOrUserReported", "fileDetails"]
    assert [each.path for each in faults_of(replace(_paper(report()), form="note/1"), now)] == ["form"]
    assert faults_of(_paper(report(), {}, to_tree(FileDetails(report_id=1, file_id="f"))), now) == []


def test_what_has_faults_is_never_a_document(report: MakeReport, now: datetime) -> None:
    broken = {"locationOfFile": "tell tale"}
    with pytest.raises(InvalidValue, match=r"fileDetails\[1\]/locationOfFile") as refused:
        report_of(_paper(report(), broken), MARK, now)  # before anything is opened for it
    assert "tell tale" not in str(refused.value)
    for details in (broken, {"nose": 1}):
        with pytest.raises(InvalidValue, match="fileDetails/"):
            details_of(PaperFile(evidence_id="e", details=details), _viewed(Answer.NO), (7, "f"), now)
