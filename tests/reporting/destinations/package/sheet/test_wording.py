"""Both languages have a text for everything that a sheet may say, and no other."""

import dataclasses
from collections.abc import Iterator
from enum import StrEnum

import pytest

from safelight.reporting.destinations.package.model.file import ReportedFile
from safelight.reporting.destinations.package.model.report import PackageReport
from safelight.reporting.destinations.package.setup import Language
from safelight.reporting.destinations.package.sheet.wording import wording
from safelight.reporting.form.plain_kinds import Choice
from safelight.reporting.form.slot import Tags, slots_of


def records(kind: type) -> Iterator[type]:
    yield kind
    for slot in slots_of(kind):
        for each in slot.records:
            yield from records(each)


def lists(kind: type) -> Iterator[type[StrEnum]]:
    for slot in slots_of(kind):
        if isinstance(slot.place, Tags):
            yield slot.place.options
        elif isinstance(slot.kind, Choice):
            yield slot.kind.options


ALL = {*records(PackageReport), *records(ReportedFile)}


@pytest.mark.parametrize("language", list(Language))
def test_every_field_and_every_word_has_its_text(language: Language) -> None:
    texts = wording(language).texts
    fields = {kind.__name__: {slot.name for slot in slots_of(kind)} for kind in ALL}
    assert {name: set(texts[name]) for name in texts.keys() - {"sheet", "words"}} == fields
    words = {each.__name__: {word.value for word in each} for kind in ALL for each in lists(kind)}
    assert {name: set(told) for name, told in texts["words"].items()} == words


def test_the_languages_have_the_same_texts_with_the_same_places() -> None:
    first, second = (wording(each).texts["sheet"] for each in Language)
    assert first.keys() == second.keys()
    for name, text in first.items():
        assert {part.split("}")[0] for part in text.split("{")[1:]} == {
            part.split("}")[0] for part in second[name].split("{")[1:]
        }, name


def test_every_text_can_be_printed_as_it_is() -> None:
    for language in Language:
        texts = wording(language).texts
        for section in (*texts.values(), *texts["words"].values()):
            assert all(text.isprintable() for text in section.values() if isinstance(text, str))


def test_records_are_those_of_the_form() -> None:
    assert all(dataclasses.is_dataclass(each) for each in ALL)
