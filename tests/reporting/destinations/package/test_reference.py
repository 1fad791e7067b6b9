"""The reference page has every record, field and word of the form, and every setting, as they are."""

import re
from pathlib import Path

from safelight.reporting.destinations.package.model.file import ReportedFile
from safelight.reporting.destinations.package.model.report import PackageReport
from safelight.reporting.destinations.package.setup import read_setup, setup_bytes
from safelight.reporting.destinations.package.wants import completeness_of
from safelight.reporting.form.plain_kinds import Choice
from safelight.reporting.form.slot import Tags, slots_of

DOCS = Path(__file__).parents[4] / "docs"
PAGE = (DOCS / "reference" / "package.md").read_text()


def records(kind: type):
    yield kind
    for slot in slots_of(kind):
        for each in slot.records:
            yield from records(each)


def test_every_field_is_in_its_records_line_in_order_with_how_often_it_stands() -> None:
    for kind in {*records(PackageReport), *records(ReportedFile)}:
        (line,) = [each for each in PAGE.splitlines() if each.startswith(f"| `{kind.__name__}` |")]
        marks = {slot.name: "*" if slot.is_many else "" if slot.is_required else "?" for slot in slots_of(kind)}
        told = [part.split("(")[0].strip() for part in line.split("|")[2].split(" · ")]
        assert told == [f"`{name}`{mark}" for name, mark in marks.items()]


def test_every_word_is_in_it() -> None:
    for kind in {*records(PackageReport), *records(ReportedFile)}:
        for slot in slots_of(kind):
            options = slot.place.options if isinstance(slot.place, Tags) else getattr(slot.kind, "options", ())
            assert isinstance(slot.kind, Choice | None) or not options
            assert all(f"`{each.value}`" in PAGE for each in options)


def test_every_want_is_in_it_with_its_weight(sender) -> None:
    lacks = completeness_of(sender.paper_of(sender.BRIEF, sender.BRIEF_FILE)).lacks
    assert all(f"`{each.name}` {each.weight}" in PAGE for each in lacks)


def test_the_setup_of_the_how_to_can_be_read_and_has_every_field() -> None:
    page = (DOCS / "how-to" / "hand-over-a-report.md").read_text()
    (told,) = re.findall(r"```json\n(.*?)```", page, flags=re.DOTALL)
    setup = read_setup(told.encode())
    names = re.findall(r'"(\w+)":', setup_bytes(setup).decode())
    assert all(f"| `{name}` |" in PAGE and f'"{name}":' in told for name in names)
