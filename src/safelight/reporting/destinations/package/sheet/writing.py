"""Writing a sheet: every field of the form that says something, in the form's order, and each file with its digests."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from safelight.reporting.destinations.package.model.file import ReportedFile
from safelight.reporting.destinations.package.model.report import PackageReport
from safelight.reporting.destinations.package.setup import PackageSetup
from safelight.reporting.destinations.package.sheet.sheet import Entry, Heading, Item, Passage, Sheet
from safelight.reporting.destinations.package.sheet.wording import Wording, wording
from safelight.reporting.form.slot import Slot, slots_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFile:
    """One file as the sheet tells of it. `answer` is yes, no or unknown, as the log had it when the package was made.

    `part` is its name in the package. Digests are in hexadecimal.
    """

    part: str
    record: ReportedFile = field(repr=False)
    size_bytes: int
    md5: str = field(repr=False)
    sha1: str = field(repr=False)
    sha256: str = field(repr=False)
    answer: str
    sentence: str


def write_sheet(setup: PackageSetup, mark: str, report: PackageReport, files: tuple[SheetFile, ...]) -> Sheet:
    """Return the sheet of a report. The same report gives the same sheet."""
    words = wording(setup.language)
    return Sheet(
        title=words.of_sheet("title"),
        running=f"{words.of_sheet('mark')}: {mark}   {words.of_sheet('recipient')}: {setup.recipient_name}",
        page=words.of_sheet("page", page="{page}", pages="{pages}"),
        language=setup.language.value,
        stamp=words.of_sheet("test") if setup.is_test else "",
        unshown=words.of_sheet("unshown"),
        items=tuple(_Writing(words).items(setup, mark, report, files)),
    )


class _Writing:
    def __init__(self, words: Wording) -> None:
        self._words = words

    def items(
        self, setup: PackageSetup, mark: str, report: PackageReport, files: tuple[SheetFile, ...]
    ) -> Iterator[Item]:
        say = self._words.of_sheet
        if setup.is_test:
            yield Passage(text=say("test_notice"), is_alarm=True)
        if report.incident.is_imminent:
            yield Passage(text=f"{say('danger')}\n{report.incident.escalation or ''}".strip(), is_alarm=True)
        heads = {"recipient": setup.recipient_name, "organisation": setup.organisation, "contact": setup.contact}
        for name, text in {**heads, "mark": mark}.items():
            yield Entry(label=say(name), text=text)
        yield from self._sections(report)
        yield Heading(text=say("files"), level=1)
        if not files:
            yield Passage(text=say("no_files"))
        for number, file in enumerate(files, start=1):
            yield from self._file(file, number, len(files))
        yield Heading(text=say("about"), level=1)
        yield Passage(text=say("about_text"))

    def _sections(self, report: PackageReport) -> Iterator[Item]:
        for slot in slots_of(PackageReport):
            value = getattr(report, slot.field)
            if value in (None, ()):
                continue
            yield Heading(text=self._words.of_field(PackageReport, slot.name), level=1)
            if isinstance(value, str):
                yield Passage(text=value)
            elif slot.is_many:
                yield from self._numbered(slot, PackageReport, value)
            else:
                yield from self._record(value, level=1)

    def _numbered(self, slot: Slot, owner: type, values: tuple[Any, ...], level: int = 2) -> Iterator[Item]:
        name = self._words.of_field(owner, slot.name)
        for number, each in enumerate(values, start=1):
            if len(values) > 1 or level > 2:
                yield Heading(text=f"{name} ({number}/{len(values)})", level=level)
            yield from self._record(each, level=level)

    def _record(self, record: Any, level: int) -> Iterator[Item]:
        for slot in slots_of(type(record)):
            value = getattr(record, slot.field)
            if value in (None, (), frozenset()):
                continue
            label = self._words.of_field(type(record), slot.name)
            if not slot.records:
                yield Entry(label=label, text=self._text(value), level=level)
            elif slot.is_many:
                yield from self._numbered(slot, type(record), value, 3)
            else:
                yield Heading(text=label, level=3)
                yield from self._record(value, level=3)

    def _file(self, file: SheetFile, number: int, count: int) -> Iterator[Item]:
        say = self._words.of_sheet
        yield Heading(text=say("file", number=number, count=count, part=file.part), level=2)
        yield Entry(label=say("size"), text=say("bytes", count=file.size_bytes), level=2)
        for name in ("md5", "sha1", "sha256"):
            yield Entry(label=say(name), text=getattr(file, name), level=2)
        yield Entry(label=say("viewed"), text=f"{say(f'viewed_{file.answer}')}. {file.sentence}", level=2)
        yield from self._record(file.record, level=2)

    def _text(self, value: Any) -> str:
        match value:
            case bool():
                return self._words.of_flag(value)
            case StrEnum():
                return self._words.of_word(value)
            case datetime():
                return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
            case date():
                return value.isoformat()
            case frozenset():
                return "; ".join(self._words.of_word(each) for each in sorted(value))
            case tuple():
                return "\n".join(self._text(each) for each in value)
            case _:
                return str(value)
