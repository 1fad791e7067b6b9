from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from safelight.banks.collation import SHOWN_FAULTS, Collation, chunks
from safelight.banks.entry import EntryKey, NewEntry, StagedRow
from safelight.banks.entry_block import EntryBlock
from safelight.banks.exchanges.interface import ListHead, Rejected, Unit
from safelight.errors import ListRefused


@pytest.fixture
def collation() -> Iterator[Collation]:
    with Collation.scratch() as scratch:
        yield Collation(scratch)


def _entry(number: int, line: int, label: str | None = None) -> NewEntry:
    return NewEntry(signal_type="md5", value=number.to_bytes(16, "big"), line=line, label=label)


def _keyed(entry_id: str, number: int, line: int) -> NewEntry:
    key = EntryKey(source="s", environment="e", issuer="i", entry_id=entry_id)
    return NewEntry(signal_type="md5", value=number.to_bytes(16, "big"), line=line, key=key)


def test_every_distinct_entry_comes_back_once_sorted_by_identity(collation: Collation) -> None:
    collation.gather(_entry(number, number + 1) for number in range(12_000))
    rows = list(collation.distinct_rows())
    assert len(rows) == 12_000
    assert [row.identity for row in rows] == sorted(row.identity for row in rows)
    assert {row.value for row in rows} == {number.to_bytes(16, "big") for number in range(12_000)}


def test_of_lines_that_repeat_an_entry_the_last_counts_and_the_others_are_counted(collation: Collation) -> None:
    collation.gather([_entry(1, 1, "A1"), _entry(2, 2), _entry(1, 3, "A2"), _entry(1, 4, "B1")])
    rows = sorted(collation.distinct_rows(), key=lambda row: row.line or 0)
    assert [(row.line, row.label) for row in rows] == [(2, None), (4, "B1")]
    assert collation.duplicates == 2


def test_one_key_with_two_values_is_refused_with_the_lines(collation: Collation) -> None:
    collation.gather([_keyed("a", 1, 1), _keyed("b", 1, 2), _keyed("a", 2, 3)])
    with pytest.raises(ListRefused, match=r"line 3: another value for the key of line 1"):
        list(collation.distinct_rows())


def test_after_one_key_with_two_values_nothing_more_is_given_to_be_stored(collation: Collation) -> None:
    collation.gather(_keyed(str(line % 50), line, line) for line in range(1, 101))
    given = []
    with pytest.raises(ListRefused, match="50 lines"):
        given.extend(collation.distinct_rows())
    assert given == []


def test_rejected_lines_refuse_the_list_with_the_first_twenty_and_a_count(collation: Collation) -> None:
    faults = [Rejected(line=line, reason="odd") for line in range(1, 30)]
    with pytest.raises(ListRefused) as caught:
        collation.gather([_entry(1, 40), *faults])
    message = str(caught.value)
    assert message.startswith("29 lines")
    assert message.count("\n  line ") == SHOWN_FAULTS
    assert "line 20: odd" in message
    assert "line 21:" not in message
    assert "and 9 more" in message


def test_what_cannot_be_stored_is_a_rejected_line(collation: Collation) -> None:
    with pytest.raises(ListRefused, match="line 7: a label"):
        collation.gather([_entry(1, 7, "a\0b")])


def test_an_empty_list_is_refused(collation: Collation) -> None:
    with pytest.raises(ListRefused, match="no entry"):
        collation.gather([])


def test_fewer_entries_than_expected_are_refused(collation: Collation) -> None:
    collation.gather([_entry(1, 1), _entry(2, 2)])
    collation.require_at_least(2)
    with pytest.raises(ListRefused, match="at least 3"):
        collation.require_at_least(3)


def test_blocks_and_entries_that_come_alone_are_put_together(collation: Collation) -> None:
    block = EntryBlock(lines=[2, 3], signal_types=["md5"] * 2, values=[bytes([1]) * 16, bytes([2]) * 16])
    collation.gather([_entry(7, 1), block, _entry(8, 4)])
    assert collation.entries == 4
    rows = sorted(collation.distinct_rows(), key=lambda row: row.line or 0)
    assert [row.line for row in rows] == [1, 2, 3, 4]


def test_of_lines_that_repeat_each_other_the_last_counts_however_they_came(collation: Collation) -> None:
    value = (1).to_bytes(16, "big")
    block = EntryBlock(lines=[2, 3], signal_types=["md5"] * 2, values=[value] * 2, labels=["B", "C"])
    collation.gather([_entry(1, 1, "A"), block, _entry(1, 4, "D")])
    assert [row.label for row in collation.distinct_rows()] == ["D"]
    assert collation.duplicates == 3


def test_a_fault_in_a_block_is_told_with_its_line_and_in_the_order_of_the_list(collation: Collation) -> None:
    block = EntryBlock(
        lines=[2, 3, 4], signal_types=["md5"] * 3, values=[bytes(16), b"", bytes(16)], labels=["A", "B", "C\0"]
    )
    with pytest.raises(ListRefused) as caught:
        collation.gather([Rejected(line=1, reason="odd"), block, _entry(1, 5, "a\0")])
    faults = str(caught.value).splitlines()[1:]
    assert [fault.split(":")[0].strip() for fault in faults] == ["line 1", "line 3", "line 4", "line 5"]


def test_a_list_of_entries_is_told_of_in_entries() -> None:
    with Collation.scratch() as scratch, pytest.raises(ListRefused, match=r"1 entries cannot[^\0]*entry 7: odd"):
        Collation(scratch, unit=Unit.ENTRY).gather([Rejected(line=7, reason="odd")])


def test_what_a_list_says_of_its_bank_is_kept(collation: Collation) -> None:
    head = ListHead(
        bank="x", is_allow_list=False, written_at=datetime(2026, 11, 23, tzinfo=UTC), counts={}, thresholds={}
    )
    collation.gather([head, _entry(1, 1)])
    assert collation.head == head


def test_a_list_is_refused_by_what_it_says_of_its_bank_before_any_entry_is_read() -> None:
    head = ListHead(
        bank="x", is_allow_list=True, written_at=datetime(2026, 11, 23, tzinfo=UTC), counts={}, thresholds={}
    )
    seen: list[ListHead] = []

    def refuse(head: ListHead) -> None:
        seen.append(head)
        raise ListRefused("Not this one.")

    with Collation.scratch() as scratch:
        collation = Collation(scratch, check_head=refuse)
        with pytest.raises(ListRefused, match="Not this one"):
            collation.gather([head, _entry(1, 1)])
    assert (seen, collation.entries, collation.head) == ([head], 0, None)


def test_chunks_have_the_lengths_asked_for_and_the_order_of_the_list(collation: Collation) -> None:
    collation.gather(_entry(number, 10 - number) for number in range(10))
    parts: list[list[StagedRow]] = list(chunks(collation.distinct_rows(), iter([4, 2, 9, 9])))
    assert [len(part) for part in parts] == [4, 2, 4]
    assert all([row.line for row in part] == sorted(row.line or 0 for row in part) for part in parts)
