"""Validating a document against the model: order, how often, choices, values, attributes."""

from collections import deque
from collections.abc import Iterator

from lxml.etree import _Element as Element

from safelight.testing.authority.model.breach import Breach
from safelight.testing.authority.model.shape import Field, Kind, OneOf, Shape
from safelight.testing.authority.model.values import is_of

_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_ALLOWED_ON_A_ROOT = {f"{_INSTANCE}noNamespaceSchemaLocation", f"{_INSTANCE}schemaLocation"}

_LONGEST_NAME = 80


def find_breach(root: Element, document: Field) -> Breach | None:
    """Return the first breach of a document, in the order in which it is read; None if it is valid."""
    if root.tag != document.name:
        return Breach(path=named(root), says=f"the document has to be a {document.name}")
    return next(_of_element(root, document.holds, document.name, is_root=True), None)


def named(element: Element) -> str:
    """Return an element's name without a namespace, for a sentence: of one that goes on and on, the beginning."""
    return _short(str(element.tag))


def _short(name: str) -> str:
    return name.rpartition("}")[2][:_LONGEST_NAME]


def _of_element(element: Element, holds: Kind | Shape, path: str, *, is_root: bool = False) -> Iterator[Breach]:
    shape = holds if isinstance(holds, Shape) else Shape(name="", text=holds)
    yield from _of_attributes(element, shape, path, is_root=is_root)
    if shape.text is not None:
        yield from _of_text(element, shape.text, path)
        return
    if any(piece.strip() for piece in (element.text, *(child.tail for child in element)) if piece):
        yield Breach(path=path, says="there is text between its elements")
    yield from (_in_any_order if shape.is_unordered else _in_order)(element, shape, path)


def _of_attributes(element: Element, shape: Shape, path: str, *, is_root: bool) -> Iterator[Breach]:
    known = {each.name: each for each in shape.attributes}
    for name, value in element.attrib.items():
        told = f"{path}/@{_short(str(name))}"
        if (each := known.get(str(name))) is None:
            if not (is_root and name in _ALLOWED_ON_A_ROOT):
                yield Breach(path=told, says="there is no such attribute here")
        elif not is_of(each.kind, str(value)):
            yield Breach(path=told, says=f"it must be {each.kind.must}")
    for each in shape.attributes:
        if each.is_required and each.name not in element.attrib:
            yield Breach(path=f"{path}/@{each.name}", says="the attribute is missing")


def _of_text(element: Element, kind: Kind, path: str) -> Iterator[Breach]:
    if len(element):
        yield Breach(path=f"{path}/{named(element[0])}", says=f"nothing may be inside of {named(element)}")
    elif not is_of(kind, element.text or ""):
        yield Breach(path=path, says=f"it must be {kind.must}")


def _in_any_order(element: Element, shape: Shape, path: str) -> Iterator[Breach]:
    left = {part.name: part for part in shape.parts if isinstance(part, Field)}
    for child in element:
        part = left.pop(str(child.tag), None)
        if part is None:
            yield Breach(path=f"{path}/{named(child)}", says="it is unknown here or comes twice")
        else:
            yield from _of_element(child, part.holds, f"{path}/{part.name}")


def _in_order(element: Element, shape: Shape, path: str) -> Iterator[Breach]:
    rest = deque(element)
    for part in shape.parts:
        if isinstance(part, OneOf):
            yield from _of_choice(rest, part, path)
        else:
            yield from _of_field(rest, part, path)
    if rest:
        yield Breach(path=f"{path}/{named(rest[0])}", says="it is unknown here, comes too often or is out of order")


def _of_field(rest: deque[Element], field: Field, path: str) -> Iterator[Breach]:
    taken = 0
    while rest and rest[0].tag == field.name and (field.most is None or taken < field.most):
        taken += 1
        yield from _of_element(rest.popleft(), field.holds, f"{path}/{field.name}")
    if taken < field.least:
        yield Breach(path=f"{path}/{field.name}", says=f"it is missing{_before(rest)}")


def _of_choice(rest: deque[Element], choice: OneOf, path: str) -> Iterator[Breach]:
    chosen = next((field for field in choice.fields if rest and rest[0].tag == field.name), None)
    if chosen is not None:
        yield from _of_element(rest.popleft(), chosen.holds, f"{path}/{chosen.name}")
    elif choice.least:
        names = ", ".join(field.name for field in choice.fields)
        yield Breach(path=path, says=f"one is missing of {names}{_before(rest)}")


def _before(rest: deque[Element]) -> str:
    return f" before {named(rest[0])}" if rest else ""
