"""Answers have the two forms of the authority."""

from lxml import etree

from safelight.testing.authority.service.answer import Told, receipt, respond


def _children(body: bytes) -> list[tuple[str, str | None]]:
    return [(child.tag, child.text) for child in etree.fromstring(body)]


def test_a_response_tells_its_code_and_what_there_is() -> None:
    answer = respond(0, told=Told(report_id=7, file_id="f", md5="m"))
    assert (answer.code, answer.status) == (0, 200)
    assert etree.fromstring(answer.body).tag == "reportResponse"
    assert _children(answer.body) == [
        ("responseCode", "0"),
        ("responseDescription", "Success"),
        ("reportId", "7"),
        ("fileId", "f"),
        ("hash", "m"),
    ]


def test_a_code_that_nobody_knows_is_answered_all_the_same() -> None:
    answer = respond(1234, status=200)
    assert (answer.code, answer.status) == (1234, 200)
    assert _children(answer.body)[1] == ("responseDescription", "Unknown")


def test_what_is_said_is_written_as_text() -> None:
    assert _children(respond(4000, "a < b & c").body)[1][1] == "a < b & c"


def test_a_receipt_lists_the_files() -> None:
    root = etree.fromstring(receipt(7, ["a", "b"]).body)
    assert (root.tag, root.findtext("responseCode"), root.findtext("reportId")) == ("reportDoneResponse", "0", "7")
    assert [each.text for each in root.iterfind("files/fileId")] == ["a", "b"]
    assert etree.fromstring(receipt(7, []).body).find("files") is not None
