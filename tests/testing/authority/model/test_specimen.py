"""Specimens hold everything that the model has, and are valid."""

import pytest
from lxml.etree import _Element as Element

from safelight.testing.authority.model.documents import FILE_DETAILS, REPORT
from safelight.testing.authority.model.shape import Field, Kind, Shape
from safelight.testing.authority.model.specimen import specimens
from safelight.testing.authority.model.validating import find_breach
from safelight.testing.authority.model.walking import fields_of


def _paths(holds: Kind | Shape, path: str) -> set[str]:
    if isinstance(holds, Kind):
        return {path}
    return {path} | {
        each for field in fields_of(holds).values() for each in _paths(field.holds, f"{path}/{field.name}")
    }


def _held(element: Element, path: str) -> set[str]:
    return {path} | {each for child in element for each in _held(child, f"{path}/{child.tag}")}


@pytest.mark.parametrize(("document", "count"), [(REPORT, 8), (FILE_DETAILS, 2)], ids=["report", "file"])
def test_between_them_they_hold_every_element_and_each_is_valid(document: Field, count: int) -> None:
    made = list(specimens(document))
    assert len(made) == count
    assert [find_breach(each, document) for each in made] == [None] * count
    held = {path for each in made for path in _held(each, document.name)}
    assert held == _paths(document.holds, document.name)
