"""Whatever we send, the authority takes; whatever is broken is refused before, with the path of the field.

The authority is the fake's model, which was written from the same facts by somebody else (docs/decisions/0027).
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from safelight.intake.media import Answer
from safelight.reporting.destinations.ncmec.checking import check_file, check_report
from safelight.reporting.destinations.ncmec.forming import FORM, HOUSE_NAMES, details_of, faults_of, report_of
from safelight.reporting.destinations.ncmec.model.file import FileDetails
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.destinations.ncmec.writing import write_file, write_report
from safelight.reporting.form.tree import from_tree, to_tree
from safelight.reporting.paper import Paper, PaperFile, paper_bytes, read_paper
from safelight.review.exposure.viewing import Viewed
from safelight.testing.authority import judge_details, judge_report, judge_whole
from safelight.testing.ncmec_breakages import Broken, break_one, broken
from safelight.testing.ncmec_plain_reports import plain_reports
from safelight.testing.ncmec_reports import NOW, batched_reports, file_details, records, reports

SCHEMA = "https://exttest.cybertip.org/ispws/xsd"
SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
_OWN = {"deadline": None, "database": None, "suppress_health_check": SLOW_IS_FINE}
some = settings(max_examples=250, **_OWN)
VIEWED = st.sampled_from([Viewed(answer=each, sentence="What was seen.") for each in Answer])
WHOLE = st.tuples(reports(), st.lists(file_details(), max_size=2), VIEWED) | st.tuples(batched_reports(), VIEWED).map(
    lambda each: (each[0][0], [each[0][1]], each[1])
)

CARELESS = st.tuples(records(Report), st.lists(file_details(), max_size=2))
"""Reports of several accounts, batched ones with a victim, addresses of nobody: what nobody mended."""


def _paper_of(report: Report, files: list[FileDetails]) -> Paper:
    """Return a paper that was kept and read again: record to tree to bytes, and back."""
    papers = [
        PaperFile(evidence_id=f"e{place}", details={k: v for k, v in to_tree(each).items() if k not in HOUSE_NAMES})
        for place, each in enumerate(files)
    ]
    paper = Paper(form=FORM.name, report=to_tree(report), files=tuple(papers))
    kept = read_paper(paper_bytes(paper))
    assert kept == paper
    return kept


def _is_taken(whole: tuple[Report, list[FileDetails], Viewed]) -> None:
    report, files, viewed = whole
    paper = _paper_of(report, files)
    assert faults_of(paper, NOW) == []
    assert write_report(from_tree(Report, paper.report, "report").record, SCHEMA) == write_report(report, SCHEMA)
    read = judge_report(write_report(report_of(paper, "a-mark", NOW), SCHEMA), NOW)
    told = [details_of(each, viewed, (4711, "f-1"), NOW) for each in paper.files]
    flags = {Answer.YES: True, Answer.NO: False, Answer.UNKNOWN: None}
    assert all(each.file_viewed_by_esp is flags[viewed.answer] for each in told)
    judge_whole(read, [judge_details(write_file(each, SCHEMA), NOW) for each in told])


def _is_taken_unless_refused(whole: tuple[Report, list[FileDetails]]) -> None:
    """Whatever has no fault is taken, where fields contradict each other as often as not."""
    paper = _paper_of(*whole)
    if faults_of(paper, NOW) == []:
        _is_taken((*whole, Viewed(answer=Answer.UNKNOWN, sentence="Nobody knows.")))


def _file_is_taken(details: FileDetails) -> None:
    grown = from_tree(FileDetails, to_tree(details), "fileDetails")
    assert write_file(grown.record, SCHEMA) == write_file(details, SCHEMA)
    judge_details(write_file(details, SCHEMA), NOW)


def _is_refused_before(found: Broken) -> None:
    """A broken record has a fault at its place. A paper with the same there is refused, or else taken.

    A paper may hold 1 for yes, and a moment as text: read again it says what it should, which may contradict another
    field.
    """
    kind, check = (Report, check_report) if isinstance(found.record, Report) else (FileDetails, check_file)
    faults = check(found.record, NOW)  # type: ignore[operator] - each with its own
    assert found.path in [each.path for each in faults]
    assert all(each.sentence.endswith(".") for each in faults)
    try:
        tree = read_paper(paper_bytes(Paper(form=FORM.name, report=to_tree(found.record)))).report
    except (TypeError, AttributeError, KeyError, ValueError):
        return  # of a type that no paper holds
    grown = from_tree(kind, tree, found.path.partition("/")[0])
    again = grown.faults or tuple(check(grown.record, NOW))  # type: ignore[operator] - as above
    if again:
        assert all(each.path.startswith(("report", "fileDetails")) and each.sentence.endswith(".") for each in again)
    elif isinstance(grown.record, Report):
        judge_report(write_report(grown.record, SCHEMA), NOW)
    else:
        judge_details(write_file(grown.record, SCHEMA), NOW)


def _seeded(count: int, first: int) -> None:
    """Hold so many valid reports and as many files against both readings, and as many of each that are broken."""
    for number in range(first, first + count):
        made = plain_reports(number, fullness=20 + number % 50)
        report, file = made.report(), made.file()
        _is_taken((report, [file], Viewed(answer=[*Answer][number % 3], sentence="What was seen.")))
        _file_is_taken(file)
        _is_taken_unless_refused((made.record(Report), [file]))
        _is_refused_before(break_one(report, "report", made.one_of))
        _is_refused_before(break_one(file, "fileDetails", made.one_of))


def test_what_is_valid_is_taken_and_what_is_broken_is_refused_before() -> None:
    _seeded(75, 1)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_ten_thousand_valid_ones_are_taken_and_as_many_broken_ones_are_refused_before() -> None:
    _seeded(5_000, 1_000)


def _ten_thousand_times(strategy: SearchStrategy[Any], check: Callable[[Any], None]) -> int:
    """Check 40 times 250: hypothesis remembers all that it made up in a run, which would be gigabytes in one."""
    count = 0

    def counted(value: Any) -> None:
        nonlocal count
        count += 1
        check(value)

    for number in range(40):
        seed(number)(some(given(strategy)(counted)))()
    return count


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize(
    ("strategy", "check"),
    [
        (WHOLE, _is_taken),
        (CARELESS, _is_taken_unless_refused),
        (file_details(), _file_is_taken),
        (broken(reports(), "report"), _is_refused_before),
        (broken(file_details(), "fileDetails"), _is_refused_before),
    ],
    ids=["valid reports", "careless reports", "valid files", "broken reports", "broken files"],
)
def test_ten_thousand_of_each_by_properties(strategy: SearchStrategy[Any], check: Callable[[Any], None]) -> None:
    assert _ten_thousand_times(strategy, check) >= 10_000
