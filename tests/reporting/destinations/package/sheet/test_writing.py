"""Everything that a report says is on its sheet, in the sheet's language."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from safelight.reporting.destinations.package.setup import Language
from safelight.reporting.destinations.package.sheet.sheet import Entry, Heading, Passage
from safelight.reporting.destinations.package.sheet.writing import SheetFile, write_sheet
from safelight.reporting.form.slot import filled_slots


def file_of(sender, **more) -> SheetFile:
    told = {"size_bytes": 7, "md5": "m" * 32, "sha1": "s" * 40, "sha256": "t" * 64, "answer": "no", "sentence": "So."}
    return SheetFile(part="files/0001", record=sender.FULL_FILE, **{**told, **more})


def texts(sheet) -> str:
    return "\n".join(each.text for each in sheet.items if isinstance(each, Entry | Passage))


def leaves(record: object) -> Iterator[str]:
    for filled in filled_slots(record, ""):
        if filled.slot.records:
            yield from leaves(filled.value)
        elif type(filled.value) in (str, int):
            yield str(filled.value)


@pytest.mark.parametrize("language", list(Language))
def test_every_text_of_a_report_and_of_a_file_is_on_it(sender, language: Language) -> None:
    setup = replace(sender.setup, language=language)
    told = texts(write_sheet(setup, sender.MARK, sender.FULL, (file_of(sender),)))
    for leaf in (*leaves(sender.FULL), *leaves(sender.FULL_FILE)):
        assert leaf in told, leaf
    for each in (setup.recipient_name, setup.organisation, setup.contact, sender.MARK, "m" * 32, "t" * 64):
        assert each in told
    assert "2026-04-01 09:30:15 UTC" in told


def test_it_is_in_its_language(sender) -> None:
    spanish = write_sheet(replace(sender.setup, language=Language.SPANISH), sender.MARK, sender.FULL, ())
    assert "Material de abuso sexual infantil" in texts(spanish)
    assert "Qu\u00e9 ocurri\u00f3" in {each.text for each in spanish.items if isinstance(each, Heading)}


def test_a_danger_is_told_first(sender) -> None:
    first = write_sheet(sender.setup, sender.MARK, sender.FULL, ()).items[0]
    assert isinstance(first, Passage)
    assert first.is_alarm
    assert sender.FULL.incident.escalation in first.text


def test_what_is_left_out_of_the_report_is_left_out_of_the_sheet(sender) -> None:
    sheet = write_sheet(sender.setup, sender.MARK, sender.BRIEF, ())
    sections = [each.text for each in sheet.items if isinstance(each, Heading) and each.level == 1]
    assert sections == ["What happened", "The account that is reported", "Files", "About this sheet"]
    assert "No file goes with this report." in texts(sheet)


def test_whether_a_file_was_viewed_is_said_with_the_logs_sentence(sender) -> None:
    for answer, word in (("yes", "Yes. So."), ("no", "No. So."), ("unknown", "Not known. So.")):
        assert word in texts(write_sheet(sender.setup, sender.MARK, sender.BRIEF, (file_of(sender, answer=answer),)))
