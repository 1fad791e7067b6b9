"""Reading XML that anybody may have sent: no document type, no entities of its own, no endless nesting, UTF-8 alone."""

import re

from lxml import etree
from lxml.etree import _Element as Element

from safelight.testing.authority.code import Code
from safelight.testing.authority.refused import Refused

_BEFORE_THE_ROOT = re.compile(r"\s*(?:(?:<\?.*?\?>|<!--.*?-->)\s*)*", re.DOTALL)
_DECLARED = re.compile(r"<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")


def read_xml(body: bytes) -> Element:
    """Return the root element of a document. Raises Refused, with 4110, for what is not well-formed or not safe."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _malformed("it is not UTF-8") from error
    declared = _DECLARED.match(text)
    if declared and declared[1].lower() != "utf-8":
        raise _malformed("it says that it is not UTF-8")
    before = _BEFORE_THE_ROOT.match(text)
    if text.startswith("<!DOCTYPE", before.end() if before else 0):
        raise _malformed("it has a document type, which no report needs")
    try:
        root = etree.fromstring(text.encode(), _parser())
    except etree.XMLSyntaxError as error:
        raise _malformed(f"it cannot be read from line {error.lineno} on") from error
    if root.getroottree().docinfo.doctype:
        raise _malformed("it has a document type, which no report needs")
    return root


def _parser() -> etree.XMLParser:
    # A parser of its own each time: parsers keep what they have read, and are not for several threads at once.
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )


def _malformed(why: str) -> Refused:
    return Refused(Code.MALFORMED_XML, f"The XML is malformed: {why}.")
