"""Slots: where each field of a record stands in XML, declared beside the field and read from there.

A record is a dataclass whose fields stand in the order that the schema demands; each is annotated with one of
`Element`, `Attribute`, `Body`, `Tags` and `OneOf`. `None` and `()` are left out of the XML, and say nothing.
"""

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from safelight.reporting.form.kind import Kind


@dataclass(frozen=True, slots=True)
class Element:
    """A child element: of a kind of value, or, without one, of the record that the field is annotated with.

    Its name is the field's in camel case, unless `name` is given. `is_needed`: of several there is at least one.
    """

    kind: Kind | None = None
    name: str = ""
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of the record's element."""

    kind: Kind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """The text of the record's element."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Tags:
    """A set of tags: an element with one child for each, fixed to `true`, in the order of the enum."""

    options: type[StrEnum]
    name: str = ""


@dataclass(frozen=True, slots=True)
class OneOf:
    """A child that is one of several records, each with its own name: exactly one, by its type."""

    names: Mapping[type, str]


Place = Element | Attribute | Body | Tags | OneOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One field of a record. `records` are the types of what it holds, where that is a record."""

    field: str
    name: str
    place: Place
    records: tuple[type, ...]
    is_many: bool
    is_required: bool

    @property
    def kind(self) -> Kind | None:
        """The kind of its values, where it holds such."""
        return self.place.kind if isinstance(self.place, Element | Attribute | Body) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """One value in its slot, with the path that leads there."""

    slot: Slot
    path: str
    value: Any


def slots_of(record: Any) -> tuple[Slot, ...]:
    """Return the slots of a type of record, in the order of the schema."""
    return _read_slots(record)


@cache
def _read_slots(record: Any) -> tuple[Slot, ...]:
    hints = typing.get_type_hints(record, include_extras=True)
    return tuple(_slot(each, hints[each.name]) for each in dataclasses.fields(record))


def filled_slots(record: object, path: str) -> Iterator[Filled]:
    """Give what a record holds, in the order of the schema, each with its path. Whatever is left out is passed over."""
    for slot in slots_of(type(record)):
        value = getattr(record, slot.field)
        if slot.is_many and isinstance(value, tuple):
            for place, each in enumerate(value, start=1):
                yield Filled(slot=slot, path=f"{path}/{slot.name}[{place}]", value=each)
        elif value is not None and not (isinstance(slot.place, Tags) and value == frozenset()):
            yield Filled(slot=slot, path=path_of(slot, path, value), value=value)


def path_of(slot: Slot, path: str, value: object = None) -> str:
    """Return the path of a slot of the record at a path."""
    match slot.place:
        case Body():
            return path
        case Attribute():
            return f"{path}/@{slot.name}"
        case OneOf(names=names):
            return f"{path}/{names[type(value)]}" if type(value) in names else path
        case _:
            return f"{path}/{slot.name}"


def _slot(field: "dataclasses.Field[Any]", hint: Any) -> Slot:
    bare, place = typing.get_args(hint)
    options = [each for each in _options(bare) if each is not types.NoneType]
    is_many = typing.get_origin(options[0]) is tuple
    if is_many:
        options = list(_options(typing.get_args(options[0])[0]))
    return Slot(
        field=field.name,
        name=getattr(place, "name", "") or _camel(field.name),
        place=place,
        records=tuple(each for each in options if isinstance(each, type) and dataclasses.is_dataclass(each)),
        is_many=is_many,
        is_required=field.default is dataclasses.MISSING or (isinstance(place, Element) and place.is_needed),
    )


def _options(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)
