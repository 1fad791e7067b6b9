"""Checking a record: types, limits and what is compulsory, by its slots, and then by the rules between its fields."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from safelight.reporting.form.fault import Fault
from safelight.reporting.form.kind import Kind, Timed
from safelight.reporting.form.slot import Filled, Slot, Tags, filled_slots, path_of, slots_of

Rule = Callable[[Any, str], Iterator[Fault]]
"""Gives the faults between the fields of a record at a path."""

Rules = Mapping[type, tuple[Rule, ...]]

_WRONG_TYPE = "This is a value of another type than the field takes. What made the report has to be corrected."


def record_faults(record: object, kind: type, path: str, *, now: datetime, rules: Rules) -> list[Fault]:
    """Return the faults of a record of this type and of all below it, in the order of its fields.

    A record's own fields are compared with each other where each of them is in order.
    """
    if type(record) is not kind:
        return [Fault(path=path, sentence=_WRONG_TYPE)]
    return _Checking(now, rules).faults(record, path)


class _Checking:
    def __init__(self, now: datetime, rules: Rules) -> None:
        self._now = now
        self._rules = rules

    def faults(self, record: Any, path: str) -> list[Fault]:
        faults = [*_missing(record, path)]
        for filled in filled_slots(record, path):
            faults += self._slot_faults(filled)
        return faults or [fault for rule in self._rules.get(type(record), ()) for fault in rule(record, path)]

    def _slot_faults(self, filled: Filled) -> list[Fault]:
        slot, value = filled.slot, filled.value
        if not _has_type(slot, value):
            return [Fault(path=filled.path, sentence=_WRONG_TYPE)]
        if slot.kind is None:
            return [] if isinstance(slot.place, Tags) else self.faults(value, filled.path)
        why = self._refusal(slot.kind, value)
        return [] if why is None else [Fault(path=filled.path, sentence=why)]

    def _refusal(self, kind: Kind, value: object) -> str | None:
        why = kind.refusal_of(value)
        return kind.lateness_of(value, self._now) if why is None and isinstance(kind, Timed) else why


def _missing(record: Any, path: str) -> Iterator[Fault]:
    for slot in slots_of(type(record)):
        if slot.is_required and getattr(record, slot.field) in (None, ()):
            yield Fault(path=path_of(slot, path), sentence="This is compulsory, and is missing. Fill it in.")


def _has_type(slot: Slot, value: object) -> bool:
    if isinstance(slot.place, Tags):
        return type(value) is frozenset and all(type(each) is slot.place.options for each in value)
    return type(value) in (slot.records if slot.kind is None else slot.kind.types)
