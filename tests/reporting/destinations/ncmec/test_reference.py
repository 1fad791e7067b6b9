"""The reference page names every field that can be sent, every limit of its text, and every response code."""

import re
from pathlib import Path

from safelight.reporting.destinations.ncmec.model.file import FileDetails
from safelight.reporting.destinations.ncmec.model.incident import IncidentType
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.destinations.ncmec.response_code import MEANINGS
from safelight.reporting.form.slot import slots_of

_PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "ncmec.md").read_text()


def _assert_told(record: type, name: str, seen: set[type]) -> None:
    (row,) = re.findall(rf"^\| `{name}` \| (.*) \|$", _PAGE, flags=re.MULTILINE)
    for slot in slots_of(record):
        limit = getattr(slot.kind, "longest", None)
        told = next((part for part in row.split(" · ") if re.search(rf"`@?{slot.name}`", part)), row)
        assert limit is None or str(limit) in told, f"{name}/{slot.name}"
        for below in slot.records:
            if below not in seen:
                seen.add(below)
                _assert_told(below, getattr(slot.place, "names", {}).get(below, slot.name), seen)


def test_every_field_is_in_the_table_with_its_limit() -> None:
    _assert_told(Report, "report", set())
    _assert_told(FileDetails, "fileDetails", set())


def test_every_incident_type_is_named() -> None:
    assert [each.value for each in IncidentType if f"`{each.value}`" not in _PAGE] == []


def test_every_response_code_is_in_the_table_with_what_follows() -> None:
    for code, meaning in MEANINGS.items():
        assert f"| {int(code)} | {meaning.sentence} | `{meaning.effect}` |" in _PAGE
