"""Answers are read by name, into types; what cannot be believed is refused, and nothing personal is in a repr."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safelight.errors import InvalidValue
from safelight.reporting.destinations.ncmec.answer import (
    LONGEST_ANSWER,
    ReportDoneResponse,
    ReportResponse,
    read_response,
)


def _answer(inner: str, root: str = "reportResponse") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<{root}>{inner}</{root}>'.encode()


def test_an_opened_report_has_its_id() -> None:
    body = _answer(
        "<responseCode>0</responseCode><responseDescription>Success</responseDescription><reportId>4564654</reportId>"
    )
    assert read_response(body) == ReportResponse(code=0, description="Success", report_id=4564654)


def test_an_uploaded_file_has_its_id_and_its_digest_in_small_letters() -> None:
    body = _answer(
        "<responseCode> 0 </responseCode><reportId>1</reportId><fileId>b0754af7</fileId><hash>D41D8CD9\n</hash>"
    )
    assert read_response(body) == ReportResponse(code=0, report_id=1, file_id="b0754af7", md5="d41d8cd9")


def test_a_receipt_names_its_files() -> None:
    body = _answer(
        "<responseCode>0</responseCode><reportId>7</reportId><files><fileId>a</fileId><fileId>b</fileId></files>",
        "reportDoneResponse",
    )
    assert read_response(body) == ReportDoneResponse(code=0, report_id=7, file_ids=("a", "b"))
    bare = _answer("<responseCode>0</responseCode><reportId>7</reportId>", "reportDoneResponse")
    assert read_response(bare) == ReportDoneResponse(code=0, report_id=7)


def test_a_code_that_nobody_knows_is_kept() -> None:
    assert read_response(_answer("<responseCode>987654</responseCode>")).code == 987654
    assert read_response(_answer("<responseCode>-1</responseCode>")).code == -1


def test_elements_are_read_by_name_in_any_order_and_others_are_passed_over() -> None:
    body = _answer(
        '<new attr="1"><fileId>x</fileId></new><reportId>5</reportId><!-- c --><responseCode>0</responseCode>'
    )
    assert read_response(body) == ReportResponse(code=0, report_id=5)


def test_a_namespace_does_not_matter() -> None:
    assert (
        read_response(b'<r:reportResponse xmlns:r="urn:x"><r:responseCode>0</r:responseCode></r:reportResponse>').code
        == 0
    )


@pytest.mark.parametrize(
    "body",
    [
        _answer(""),
        _answer("<responseCode/>"),
        _answer("<responseCode>zero</responseCode>"),
        _answer("<responseCode>0</responseCode><responseCode>4100</responseCode>"),
        _answer("<responseCode>0</responseCode><reportId>1</reportId><reportId>2</reportId>"),
        _answer("<responseCode>0</responseCode><reportId>1e3</reportId>"),
        _answer("<responseCode>0</responseCode><reportId>99999999999999999999</reportId>"),
        _answer("<responseCode>0</responseCode>", "otherResponse"),
        b"<html><body>502</body></html>",
        b'<!DOCTYPE reportResponse [<!ENTITY z "0">]><reportResponse><responseCode>&z;</responseCode></reportResponse>',
        b"",
    ],
)
def test_what_cannot_be_believed_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidValue, match="Nothing of it is used"):
        read_response(body)


def test_an_endless_answer_is_refused() -> None:
    with pytest.raises(InvalidValue, match="longer"):
        read_response(_answer("<responseCode>0</responseCode>" + " " * LONGEST_ANSWER))


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: _answer(text.replace("\ud800", ""))))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    with suppress(InvalidValue):
        assert isinstance(read_response(body), ReportResponse)


def test_what_may_name_somebody_is_in_no_repr() -> None:
    shown = repr(ReportResponse(code=4100, description="tell-tale", md5="d41d8cd9"))
    assert "tell-tale" not in shown
    assert "d41d8cd9" not in shown
