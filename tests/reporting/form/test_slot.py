"""Where a field stands follows from its declaration; a path leads to each value."""

from dataclasses import dataclass
from typing import Annotated

import pytest

from safelight.reporting.destinations.ncmec.model.file import FileDetails
from safelight.reporting.destinations.ncmec.model.internet import InternetDetails, PeerToPeerIncident
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.form.plain_kinds import Number
from safelight.reporting.form.slot import Attribute, Body, Element, filled_slots, path_of, slots_of
from safelight.reporting.form.text_kinds import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    text: Annotated[str, Body(Text())]
    some_mark: Annotated[int | None, Attribute(Number(1))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    one_thing: Annotated[Inner | None, Element()] = None
    others: Annotated[tuple[Inner, ...], Element(name="otherThing")] = ()
    needed: Annotated[tuple[int, ...], Element(Number(1), is_needed=True)] = ()


def test_slots_have_names_in_camel_case_unless_they_are_named() -> None:
    assert [slot.name for slot in slots_of(Outer)] == ["oneThing", "otherThing", "needed"]
    assert [slot.records for slot in slots_of(Outer)] == [(Inner,), (Inner,), ()]
    assert [slot.is_many for slot in slots_of(Outer)] == [False, True, True]
    assert [slot.is_required for slot in slots_of(Outer)] == [False, False, True]
    assert [slot.is_required for slot in slots_of(Inner)] == [True, False]


def test_paths_count_what_repeats_and_mark_attributes() -> None:
    inner = Inner(text="a", some_mark=1)
    outer = Outer(one_thing=inner, others=(inner, inner))
    assert [each.path for each in filled_slots(outer, "x")] == ["x/oneThing", "x/otherThing[1]", "x/otherThing[2]"]
    assert [each.path for each in filled_slots(inner, "x/oneThing")] == ["x/oneThing", "x/oneThing/@someMark"]


def test_the_path_of_a_form_is_the_forms_name() -> None:
    (slot,) = slots_of(InternetDetails)
    assert path_of(slot, "x", PeerToPeerIncident()) == "x/peer2peerIncident"
    assert path_of(slot, "x") == "x"


def test_what_is_left_out_is_passed_over(details: object) -> None:
    assert [each.path for each in filled_slots(FileDetails(report_id=1, file_id="a"), "f")] == [
        "f/reportId",
        "f/fileId",
    ]


@pytest.mark.parametrize(("record", "count"), [(Report, 9), (FileDetails, 18)])
def test_the_two_documents_have_all_fields_of_the_schema(record: type, count: int) -> None:
    assert len(slots_of(record)) == count
