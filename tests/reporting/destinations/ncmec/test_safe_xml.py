"""XML from outside is read only as far as it is harmless, and no refusal tells what stood in it."""

import pytest
from lxml import etree

from safelight.errors import InvalidValue
from safelight.reporting.destinations.ncmec.safe_xml import read_xml

LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY b "haha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>',
    b'<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    b"<!DOCTYPE a><a/>",
)


def test_plain_xml_is_read_with_and_without_a_mark_of_its_order() -> None:
    for body in (b"<a><b>x</b></a>", b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?><a><b>x</b></a>'):
        assert read_xml(body, max_bytes=100).findtext("b") == "x"


@pytest.mark.parametrize("body", LAUGHS)
def test_a_document_type_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidValue, match="document type"):
        read_xml(body, max_bytes=1000)


def test_another_encoding_cannot_hide_a_document_type() -> None:
    with pytest.raises(InvalidValue, match="not UTF-8"):
        read_xml('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"), max_bytes=1000)
    declared = b'<?xml version="1.0" encoding="UTF-7"?><a>+ADwAIQ-DOCTYPE</a>'
    assert read_xml(declared, max_bytes=1000).text == "+ADwAIQ-DOCTYPE"


@pytest.mark.parametrize(
    "body", [b"", b"<a>", b"<a></b>", b"not xml", b"<a/><b/>", b"<a>&x;</a>", b"<a>\x00</a>", b"\xff<a/>"]
)
def test_what_is_not_well_formed_is_refused_without_being_told(body: bytes) -> None:
    with pytest.raises(InvalidValue, match="Nothing of it is used") as refusal:
        read_xml(body, max_bytes=1000)
    assert refusal.value.__cause__ is None


def test_what_is_too_long_or_too_deep_is_refused() -> None:
    assert read_xml(b"<a/>", max_bytes=4) is not None
    with pytest.raises(InvalidValue, match="longer than the 4 bytes"):
        read_xml(b"<ab/>", max_bytes=4)
    assert read_xml(b"<a>" * 100 + b"</a>" * 100, max_bytes=1000) is not None
    with pytest.raises(InvalidValue, match="deeper than 100"):
        read_xml(b"<a>" * 101 + b"</a>" * 101, max_bytes=1000)


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></a>'
    assert b"root" not in etree.tostring(read_xml(body, max_bytes=1000))
