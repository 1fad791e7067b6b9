"""A record is the tree that is kept of it, and a tree that is no record says where not."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import pytest

from safelight.reporting.form.plain_kinds import Choice, Degrees, Flag, Moment, Number
from safelight.reporting.form.slot import Attribute, Body, Element, OneOf, Tags
from safelight.reporting.form.text_kinds import Text
from safelight.reporting.form.tree import from_tree, to_tree


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    text: Annotated[str, Body(Text())]
    colour: Annotated[Colour | None, Attribute(Choice(Colour))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Boat:
    length: Annotated[float | None, Element(Degrees(90))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    wheels: Annotated[int | None, Element(Number(1, 9))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    number: Annotated[int, Element(Number(1))]
    label: Annotated[Label, Element()]
    vehicle: Annotated[Boat | Cart, OneOf({Boat: "boat", Cart: "cart"})]
    at: Annotated[datetime | None, Element(Moment())] = None
    is_new: Annotated[bool | None, Element(Flag())] = None
    names: Annotated[tuple[str, ...], Element(Text(), name="name")] = ()
    marks: Annotated[frozenset[Colour], Tags(Colour)] = frozenset()


RECORD = Whole(
    number=7,
    label=Label(text="x", colour=Colour.RED),
    vehicle=Boat(length=1.5),
    at=datetime(2026, 11, 23, 12, tzinfo=UTC),
    is_new=False,
    names=("a", "b"),
    marks=frozenset({Colour.BLUE, Colour.RED}),
)
TREE: dict[str, Any] = {
    "number": 7,
    "label": {"text": "x", "colour": "red"},
    "boat": {"length": 1.5},
    "at": "2026-11-23T12:00:00.000Z",
    "isNew": False,
    "name": ["a", "b"],
    "marks": ["red", "blue"],
}


def test_a_record_and_its_tree_are_the_same() -> None:
    assert to_tree(RECORD) == TREE
    grown = from_tree(Whole, TREE, "whole")
    assert (grown.record, grown.faults) == (RECORD, ())


def test_values_may_be_written_as_text_as_a_person_would_type_them() -> None:
    typed = TREE | {"number": " 7", "isNew": "false", "boat": {"length": "1.5"}}
    assert from_tree(Whole, typed, "whole").record == RECORD


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"number": "seven"}, "whole/number"),
        ({"number": {}}, "whole/number"),
        ({"number": None}, "whole/number"),
        ({"label": "x"}, "whole/label"),
        ({"label": {"colour": "red"}}, "whole/label"),
        ({"label": {"text": "x", "colour": "green"}}, "whole/label/@colour"),
        ({"boat": {"length": "wide"}}, "whole/boat/length"),
        ({"at": "yesterday"}, "whole/at"),
        ({"isNew": "perhaps"}, "whole/isNew"),
        ({"name": "a"}, "whole/name"),
        ({"name": ["a", ["b"]]}, "whole/name[2]"),
        ({"marks": ["green"]}, "whole/marks"),
        ({"marks": "red"}, "whole/marks"),
        ({"colour": "red"}, "whole/colour"),
    ],
)
def test_what_cannot_be_read_says_where_and_never_what_stands_there(change: dict[str, Any], where: str) -> None:
    grown = from_tree(Whole, TREE | change, "whole")
    assert grown.record is None
    assert [fault.path for fault in grown.faults] == [where]
    assert all(word not in str(grown.faults[0]) for word in ("seven", "green", "yesterday", "perhaps"))


def test_all_that_is_missing_is_told_at_once() -> None:
    grown = from_tree(Whole, {}, "whole")
    assert [fault.path for fault in grown.faults] == ["whole/number", "whole/label", "whole"]


def test_what_the_house_fills_in_stands_on_no_tree() -> None:
    tree = {key: value for key, value in TREE.items() if key != "number"}
    assert from_tree(Whole, tree, "whole", given={"number": 7}).record == RECORD
    assert from_tree(Whole, TREE, "whole", given={"number": 7}).faults[0].path == "whole/number"


def test_of_several_forms_one_stands_there() -> None:
    grown = from_tree(Whole, TREE | {"cart": {"wheels": 2}}, "whole")
    assert [fault.path for fault in grown.faults] == ["whole/cart"]


def test_what_is_no_object_is_none() -> None:
    assert from_tree(Whole, ["a"], "whole").faults[0].path == "whole"
