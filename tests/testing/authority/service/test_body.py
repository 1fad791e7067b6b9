"""Bodies are read to their end, whatever they are; what is too much or of the wrong type is refused afterwards."""

from typing import Any

import pytest

from safelight.testing.authority.service.body import MOST_XML_BYTES


@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        ("text/xml", 0),
        ("application/xml; charset=UTF-8", 0),
        ('Text/XML; Charset="utf-8"', 0),
        ("text/xml; charset=iso-8859-1", 4000),
        ("application/json", 4000),
        ("application/x-www-form-urlencoded", 4000),
        ("", 4000),
    ],
)
def test_documents_are_xml_in_utf_8(caller: Any, documents: Any, content_type: str, code: int) -> None:
    assert caller.send("/submit", documents["report"](), content_type).code == code


def test_a_huge_document_is_refused_with_an_answer_and_the_connection_goes_on(caller: Any) -> None:
    answer = caller.send("/submit", b"<report>" + b" " * MOST_XML_BYTES)
    assert (answer.status, answer.code) == (400, 4000)
    assert caller.get("/status").code == 0


def test_what_comes_with_a_get_is_let_go_by(caller: Any, documents: Any) -> None:
    assert documents["read"](caller.call("GET", "/status", content=b"x" * 100_000)).code == 0
