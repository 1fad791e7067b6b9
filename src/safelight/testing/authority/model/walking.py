"""All values of a valid document, each with its kind."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

from safelight.testing.authority.model.shape import Field, Kind, Shape


def values_of(element: Element, holds: Kind | Shape, path: str) -> Iterator[tuple[str, Kind, str]]:
    """Yield path, kind and text of every value and attribute, as they stand in a document that is valid."""
    if isinstance(holds, Kind):
        yield path, holds, element.text or ""
        return
    for each in holds.attributes:
        if (value := element.get(each.name)) is not None:
            yield f"{path}/@{each.name}", each.kind, value
    if holds.text is not None:
        yield path, holds.text, element.text or ""
    fields = fields_of(holds)
    for child in element:
        field = fields[str(child.tag)]
        yield from values_of(child, field.holds, f"{path}/{field.name}")


def fields_of(shape: Shape) -> dict[str, Field]:
    """Return what may be inside a shape, by name, choices opened."""
    parts = [[part] if isinstance(part, Field) else part.fields for part in shape.parts]
    return {field.name: field for fields in parts for field in fields}
