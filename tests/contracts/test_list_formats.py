"""What every list format keeps to, as a reader and, where it writes, as a writer."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import safelight.banks.exchanges
from safelight.banks.entry import Entry, EntryKey, NewEntry, Provenance
from safelight.banks.exchanges.bare_lines import BareLines
from safelight.banks.exchanges.csv_list import CsvList
from safelight.banks.exchanges.interface import ListReader, ListWriter, Rejected
from safelight.banks.exchanges.json_lines import JsonLines
from safelight.banks.exchanges.typed_lines import TypedLines
from safelight.banks.fields import Given
from safelight.banks.value import OpaqueText
from safelight.roles import Actor, ActorKind

GOOD, BAD = "ab" * 16, "5ecre7" * 5 + "zz"
# Each reader, and its list of: a good entry, a blank line, a bad entry, a good entry.
LISTS: list[tuple[ListReader, list[str]]] = [
    (BareLines(), [GOOD, "", BAD, GOOD]),
    (TypedLines(), [f"md5 {GOOD}", "", f"md5 {BAD}", f"md5 {GOOD}"]),
    (CsvList(columns={"value": 1}, has_header=False), [GOOD, "", BAD, GOOD]),
    (JsonLines(), [f'{{"value": "{GOOD}"}}', "", f'{{"value": "{BAD}"}}', f'{{"value": "{GOOD}"}}']),
]
OPAQUE = Given(opaque=OpaqueText.HEX)
WRITERS: list[tuple[ListWriter, ListReader]] = [
    (CsvList(), CsvList(given=OPAQUE)),
    (CsvList(delimiter="\t"), CsvList(delimiter="\t", given=OPAQUE)),
    (JsonLines(), JsonLines(given=OPAQUE)),
]
NOW = datetime(2026, 11, 23, 12, 0, 0, 5, tzinfo=UTC)
PROVENANCE = Provenance(
    origin="x", format="csv", line=1, added_at=NOW, added_by=Actor(kind=ActorKind.SERVICE, name="x")
)


def _ended(lines: Iterable[str], end: str) -> list[str]:
    return [line + end for line in lines]


def test_every_format_is_tested_here() -> None:
    folder = Path(safelight.banks.exchanges.__path__[0])
    assert {path.stem for path in folder.glob("*.py")} - {"__init__", "interface"} == {
        type(reader).__module__.rpartition(".")[2] for reader, _ in LISTS
    }


@pytest.mark.parametrize(("reader", "lines"), LISTS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_reader_gives_one_item_for_each_entry_with_its_line(reader: ListReader, lines: list[str], end: str) -> None:
    first, bad, last = reader.read(_ended(lines, end))
    assert isinstance(first, NewEntry)
    assert isinstance(last, NewEntry)
    assert (first.signal_type, first.value) == ("md5", b"\xab" * 16)
    assert isinstance(bad, Rejected)
    assert (first.line, bad.line, last.line) == (1, 3, 4)


@pytest.mark.parametrize(("reader", "lines"), LISTS)
def test_the_reason_of_a_rejection_never_repeats_the_value(reader: ListReader, lines: list[str]) -> None:
    reasons = [item.reason for item in reader.read(_ended(lines, "\n")) if isinstance(item, Rejected)]
    assert reasons
    assert not any("5ecre7" in reason.lower() for reason in reasons)


@pytest.mark.parametrize(("reader", "lines"), LISTS)
def test_a_reader_reads_as_it_goes_and_keeps_nothing(reader: ListReader, lines: list[str]) -> None:
    given = 0

    def endless() -> Iterable[str]:
        nonlocal given
        while True:
            given += 1
            yield lines[0] + "\n"

    items = iter(reader.read(endless()))
    for _ in range(10):
        next(items)
    assert given <= 11


def _entry(**more: object) -> Entry:
    fields = {
        "id": 1,
        "bank_id": 1,
        "signal_type": "md5",
        "value": b"\xab" * 16,
        "label": None,
        "label_scheme": None,
        "key": None,
        "note": None,
        "provenance": PROVENANCE,
        "disabled": False,
        "disabled_until": None,
    }
    return Entry(**fields | more)  # type: ignore[arg-type]  # the fields of an entry, some of them changed


ENTRIES = [
    _entry(),
    _entry(signal_type="photodna", value=bytes(144)),
    _entry(label='A1, "so called"', label_scheme="ncmec", note="one\ntwo;\tthree"),
    _entry(key=EntryKey(source="s", environment="e", issuer="", entry_id="7")),
    _entry(disabled=True),
    _entry(disabled=True, disabled_until=NOW),
    _entry(label="日本", note="=1+1"),
]


@pytest.mark.parametrize(("writer", "reader"), WRITERS)
@pytest.mark.parametrize("entry", ENTRIES)
def test_what_a_writer_wrote_its_reader_reads_back_the_same(
    writer: ListWriter, reader: ListReader, entry: Entry
) -> None:
    text = "".join(writer.write([entry, entry]))
    items = list(reader.read(text.splitlines(keepends=True)))
    assert len(items) == 2
    for item in items:
        assert isinstance(item, NewEntry)
        assert (item.signal_type, item.value, item.label) == (entry.signal_type, entry.value, entry.label)
        assert (item.label_scheme, item.key, item.note) == (entry.label_scheme, entry.key, entry.note)
        assert (item.is_disabled, item.disabled_until) == (entry.disabled, entry.disabled_until)


@pytest.mark.parametrize(("writer", "reader"), WRITERS)
def test_an_empty_bank_is_written_as_a_list_without_entries(writer: ListWriter, reader: ListReader) -> None:
    assert list(reader.read(writer.write([]))) == []
