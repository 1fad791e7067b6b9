"""What every list format keeps to, as a reader and, where it writes, as a writer."""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import safelight.banks.exchanges
from safelight.banks.entry import Entry, EntryKey, NewEntry, Provenance
from safelight.banks.entry_block import EntryBlock
from safelight.banks.exchanges.bank_dump import BankDump
from safelight.banks.exchanges.bare_lines import BareLines
from safelight.banks.exchanges.csv_list import CsvList
from safelight.banks.exchanges.interface import ListHead, ListReader, ListWriter, Rejected
from safelight.banks.exchanges.json_lines import JsonLines
from safelight.banks.exchanges.typed_lines import TypedLines
from safelight.banks.fields import Given
from safelight.banks.list_format import ListFormat
from safelight.banks.list_source import BLOCK_BYTES, ListSource
from safelight.banks.value import OpaqueText
from safelight.errors import ListRefused
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
    (BankDump(), BankDump()),
]
NOW = datetime(2026, 11, 23, 12, 0, 0, 5, tzinfo=UTC)
PROVENANCE = Provenance(
    origin="x", format="csv", line=1, added_at=NOW, added_by=Actor(kind=ActorKind.SERVICE, name="x")
)


HEAD = ListHead(bank="known", is_allow_list=False, written_at=NOW, counts={}, thresholds={"pdq": 20})


def _text(lines: Sequence[str], end: str = "\n") -> bytes:
    return "".join(line + end for line in lines).encode()


def _read(reader: ListReader, data: bytes) -> list[NewEntry | Rejected]:
    items: list[NewEntry | Rejected] = []
    for item in reader.read(ListSource(io.BytesIO(data))):
        if isinstance(item, EntryBlock):
            items += item.entries()
        elif not isinstance(item, ListHead):
            items.append(item)
    return items


def _written(writer: ListWriter, entries: Sequence[Entry]) -> bytes:
    counts = Counter(entry.signal_type for entry in entries)
    return b"".join(writer.write(entries, replace(HEAD, counts=counts)))


def test_every_format_is_tested_here() -> None:
    folder = Path(safelight.banks.exchanges.__path__[0])
    members = {path.stem for path in folder.glob("*.py")} - {"__init__", "interface"}
    readers = [reader for reader, _ in LISTS] + [reader for _, reader in WRITERS]
    assert members == {type(reader).__module__.rpartition(".")[2] for reader in readers}


@pytest.mark.parametrize("reader", [reader for reader, _ in LISTS] + [reader for _, reader in WRITERS])
def test_the_name_of_a_format_is_one_that_can_be_asked_for(reader: ListReader) -> None:
    assert reader.format in set(ListFormat)


@pytest.mark.parametrize(("reader", "lines"), LISTS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_reader_gives_one_item_for_each_entry_with_its_line(reader: ListReader, lines: list[str], end: str) -> None:
    first, bad, last = _read(reader, _text(lines, end))
    assert isinstance(first, NewEntry)
    assert isinstance(last, NewEntry)
    assert (first.signal_type, first.value) == ("md5", b"\xab" * 16)
    assert isinstance(bad, Rejected)
    assert (first.line, bad.line, last.line) == (1, 3, 4)


@pytest.mark.parametrize(("reader", "lines"), LISTS)
def test_many_good_lines_are_numbered_as_they_stand(reader: ListReader, lines: list[str]) -> None:
    items = _read(reader, _text([lines[0]] * 20_000))
    assert [item.line for item in items] == list(range(1, 20_001))
    assert all(isinstance(item, NewEntry) and item.value == b"\xab" * 16 for item in items)


@pytest.mark.parametrize(("reader", "lines"), LISTS)
def test_the_reason_of_a_rejection_never_repeats_the_value(reader: ListReader, lines: list[str]) -> None:
    reasons = [item.reason for item in _read(reader, _text(lines)) if isinstance(item, Rejected)]
    assert reasons
    assert not any("5ecre7" in reason.lower() for reason in reasons)


class _Endless(io.RawIOBase):
    """Gives the same piece again and again, and counts the bytes."""

    def __init__(self, start: bytes, piece: bytes) -> None:
        self._next = start
        self._piece = piece
        self.given = 0

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        while len(self._next) < size:
            self._next += self._piece
        data, self._next = self._next[:size], self._next[size:]
        self.given += size
        return data


@pytest.mark.parametrize(("reader", "lines"), LISTS)
def test_a_reader_reads_as_it_goes_and_keeps_nothing(reader: ListReader, lines: list[str]) -> None:
    file = _Endless(b"", (lines[0] + "\n").encode())
    items = iter(reader.read(ListSource(file)))  # type: ignore[arg-type]  # only read is used
    for _ in range(10):
        next(items)
    assert file.given <= 12 * BLOCK_BYTES


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
    items = _read(reader, _written(writer, [entry, ENTRIES[0], entry]))
    assert len(items) == 3
    for item in (items[0], items[2]):
        assert isinstance(item, NewEntry)
        assert _said(item) == _said(entry)
        assert item.is_disabled == entry.disabled


@pytest.mark.parametrize(("writer", "reader"), WRITERS)
def test_the_form_of_the_list_tells_entries_apart_by_their_place(writer: ListWriter, reader: ListReader) -> None:
    items = _read(reader, _written(writer, ENTRIES * 3_000))
    assert [_said(item) for item in items] == [_said(entry) for entry in ENTRIES * 3_000]  # type: ignore[arg-type]
    lines = [item.line or 0 for item in items]
    assert lines == sorted(set(lines))


@pytest.mark.parametrize(("writer", "reader"), WRITERS)
def test_a_writer_writes_as_it_goes(writer: ListWriter, reader: ListReader) -> None:
    given = 0

    def endless() -> Iterator[Entry]:
        nonlocal given
        while True:
            given += 1
            yield ENTRIES[0]

    pieces = writer.write(endless(), HEAD)
    for _ in range(3):
        next(pieces)
    assert given <= 3 * 4_096 + 1


@pytest.mark.parametrize(("writer", "reader"), WRITERS)
def test_an_empty_bank_is_written_as_a_list_without_entries(writer: ListWriter, reader: ListReader) -> None:
    assert _read(reader, _written(writer, [])) == []


@pytest.mark.parametrize(("writer", "reader"), WRITERS)
@pytest.mark.parametrize("entry", ENTRIES[1:])
def test_a_list_that_is_cut_short_is_refused_or_gives_only_entries_that_were_in_it(
    writer: ListWriter, reader: ListReader, entry: Entry
) -> None:
    data = _written(writer, [ENTRIES[0], entry])
    for length in range(0, len(data), 7):
        try:
            items = _read(reader, data[:length])
        except ListRefused:
            continue
        assert all(isinstance(item, Rejected) or _said(item) in map(_said, (ENTRIES[0], entry)) for item in items)


def _said(entry: Entry | NewEntry) -> tuple[object, ...]:
    named = (entry.label, entry.label_scheme, entry.key, entry.note)
    return (entry.signal_type, entry.value, *named, entry.disabled_until)
