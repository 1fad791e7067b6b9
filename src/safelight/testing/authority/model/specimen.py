"""Specimens: valid documents that hold everything that the model has, written from the model."""

from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from safelight.testing.authority.model.shape import Field, Kind, OneOf, Shape


def specimens(document: Field) -> Iterator[Element]:
    """Yield as many documents as the largest choice has branches: between them they hold every element."""
    for branch in range(_most_branches(document.holds)):
        yield specimen(document, branch)


def specimen(field: Field, branch: int = 0) -> Element:
    """Return an element with all that may be inside it: what comes any number of times comes twice.

    Of each choice it holds the branch of this number, counted around.
    """
    element = etree.Element(field.name)
    if isinstance(field.holds, Kind):
        element.text = field.holds.sample
        return element
    for each in field.holds.attributes:
        element.set(each.name, each.kind.sample)
    if field.holds.text is not None:
        element.text = field.holds.text.sample
    for part in field.holds.parts:
        chosen = part.fields[branch % len(part.fields)] if isinstance(part, OneOf) else part
        for _ in range(2 if chosen.most is None else 1):
            element.append(specimen(chosen, branch))
    return element


def _most_branches(holds: Kind | Shape) -> int:
    if isinstance(holds, Kind):
        return 1
    found = 1
    for part in holds.parts:
        fields = part.fields if isinstance(part, OneOf) else (part,)
        found = max(found, len(fields), *(_most_branches(field.holds) for field in fields))
    return found
