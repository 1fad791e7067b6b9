"""The form of a document, as data: fields in their order, how often each may come, attributes, and kinds of value."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of value. `base` names a type of XML Schema; `must` ends the sentence "it must be …"; `sample` is a value.

    `longest` counts characters; `least` and `most` bound a whole number; `pattern` has to fit the whole value.
    `is_past`: a moment or a day that has to lie before now. `is_ip`: an address of either version of IP.
    """

    base: str
    must: str
    sample: str
    longest: int | None = None
    pattern: str | None = None
    values: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    is_past: bool = False
    is_ip: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An attribute of an element."""

    name: str
    kind: Kind
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """An element inside another: what it holds, and how often it comes. `most` is None for any number."""

    name: str
    holds: "Kind | Shape"
    least: int = 1
    most: int | None = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """A choice: one of these fields, or none of them where `least` is 0."""

    fields: tuple[Field, ...]
    least: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What an element with attributes or children holds. Either `text` or `parts`; parts come in their order.

    With `is_unordered` they come in any order, each once at most.
    """

    name: str
    parts: tuple[Field | OneOf, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    text: Kind | None = None
    is_unordered: bool = False


def one(name: str, holds: Kind | Shape) -> Field:
    """Return a field that comes exactly once."""
    return Field(name=name, holds=holds)


def maybe(name: str, holds: Kind | Shape) -> Field:
    """Return a field that comes once or not at all."""
    return Field(name=name, holds=holds, least=0)


def many(name: str, holds: Kind | Shape) -> Field:
    """Return a field that comes any number of times."""
    return Field(name=name, holds=holds, least=0, most=None)


def some(name: str, holds: Kind | Shape) -> Field:
    """Return a field that comes at least once."""
    return Field(name=name, holds=holds, most=None)


def sequence(name: str, *parts: Field | OneOf, attributes: Sequence[Attribute] = ()) -> Shape:
    """Return a shape whose parts come in this order."""
    return Shape(name=name, parts=parts, attributes=tuple(attributes))


def told(name: str, text: Kind, *attributes: Attribute) -> Shape:
    """Return a shape that holds a value and has attributes."""
    return Shape(name=name, text=text, attributes=attributes)


def attribute(name: str, kind: Kind, *, is_required: bool = False) -> Attribute:
    """Return an attribute, which may be left out unless it is required."""
    return Attribute(name=name, kind=kind, is_required=is_required)
