"""The reports that are made up fill every field of the model, and leave every optional one out."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from safelight.reporting.destinations.ncmec.model.file import FileDetails
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.form.slot import filled_slots, slots_of
from safelight.testing.ncmec_reports import batched_reports, records, values_of

FINE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
some = settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=FINE)


def _types(root: type, seen: set[type]) -> Iterator[type]:
    for slot in slots_of(root):
        for below in slot.records:
            if below not in seen:
                seen.add(below)
                yield below
                yield from _types(below, seen)


TYPES = [FileDetails, *_types(FileDetails, set()), *_types(Report, set())]


@pytest.mark.parametrize("kind", dict.fromkeys(TYPES), ids=lambda kind: kind.__name__)
def test_every_field_is_filled_and_every_optional_one_left_out_in_turn(kind: type) -> None:
    filled: set[str] = set()
    left_out: set[str] = set()

    def look(record: Any) -> None:
        there = {each.slot.field for each in filled_slots(record, "")}
        filled.update(there)
        left_out.update({slot.field for slot in slots_of(kind)} - there)

    some(given(records(kind))(look))()
    assert filled == {slot.field for slot in slots_of(kind)}
    assert left_out == {slot.field for slot in slots_of(kind) if not slot.is_required}


def test_every_kind_of_value_can_be_made_up() -> None:
    kinds = [slot.kind for kind in TYPES for slot in slots_of(kind) if slot.kind is not None]
    assert len(kinds) > 100
    assert all(values_of(kind) is not None for kind in kinds)


@settings(some, max_examples=5)
@given(batched_reports())
def test_a_batched_report_says_that_it_is_one(batch: tuple[Report, FileDetails]) -> None:
    assert batch[0].batched_report is not None
    assert batch[1].file_annotations
