"""Documents are judged without a server as they are with one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from safelight.testing.authority import Refused, judge_details, judge_report, judge_whole

_NOW = datetime(2026, 11, 23, tzinfo=UTC)


def _refused(judge: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        judge()
    return refused.value.code, refused.value.says


def test_a_report_is_read_validated_and_held_against_the_rules(documents: Any) -> None:
    report = documents["report"]().encode()
    assert judge_report(report, _NOW).tag == "report"
    assert _refused(lambda: judge_report(report[:-1], _NOW))[0] == 4110
    code, says = _refused(lambda: judge_report(report.replace(b"reporter>", b"sender>"), _NOW))
    assert (code, says) == (4100, "Validation failed: report/reporter: it is missing before sender.")
    code, says = _refused(lambda: judge_report(report, datetime(2026, 11, 22, 8, tzinfo=UTC)))
    assert (code, says.endswith("it has to lie in the past.")) == (4100, True)


def test_details_are_judged_likewise(documents: Any) -> None:
    assert judge_details(documents["details"](1, "f").encode(), _NOW).tag == "fileDetails"
    code, says = _refused(lambda: judge_details(documents["details"]("x", "f").encode(), _NOW))
    assert (code, says) == (4100, "Validation failed: fileDetails/reportId: it must be a whole number.")
    exif = documents["details"](1, "f", "<exifViewedByEsp>1</exifViewedByEsp>").encode()
    assert _refused(lambda: judge_details(exif, _NOW))[0] == 4100


def test_only_a_batched_report_is_judged_with_its_files() -> None:
    judge_whole(etree.fromstring("<report/>"), [None, None])
    assert _refused(lambda: judge_whole(etree.fromstring("<report><batchedReport/></report>"), []))[0] == 4100
