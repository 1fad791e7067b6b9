"""Checking: everything that the authority would refuse is found before anything leaves.

Order and cardinality follow from the records themselves; `form` has the limits of single values, `rules` what fields
say about each other, `batched` what a batched report may not have.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from safelight.errors import InvalidValue
from safelight.reporting.destinations.ncmec.batched import batch_faults
from safelight.reporting.destinations.ncmec.form.fault import Fault
from safelight.reporting.destinations.ncmec.form.kind import Kind, Timed
from safelight.reporting.destinations.ncmec.form.slot import Filled, Slot, Tags, filled_slots, path_of, slots_of
from safelight.reporting.destinations.ncmec.model.file import FileDetails
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.destinations.ncmec.rules import RULES

_MOST_TOLD = 20
_WRONG_TYPE = "This is a value of another type than the field takes. What made the report has to be corrected."


def check_report(report: Report, now: datetime) -> list[Fault]:
    """Return what is wrong with a report, in the order of its fields; nothing where it can be sent at that moment."""
    return _checked(report, Report, "report", now)


def check_file(details: FileDetails, now: datetime) -> list[Fault]:
    """Return what is wrong with the details of one file."""
    return _checked(details, FileDetails, "fileDetails", now)


def check_submission(report: Report, files: Sequence[FileDetails], now: datetime) -> list[Fault]:
    """Return what is wrong with a report, its files, and with both together. Paths of files begin `fileDetails[1]`."""
    faults = check_report(report, now)
    for place, details in enumerate(files, start=1):
        faults += _checked(details, FileDetails, f"fileDetails[{place}]", now)
    return faults or list(batch_faults(report, files))


def refuse_faults(faults: Sequence[Fault]) -> None:
    """Raise `InvalidValue` that tells faults, with their paths, if there are any."""
    if not faults:
        return
    told = " ".join(map(str, faults[:_MOST_TOLD]))
    more = f" And {len(faults) - _MOST_TOLD} more." if len(faults) > _MOST_TOLD else ""
    raise InvalidValue(f"The report cannot be sent as it is; nothing was sent. {told}{more}")


def _checked(record: object, kind: type, path: str, now: datetime) -> list[Fault]:
    if type(record) is not kind:
        return [Fault(path=path, sentence=_WRONG_TYPE)]
    return _record_faults(record, path, now)


def _record_faults(record: Any, path: str, now: datetime) -> list[Fault]:
    """Return the faults of a record and of all below it; its fields are compared where each of them is in order."""
    faults = [*_missing(record, path)]
    for filled in filled_slots(record, path):
        faults += _slot_faults(filled, now)
    return faults or [fault for rule in RULES.get(type(record), ()) for fault in rule(record, path)]


def _missing(record: Any, path: str) -> Iterator[Fault]:
    for slot in slots_of(type(record)):
        if slot.is_required and getattr(record, slot.field) in (None, ()):
            yield Fault(path=path_of(slot, path), sentence="This is compulsory, and is missing. Fill it in.")


def _slot_faults(filled: Filled, now: datetime) -> list[Fault]:
    slot, value = filled.slot, filled.value
    if not _has_type(slot, value):
        return [Fault(path=filled.path, sentence=_WRONG_TYPE)]
    if slot.kind is None:
        return [] if isinstance(slot.place, Tags) else _record_faults(value, filled.path, now)
    why = _refusal(slot.kind, value, now)
    return [] if why is None else [Fault(path=filled.path, sentence=why)]


def _has_type(slot: Slot, value: object) -> bool:
    if isinstance(slot.place, Tags):
        return type(value) is frozenset and all(type(each) is slot.place.options for each in value)
    return type(value) in (slot.records if slot.kind is None else slot.kind.types)


def _refusal(kind: Kind, value: object, now: datetime) -> str | None:
    why = kind.refusal_of(value)
    return kind.lateness_of(value, now) if why is None and isinstance(kind, Timed) else why
