"""XML of anybody is read safely or refused with 4110."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safelight.testing.authority.code import Code
from safelight.testing.authority.reading import read_xml
from safelight.testing.authority.refused import Refused

_BOMB = "<!DOCTYPE a [<!ENTITY x 'xxxxxxxxxx'>" + "".join(
    f"<!ENTITY x{number} '{f'&x{number - 1};' * 10}'>" for number in range(1, 9)
)
_REFUSED = {
    "nothing": b"",
    "no xml": b"{}",
    "cut off": b"<report><inci",
    "two roots": b"<a/><b/>",
    "a document type": b"<!DOCTYPE report><report/>",
    "a document type behind a comment": b"<?xml version='1.0'?> <!-- a > --> <?p i?>\n<!DOCTYPE report><report/>",
    "an entity bomb": (_BOMB + "]><a>&x8;</a>").encode(),
    "a file of the machine": b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>',
    "an entity of nobody": b"<a>&unknown;</a>",
    "endless nesting": b"<a>" * 5000 + b"</a>" * 5000,
    "another encoding": "<a/>".encode("utf-16"),
    "a declared other encoding": b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xc3\xa9</a>",
    "bytes that are not UTF-8": b"<a>\xff</a>",
    "a control character": b"<a>\x01</a>",
}


@pytest.mark.parametrize("body", _REFUSED.values(), ids=_REFUSED.keys())
def test_what_is_malformed_or_not_safe_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read_xml(body)
    assert refused.value.code == Code.MALFORMED_XML


def test_what_is_well_formed_is_read() -> None:
    root = read_xml("<?xml version='1.0' encoding='UTF-8'?><a>ü<!-- not told --><b/></a>".encode())
    assert (root.tag, root.text, len(root)) == ("a", "ü", 1)
    assert read_xml(b"\xef\xbb\xbf<a/>").tag == "a"


def test_a_text_may_look_like_a_document_type() -> None:
    assert read_xml(b"<a><![CDATA[<!DOCTYPE a>]]></a>").text == "<!DOCTYPE a>"


_PIECES = [b"<", b">", b"</", b"/>", b"a", b"<a>", b"</a>", b"<!--", b"-->", b"<?xml ", b"?>", b"<!DOCTYPE a", b"["]
_PIECES += [b"]>", b"&a;", b"&#0;", b"<![CDATA[", b"]]>", b'encoding="UTF-16"', b"\xff", b"\xef\xbb\xbf", b" ", b"b:a"]


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.lists(st.sampled_from(_PIECES), max_size=14).map(b"".join)))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    with suppress(Refused):
        assert not read_xml(body).getroottree().docinfo.doctype
