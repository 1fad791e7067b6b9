"""Reading XML from outside: no document type, no entities, no network, and only so much of it."""

from typing import Any

from lxml import etree

from safelight.errors import InvalidValue

_DEEPEST = 100


def read_xml(body: bytes, *, max_bytes: int) -> Any:
    """Return the root element of a document in UTF-8. Raises `InvalidValue`, without anything of the document in it.

    1. It is at most `max_bytes` long, and UTF-8, whatever it says of itself.
    2. It has no document type, and therefore no entities of its own: `<!DOCTYPE` and `<!ENTITY` are refused wherever
       they stand, before the parser sees them.
    3. It is well-formed, and nested no deeper than 100 elements.
    """
    if len(body) > max_bytes:
        raise InvalidValue(f"The XML is longer than the {max_bytes} bytes that are read. Nothing of it is used.")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidValue("The XML is not UTF-8. Nothing of it is used.") from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InvalidValue("The XML has a document type, which is never read. Nothing of it is used.")
    return _parsed(text.encode("utf-8"))


def _parsed(body: bytes) -> Any:
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise InvalidValue("This is no well-formed XML. Nothing of it is used.") from None
    if _depth_of(root) > _DEEPEST:
        raise InvalidValue(f"The XML is nested deeper than {_DEEPEST} elements. Nothing of it is used.")
    return root


def _depth_of(root: Any) -> int:
    deepest, level = 0, [root]
    while level and deepest <= _DEEPEST:
        deepest, level = deepest + 1, [child for each in level for child in each]
    return deepest
