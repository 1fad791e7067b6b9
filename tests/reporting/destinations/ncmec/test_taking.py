"""An answer of success is believed where it is about what was asked."""

import pytest

from safelight.reporting.destinations.interface import Uploaded
from safelight.reporting.destinations.ncmec.answer import ReportDoneResponse, ReportResponse
from safelight.reporting.destinations.ncmec.taking import (
    Doubtful,
    described_as,
    finished_with,
    opened,
    retracted,
    uploaded_to,
)

_DESCRIPTION = b"<fileDetails><reportId>7</reportId><fileId>f</fileId></fileDetails>"


def test_what_is_about_what_was_asked_is_taken() -> None:
    assert opened(ReportResponse(code=0, report_id=7)) == "7"
    arrived = ReportResponse(code=0, report_id=7, file_id="f", md5="a" * 32)
    assert uploaded_to(7, ("e",))(arrived) == Uploaded(file_id="f", md5="a" * 32)
    report_id, described = described_as(_DESCRIPTION)
    assert report_id == 7
    described(ReportResponse(code=0))
    described(ReportResponse(code=0, report_id=7, file_id="f"))
    finished_with(7, ("f", "g"))(ReportDoneResponse(code=0, report_id=7, file_ids=("g", "f")))
    finished_with(7, ())(ReportDoneResponse(code=0, report_id=7))
    retracted(7)(ReportResponse(code=0))


def test_an_id_that_nobody_could_keep_is_none() -> None:
    with pytest.raises(Doubtful):
        uploaded_to(7, ())(ReportResponse(code=0, report_id=7, file_id="f" * 201, md5="a" * 32))


@pytest.mark.parametrize("files", [(), ("f", "f"), ("f", "h"), ("f", "g", "h")])
def test_a_receipt_has_each_file_once(files: tuple[str, ...]) -> None:
    with pytest.raises(Doubtful, match="other files"):
        finished_with(7, ("f", "g"))(ReportDoneResponse(code=0, report_id=7, file_ids=files))
