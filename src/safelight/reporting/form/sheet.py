"""Sheets: a tree as the form that a person fills in. Every field of the records is on it, or can be added to it.

What a draft holds and its form does not know stands on it too, as what it is, so that nobody loses it by saving.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from safelight.reporting.form.kind import Kind, Timed
from safelight.reporting.form.plain_kinds import Choice, Day, Degrees, Flag, Number
from safelight.reporting.form.slot import Body, OneOf, Slot, Tags, path_of, slots_of
from safelight.reporting.form.text_kinds import Code, EmailText, Form, IpText, Text, Url

LONG_TEXT = 256
"""A text that may be longer than this, or has lines, is written in several lines."""

BODY = "."
"""What the text of a record itself is called, where each of its fields has a name of its own."""


class Entry(StrEnum):
    """How something is entered."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    DAY = "day"
    FLAG = "flag"
    CHOICE = "choice"
    TAGS = "tags"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A field. `path` is what a fault calls it, `field` its own name on the sheet, which no other one has.

    `name` is the authority's word; of the text of a record it is the record's. `values` are texts: of tags those that
    are chosen, else one, "" for nothing. `number` counts fields that there can be several of, and can be taken away.
    """

    path: str
    field: str
    name: str
    entry: Entry
    values: tuple[str, ...]
    options: tuple[str, ...] = ()
    is_required: bool = False
    longest: int | None = None
    number: int | None = None

    @property
    def value(self) -> str:
        """Return the only value."""
        return self.values[0] if self.values else ""

    @property
    def is_filled(self) -> bool:
        """Whether anything stands in it."""
        return any(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """Something that a draft holds and its form has no place for, as JSON."""

    path: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Something that can be added to a group: a field, or a record with fields of its own."""

    name: str
    is_record: bool
    is_again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A record, with what stands in it, in the order of its form, and what can be added."""

    path: str
    name: str
    number: int | None
    parts: "tuple[Box | Group, ...]"
    additions: tuple[Addition, ...]
    strays: tuple[Stray, ...]
    is_removable: bool

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Its own fields, without those of the records in it."""
        return tuple(each for each in self.parts if isinstance(each, Box))

    @property
    def groups(self) -> "tuple[Group, ...]":
        """The records in it."""
        return tuple(each for each in self.parts if isinstance(each, Group))

    @property
    def is_filled(self) -> bool:
        """Whether anything stands in it, or in what it holds."""
        return any(each.is_filled for each in self.parts)

    def all_boxes(self) -> Iterator[Box]:
        """Give every field, also of the records in it."""
        for part in self.parts:
            if isinstance(part, Box):
                yield part
            else:
                yield from part.all_boxes()

    def all_groups(self) -> "Iterator[Group]":
        """Give it and every record in it."""
        yield self
        for group in self.groups:
            yield from group.all_groups()


def sheet_of(
    kind: type[Any],
    tree: Mapping[str, Any],
    path: str,
    *,
    opened: Collection[str] = (),
    without: Collection[str] = (),
) -> Group:
    """Return the sheet of a tree. `opened` are paths of fields that are shown though nothing stands in them.

    `without` are fields of the record itself that nobody writes, by the names in the record.
    """
    return _Laying(frozenset(opened)).group(kind, tree, path, name=path.rpartition("/")[2], without=frozenset(without))


def keys_of(slot: Slot) -> tuple[str, ...]:
    """Return under which keys of a tree a slot is found."""
    return tuple(slot.place.names.values()) if isinstance(slot.place, OneOf) else (slot.name,)


def field_of(slot: Slot, path: str) -> str:
    """Return the name on a sheet of a field of the record at a path."""
    return f"{path}/{BODY}" if isinstance(slot.place, Body) else path_of(slot, path)


def shown(value: object) -> str:
    """Return a value of a tree as it stands in a field. What no page can carry is a sign for it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode().replace("\0", "\ufffd")


class _Laying:
    """Lays the records of one sheet out."""

    def __init__(self, opened: frozenset[str]) -> None:
        self._opened = opened

    def group(
        self,
        kind: type[Any],
        tree: Mapping[str, Any],
        path: str,
        *,
        name: str,
        number: int | None = None,
        is_removable: bool = False,
        without: frozenset[str] = frozenset(),
    ) -> Group:
        parts: list[Box | Group] = []
        additions: list[Addition] = []
        known, strays = set[str](), list[Stray]()
        for slot in slots_of(kind):
            known |= {*keys_of(slot)}
            if without & {slot.field, slot.name}:
                continue
            found, more, odd = self._slot(slot, tree, path, name)
            parts, additions, strays = parts + found, additions + more, strays + odd
        strays += [_stray(f"{path}/{key}", tree[key]) for key in sorted(tree.keys() - known, key=str)]
        return Group(
            path=path,
            name=name,
            number=number,
            parts=tuple(parts),
            additions=tuple(additions),
            strays=tuple(strays),
            is_removable=is_removable,
        )

    def _slot(
        self, slot: Slot, tree: Mapping[str, Any], path: str, name: str
    ) -> tuple[list[Box | Group], list[Addition], list[Stray]]:
        if isinstance(slot.place, OneOf):
            return self._one_of(slot.place, tree, path)
        if slot.is_many:
            return self._many(slot, tree, path)
        if slot.kind is None and not isinstance(slot.place, Tags):
            return self._record(slot, tree, path)
        box = self._box(slot, tree.get(slot.name), path, name)
        is_there = slot.name in tree or slot.is_required or box.field in self._opened
        return ([box], [], []) if is_there else ([], [_addition(slot)], [])

    def _record(
        self, slot: Slot, tree: Mapping[str, Any], path: str
    ) -> tuple[list[Box | Group], list[Addition], list[Stray]]:
        place, held = path_of(slot, path), tree.get(slot.name, {} if slot.is_required else None)
        if held is None:
            return [], [_addition(slot)], []
        if not isinstance(held, Mapping):
            return [], [], [_stray(place, held)]
        group = self.group(slot.records[0], held, place, name=slot.name, is_removable=not slot.is_required)
        return [group], [], []

    def _one_of(
        self, place: OneOf, tree: Mapping[str, Any], path: str
    ) -> tuple[list[Box | Group], list[Addition], list[Stray]]:
        parts: list[Box | Group] = []
        strays: list[Stray] = []
        for kind, key in place.names.items():
            if isinstance(held := tree.get(key), Mapping):
                parts.append(self.group(kind, held, f"{path}/{key}", name=key, is_removable=True))
            elif key in tree:
                strays.append(_stray(f"{path}/{key}", held))
        names = () if parts else place.names.values()
        return parts, [Addition(name=each, is_record=True, is_again=False) for each in names], strays

    def _many(
        self, slot: Slot, tree: Mapping[str, Any], path: str
    ) -> tuple[list[Box | Group], list[Addition], list[Stray]]:
        place, held = path_of(slot, path), tree.get(slot.name, [])
        if not isinstance(held, list):
            return [], [], [_stray(place, held)]
        parts: list[Box | Group] = []
        strays: list[Stray] = []
        for number, each in enumerate(held, start=1):
            here = f"{place}[{number}]"
            if slot.kind is not None:
                parts.append(self._numbered(slot, each, here, number))
            elif isinstance(each, Mapping):
                one = self.group(slot.records[0], each, here, name=slot.name, number=number, is_removable=True)
                parts.append(one)
            else:
                strays.append(_stray(here, each))
        after = len(held) + 1
        if slot.kind is not None and f"{place}[{after}]" in self._opened:
            parts.append(self._numbered(slot, None, f"{place}[{after}]", after))
        return parts, [_addition(slot, is_again=bool(held))], strays

    def _box(self, slot: Slot, held: object, path: str, group: str) -> Box:
        name = group if isinstance(slot.place, Body) else slot.name
        return _new_box(slot, held, path_of(slot, path), field_of(slot, path), name)

    def _numbered(self, slot: Slot, held: object, path: str, number: int) -> Box:
        return _new_box(slot, held, path, path, slot.name, number=number)


def _new_box(slot: Slot, held: object, path: str, field: str, name: str, *, number: int | None = None) -> Box:
    if isinstance(slot.place, Tags):
        words = held if isinstance(held, list) else [] if held is None else [held]
        values, entry = tuple(map(shown, words)), Entry.TAGS
        options = tuple(each.value for each in slot.place.options)
    else:
        values = ("" if held is None else shown(held),)
        entry, options = _entry(slot.kind, values[0]), _options(slot.kind)
    return Box(
        path=path,
        field=field,
        name=name,
        entry=entry,
        values=values,
        options=options + tuple(each for each in values if each and options and each not in options),
        is_required=slot.is_required and number is None,
        longest=slot.kind.longest if isinstance(slot.kind, Text) else None,
        number=number,
    )


_ENTRIES: Mapping[type, Entry] = {
    Flag: Entry.FLAG,
    Choice: Entry.CHOICE,
    Code: Entry.CHOICE,
    Day: Entry.DAY,
    Number: Entry.NUMBER,
    Degrees: Entry.NUMBER,
}


def _entry(kind: object, value: str) -> Entry:
    if type(kind) in _ENTRIES:
        return _ENTRIES[type(kind)]
    if isinstance(kind, Text):
        is_of_one_line = isinstance(kind, EmailText | Form | IpText | Url)
        is_short = kind.longest is not None and kind.longest <= LONG_TEXT
        return Entry.LINE if (is_of_one_line or is_short) and "\n" not in value else Entry.TEXT
    return Entry.MOMENT if isinstance(kind, Timed) else Entry.LINE


def _options(kind: Kind | None) -> tuple[str, ...]:
    if isinstance(kind, Code):
        return tuple(sorted(kind.codes))
    return tuple(each.value for each in kind.options) if isinstance(kind, Choice) else ()


def _addition(slot: Slot, *, is_again: bool = False) -> Addition:
    return Addition(name=slot.name, is_record=bool(slot.records), is_again=is_again)


def _stray(path: str, held: object) -> Stray:
    return Stray(path=path, name=path.rpartition("/")[2], text=json.dumps(held, ensure_ascii=True))
