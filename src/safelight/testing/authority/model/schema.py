"""An XML Schema that is written from the model: what `/xsd` of the fake answers."""

from collections.abc import Iterator
from functools import cache

from lxml import etree
from lxml.etree import _Element as Element

from safelight.testing.authority.model.documents import FILE_DETAILS, REPORT
from safelight.testing.authority.model.shape import Attribute, Field, Kind, OneOf, Shape
from safelight.testing.authority.model.walking import fields_of

_XS = "http://www.w3.org/2001/XMLSchema"
_SAYS = (
    " This is not the authority's schema. Safelight's fake authority wrote it from a model of its own, which was made "
    "from published facts. Where the two differ, the authority is right. "
)


@cache
def schema_text() -> bytes:
    """Return the schema of both documents, in UTF-8."""
    root = etree.Element(f"{{{_XS}}}schema", nsmap={"xs": _XS})
    root.append(etree.Comment(_SAYS))
    root.extend(_field(document, is_root=True) for document in (REPORT, FILE_DETAILS))
    for shape in sorted(_shapes(), key=lambda each: each.name):
        root.extend(_types(shape))
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _shapes() -> set[Shape]:
    found: set[Shape] = set()
    waiting: list[Kind | Shape] = [REPORT.holds, FILE_DETAILS.holds]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Shape) and each not in found:
            found.add(each)
            waiting += [field.holds for field in fields_of(each).values()]
    return found


def _types(shape: Shape) -> Iterator[Element]:
    if shape.text is None:
        yield _xs("complexType", *_parts(shape), *map(_attribute, shape.attributes), name=f"{shape.name}Form")
        return
    extended = _xs("extension", *map(_attribute, shape.attributes), base=f"{shape.name}Value")
    yield _xs("simpleType", _restriction(shape.text), name=f"{shape.name}Value")
    yield _xs("complexType", _xs("simpleContent", extended), name=f"{shape.name}Form")


def _parts(shape: Shape) -> list[Element]:
    if not shape.parts:
        return []
    inner = [_choice(part) if isinstance(part, OneOf) else _field(part) for part in shape.parts]
    return [_xs("all" if shape.is_unordered else "sequence", *inner)]


def _choice(choice: OneOf) -> Element:
    return _xs("choice", *map(_field, choice.fields), minOccurs=str(choice.least))


def _field(field: Field, *, is_root: bool = False) -> Element:
    often = {} if is_root else {"minOccurs": str(field.least), "maxOccurs": _most(field)}
    if isinstance(field.holds, Shape):
        return _xs("element", name=field.name, type=f"{field.holds.name}Form", **often)
    return _xs("element", _xs("simpleType", _restriction(field.holds)), name=field.name, **often)


def _most(field: Field) -> str:
    return "unbounded" if field.most is None else str(field.most)


def _attribute(attribute: Attribute) -> Element:
    use = "required" if attribute.is_required else "optional"
    return _xs("attribute", _xs("simpleType", _restriction(attribute.kind)), name=attribute.name, use=use)


def _restriction(kind: Kind) -> Element:
    facets = {
        "maxLength": kind.longest,
        "pattern": kind.pattern,
        "minInclusive": kind.least,
        "maxInclusive": kind.most,
    }
    told = [_xs(name, value=str(value)) for name, value in facets.items() if value is not None]
    return _xs(
        "restriction", *told, *(_xs("enumeration", value=value) for value in kind.values), base=f"xs:{kind.base}"
    )


def _xs(of: str, /, *children: Element, **attributes: str) -> Element:
    element = etree.Element(f"{{{_XS}}}{of}", attributes)
    element.extend(children)
    return element
