"""Editing: the tree that the fields of a sheet are once somebody has filled them in, and what is added and taken away.

Nothing is checked here but whether there is such a field: a draft may be incomplete, and wrong in places.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safelight.errors import InvalidValue
from safelight.reporting.form.kind import Kind
from safelight.reporting.form.sheet import BODY, field_of, keys_of, shown
from safelight.reporting.form.slot import Attribute, Body, OneOf, Slot, Tags, path_of, slots_of
from safelight.reporting.form.tree import Tree, plain

MOST_OF_ONE = 1000
"""So many of one field a record has at most: more than anybody writes."""

_STEP = re.compile(r"@?([A-Za-z0-9_-]{1,100}|\.)(?:\[([1-9][0-9]{0,3})\])?")
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What stood on a sheet: the texts of its fields by their names, and the paths of the records that were on it."""

    texts: Mapping[str, Sequence[str]]
    records: Collection[str]

    def without(self, path: str) -> "Filled":
        """Return it without a field or a record, and all that is below that."""
        below = f"{path}/"
        return Filled(
            texts={name: each for name, each in self.texts.items() if name != path and not name.startswith(below)},
            records={name for name in self.records if name != path and not name.startswith(below)},
        )

    def numbers(self, place: str) -> list[int]:
        """Return which of several there are at a place, such as `report/victim`."""
        found = re.compile(re.escape(place) + r"\[([1-9][0-9]{0,3})\]")
        named = {match[1] for each in (*self.texts, *self.records) if (match := found.match(each))}
        return sorted(number for each in named if (number := int(each)) <= MOST_OF_ONE)


def read_sheet(
    kind: type[Any], filled: Filled, path: str, *, was: object = _NOTHING, without: Collection[str] = ()
) -> dict[str, Any]:
    """Return the tree of a record that was on a sheet. A blank field is left out, a record that is empty is not.

    `was` is the tree that the sheet was made of: what nobody touched stays as it was there, to the last sign, and so
    does what its form does not know, unless it was taken off. What cannot be read is kept as it was written.
    """
    held = was if isinstance(was, Mapping) else _NOTHING
    tree: dict[str, Any] = {}
    known = set[str]()
    for slot in slots_of(kind):
        known |= {*keys_of(slot)}
        if not {slot.field, slot.name} & {*without}:
            tree |= _read_slot(slot, filled, path, held)
    return tree | {key: held[key] for key in held.keys() - known if f"{path}/{key}" in filled.records}


def _read_slot(slot: Slot, filled: Filled, path: str, was: Tree) -> dict[str, Any]:
    if isinstance(slot.place, OneOf):
        return _read_one_of(slot.place, filled, path, was)
    place = path_of(slot, path)
    if slot.name in was and place in filled.records and _is_odd(slot, was[slot.name]):
        return {slot.name: was[slot.name]}
    if slot.is_many:
        return _read_many(slot, filled, place, was.get(slot.name))
    if slot.records:
        is_there = place in filled.records
        return {slot.name: read_sheet(slot.records[0], filled, place, was=was.get(slot.name))} if is_there else {}
    texts = filled.texts.get(field_of(slot, path), ())
    found = _words(texts, was.get(slot.name)) if isinstance(slot.place, Tags) else _one(slot, texts, was.get(slot.name))
    return {} if found is None else {slot.name: found}


def _read_one_of(place: OneOf, filled: Filled, path: str, was: Tree) -> dict[str, Any]:
    tree = {}
    for kind, key in place.names.items():
        here = f"{path}/{key}"
        if here in filled.records:
            is_odd = key in was and not isinstance(was[key], Mapping)
            tree[key] = was[key] if is_odd else read_sheet(kind, filled, here, was=was.get(key))
    return tree


def _read_many(slot: Slot, filled: Filled, place: str, was: object) -> dict[str, Any]:
    held = was if isinstance(was, list) else []
    read = []
    for number in filled.numbers(place):
        here, before = f"{place}[{number}]", held[number - 1] if number <= len(held) else None
        if slot.records and before is not None and not isinstance(before, Mapping):
            found = before
        elif slot.records:
            found = read_sheet(slot.records[0], filled, here, was=before)
        else:
            found = _one(slot, filled.texts.get(here, ()), before)
        read += [] if found is None else [found]
    return {slot.name: read} if read else {}


def _one(slot: Slot, texts: Sequence[str], was: object) -> Any:
    text = texts[0] if texts else ""
    if was is not None and texts and text == shown(was):
        return was
    return None if not text.strip() or slot.kind is None else _value(slot.kind, text)


def _words(texts: Sequence[str], was: object) -> Any:
    chosen = [each for each in texts if each]
    before = was if isinstance(was, list) else [] if was is None else [was]
    if was is not None and chosen == [*map(shown, before)]:
        return was
    return chosen or None


def _is_odd(slot: Slot, held: object) -> bool:
    """Whether what a draft holds is of another shape than its field, so that it has no place on a sheet."""
    return not isinstance(held, list if slot.is_many else Mapping) if slot.is_many or slot.records else False


def _value(kind: Kind, text: str) -> Any:
    """Return a text as the tree has it: as the kind writes it where it can be read, and else as it stands."""
    try:
        value = kind.read(text)
        is_without_zone = isinstance(value, datetime) and value.utcoffset() is None
        return text if is_without_zone else plain(kind, value)
    except (ValueError, OverflowError):
        return text


def add_at(kind: type[Any], tree: Tree, root: str, path: str) -> tuple[dict[str, Any], str]:
    """Return a tree with room for what a path names, and the path that it has then.

    Records on the way are added where they are not there, with those that they cannot be without; of several, one
    without a number is one more at the end of the path, and the first on the way. A field without a record in it is not
    added: where to write it is known then. As far as a path leads, where it leads nowhere. Raises `InvalidValue` for
    one that is of another record.
    """
    if path != root and not path.startswith(f"{root}/"):
        raise InvalidValue("There is no such field in this report. Nothing was changed. Load the page again.")
    steps = [each for each in path.removeprefix(root).split("/") if each]
    return _add(kind, tree, root, steps)


def _add(kind: type[Any], tree: Tree, path: str, steps: list[str]) -> tuple[dict[str, Any], str]:
    made = dict(tree)
    found = _STEP.fullmatch(steps[0]) if steps else None
    if found is None:
        return made, path
    key, number = found[1], found[2]
    slot = next((each for each in slots_of(kind) if key in keys_of(each)), None)
    if slot is None:
        return made, f"{path}/{BODY}" if key == BODY and _has_body(kind) else path
    if not slot.records:
        return made, _field_at(slot, made, path, number)
    below = _record_of(slot, key)
    if not slot.is_many:
        held = made.get(key, _blank(below))
        if not isinstance(held, Mapping):
            return made, path
        made[key], place = _add(below, held, f"{path}/{key}", steps[1:])
        return made, place
    held = made.get(slot.name, [])
    if not isinstance(held, list):
        return made, path
    at = _place_among(held, int(number) if number else None, is_last=len(steps) == 1)
    rows = [*held, _blank(below)] if at > len(held) else [*held]
    if not isinstance(rows[at - 1], Mapping):
        return made, path
    rows[at - 1], place = _add(below, rows[at - 1], f"{path}/{slot.name}[{at}]", steps[1:])
    made[slot.name] = rows
    return made, place


def _blank(kind: type[Any]) -> dict[str, Any]:
    """Return a new record, with those records in it that it cannot be without."""
    needed = [each for each in slots_of(kind) if each.is_required and each.records and not each.is_many]
    return {each.name: _blank(each.records[0]) for each in needed if not isinstance(each.place, OneOf)}


def _place_among(held: Sequence[object], number: int | None, *, is_last: bool) -> int:
    after = min(len(held) + 1, MOST_OF_ONE)
    if number is None:
        return after if is_last else 1
    return min(number, after)


def _record_of(slot: Slot, key: str) -> type[Any]:
    if isinstance(slot.place, OneOf):
        return next(kind for kind, name in slot.place.names.items() if name == key)
    return slot.records[0]


def _has_body(kind: type[Any]) -> bool:
    return any(isinstance(each.place, Body) for each in slots_of(kind))


def _field_at(slot: Slot, tree: Tree, path: str, number: str | None) -> str:
    if isinstance(slot.place, Attribute | Body | Tags) or not slot.is_many:
        return field_of(slot, path)
    held = tree.get(slot.name, [])
    after = len(held) + 1 if isinstance(held, list) else 1
    return f"{path}/{slot.name}[{min(int(number), after) if number else after}]"
