"""Trees: what a report says while it is written, as JSON. A draft may lack what is compulsory, and hold what is wrong.

An object has one key for each filled slot, by its name; many are a list; of one of several forms the key is the form's
name; tags are a list of their words. Numbers and yes or no are JSON's own, everything else is the text that is sent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from safelight.reporting.form.fault import Fault
from safelight.reporting.form.kind import Kind
from safelight.reporting.form.slot import OneOf, Slot, Tags, path_of, slots_of

Tree = Mapping[str, Any]

_NOTHING: Mapping[str, Any] = {}
_UNKNOWN = "There is no such field. Take it out, or correct its name."
_WRONG_SHAPE = "This has not the shape of the field: an object, a list, or a single value. Correct it."
_UNREADABLE = "This cannot be read as what the field takes. Correct it, or leave it out."
_TWO_FORMS = "Of these forms there is one at a time. Take the other out."
_MISSING = "This is compulsory, and is missing. Fill it in."


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """What a tree is: a record where it could be read, and else None and the faults that were in the way."""

    record: Any
    faults: tuple[Fault, ...] = ()


def to_tree(record: object) -> dict[str, Any]:
    """Return the tree of a record. What is left out there is left out here."""
    tree: dict[str, Any] = {}
    for slot in slots_of(type(record)):
        value = getattr(record, slot.field)
        if value is None or value in ((), frozenset()):
            continue
        if isinstance(slot.place, OneOf):
            tree[slot.place.names[type(value)]] = to_tree(value)
        elif isinstance(slot.place, Tags):
            tree[slot.name] = [each.value for each in slot.place.options if each in value]
        else:
            tree[slot.name] = [_leaf(slot, each) for each in value] if slot.is_many else _leaf(slot, value)
    return tree


def from_tree(kind: type[Any], tree: object, path: str, *, given: Mapping[str, object] = _NOTHING) -> Grown:
    """Return the record of this type that a tree is. `given` are values of fields that the tree does not hold.

    Its values are not checked against their kinds' limits: `checking.record_faults` does that.
    """
    if not isinstance(tree, Mapping):
        return Grown(record=None, faults=(Fault(path=path, sentence=_WRONG_SHAPE),))
    values, known = dict(given), set[str]()
    faults: list[Fault] = []
    for slot in slots_of(kind):
        if slot.field in given:
            continue
        keys = _keys(slot)
        known |= keys
        there = sorted(keys & tree.keys())
        for key in there:
            grown = _grow(slot, key, tree[key], path)
            faults += grown.faults
            values[slot.field] = grown.record
        if len(there) > 1:
            faults.append(Fault(path=f"{path}/{there[1]}", sentence=_TWO_FORMS))
        if slot.is_required and not there:
            faults.append(Fault(path=path_of(slot, path), sentence=_MISSING))
    faults += [Fault(path=f"{path}/{key}", sentence=_UNKNOWN) for key in sorted(tree.keys() - known, key=str)]
    return Grown(record=None, faults=tuple(faults)) if faults else Grown(record=kind(**values))


def _keys(slot: Slot) -> set[str]:
    return set(slot.place.names.values()) if isinstance(slot.place, OneOf) else {slot.name}


def _grow(slot: Slot, key: str, given: object, path: str) -> Grown:
    if isinstance(slot.place, OneOf):
        kind = next(each for each, name in slot.place.names.items() if name == key)
        return from_tree(kind, given, f"{path}/{key}")
    if isinstance(slot.place, Tags):
        return _grow_tags(slot.place, given, path_of(slot, path))
    if not slot.is_many:
        return _grow_one(slot, given, path_of(slot, path))
    if not isinstance(given, list):
        return Grown(record=None, faults=(Fault(path=path_of(slot, path), sentence=_WRONG_SHAPE),))
    grown = [_grow_one(slot, each, f"{path}/{key}[{place}]") for place, each in enumerate(given, start=1)]
    return Grown(record=tuple(each.record for each in grown), faults=tuple(_faults(grown)))


def _faults(grown: list[Grown]) -> Iterator[Fault]:
    for each in grown:
        yield from each.faults


def _grow_tags(place: Tags, given: object, path: str) -> Grown:
    words = {each.value for each in place.options}
    if not isinstance(given, list) or not all(isinstance(each, str) and each in words for each in given):
        return Grown(record=None, faults=(Fault(path=path, sentence=_UNREADABLE),))
    return Grown(record=frozenset(place.options(each) for each in given))


def _grow_one(slot: Slot, given: object, path: str) -> Grown:
    if slot.kind is None:
        return from_tree(slot.records[0], given, path)
    text = _text(given)
    if text is None:
        return Grown(record=None, faults=(Fault(path=path, sentence=_WRONG_SHAPE),))
    try:
        return Grown(record=slot.kind.read(text))
    except ValueError:
        return Grown(record=None, faults=(Fault(path=path, sentence=_UNREADABLE),))


def _text(given: object) -> str | None:
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int | float):
        return repr(given)
    return given if isinstance(given, str) else None


def _leaf(slot: Slot, value: object) -> Any:
    if slot.kind is None:
        return to_tree(value)
    return plain(slot.kind, value)


def plain(kind: Kind, value: object) -> Any:
    """Return a value as JSON has it."""
    return value if isinstance(value, bool | int | float) else kind.write(value)
