"""What a report says, as it is sealed."""

import json

import pytest

from safelight.errors import InvalidValue
from safelight.intake.media import Answer
from safelight.reporting.paper import MOST_FILES, MOST_PAPER_BYTES, Paper, PaperFile, paper_bytes, read_paper

PAPER = Paper(
    form="note/1",
    report={"b": [1, True, "ä\ud800"], "a": {"c": "secret"}},
    files=(
        PaperFile(evidence_id="e1", viewed_before_intake=Answer.NO, details={"name": "x.png"}),
        PaperFile(evidence_id="e2"),
    ),
)


def test_what_is_written_is_read_and_the_same_paper_gives_the_same_bytes() -> None:
    assert read_paper(paper_bytes(PAPER)) == PAPER
    again = Paper(form="note/1", report=dict(reversed(PAPER.report.items())), files=PAPER.files)
    assert paper_bytes(again) == paper_bytes(PAPER)


def test_a_file_is_found_and_can_be_taken_off() -> None:
    assert PAPER.evidence_ids == ("e1", "e2")
    assert PAPER.file_of("e1").viewed_before_intake is Answer.NO
    assert PAPER.without("e1").evidence_ids == ("e2",)
    for act in (PAPER.file_of, PAPER.without):
        with pytest.raises(InvalidValue, match="No such file"):
            act("e3")


def test_nothing_of_what_it_says_is_in_what_a_log_would_show() -> None:
    assert "secret" not in repr(PAPER)
    assert "x.png" not in repr(PAPER)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"form": 1, "report": {}, "files": []}',
        b'{"form": "note/1", "report": [], "files": []}',
        b'{"form": "note/1", "report": {}}',
        b'{"form": "note/1", "report": {}, "files": [1]}',
        b'{"form": "note/1", "report": {}, "files": [{"evidenceId": 1}]}',
        b'{"form": "note/1", "report": {}, "files": [{"evidenceId": "e", "details": []}]}',
        b'{"form": "note/1", "report": {}, "files": [{"evidenceId": "e", "viewedBeforeIntake": "perhaps"}]}',
        b'{"form": "note/1", "report": {}, "files": [{"evidenceId": "e"}, {"evidenceId": "e"}]}',
    ],
)
def test_what_is_no_paper_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidValue, match="Nothing was done"):
        read_paper(data)


def test_a_paper_that_is_too_long_or_has_too_many_files_is_refused() -> None:
    with pytest.raises(InvalidValue, match="8 MiB"):
        paper_bytes(Paper(form="note/1", report={"a": "x" * MOST_PAPER_BYTES}))
    with pytest.raises(InvalidValue, match="8 MiB"):
        read_paper(b" " * (MOST_PAPER_BYTES + 1))
    files = tuple(PaperFile(evidence_id=str(each)) for each in range(MOST_FILES + 1))
    for wrong in (files, files[:1] * 2):  # what could not be read again is not written either
        with pytest.raises(InvalidValue, match="up to 1000 files"):
            paper_bytes(Paper(form="note/1", report={}, files=wrong))
    many = {"form": "note/1", "report": {}, "files": [{"evidenceId": str(each)} for each in range(MOST_FILES + 1)]}
    with pytest.raises(InvalidValue, match="up to 1000 files"):
        read_paper(json.dumps(many).encode())
