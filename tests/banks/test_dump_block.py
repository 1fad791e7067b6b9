from datetime import UTC, datetime

import pytest

from safelight.banks.dump_block import MAX_ROWS, pack_blocks, unpack_block
from safelight.banks.entry import Entry, EntryKey, Provenance
from safelight.errors import InvalidValue
from safelight.roles import Actor, ActorKind

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ACTOR = Actor(kind=ActorKind.SERVICE, name="x")


def _entry(number: int, **more: object) -> Entry:
    fields: dict[str, object] = {
        "id": number,
        "bank_id": 1,
        "signal_type": "pdq",
        "value": number.to_bytes(32, "big"),
        "label": None,
        "label_scheme": None,
        "key": None,
        "note": None,
        "provenance": Provenance(origin="x", format="csv", line=1, added_at=NOW, added_by=ACTOR),
        "disabled": False,
        "disabled_until": None,
    }
    return Entry(**fields | more)  # type: ignore[arg-type]  # the fields of an entry, some of them changed


def test_a_block_has_no_more_rows_than_one_may() -> None:
    blocks = list(pack_blocks(_entry(number) for number in range(MAX_ROWS + 1)))
    assert [rows for rows, _ in blocks] == [MAX_ROWS, 1]


def test_what_is_the_same_in_every_row_takes_next_to_no_room() -> None:
    ((_, body),) = pack_blocks(_entry(number, label="A1", note="the same") for number in range(MAX_ROWS))
    assert len(body) < 32 * MAX_ROWS + 200


def test_empty_texts_and_none_are_kept_apart() -> None:
    key = EntryKey(source="", environment="", issuer="", entry_id="7")
    ((_, body),) = pack_blocks([_entry(1, label="", key=key), _entry(2), _entry(3, label="A", note="")])
    first, second, third = unpack_block(body, 1).entries()
    assert (first.label, second.label, third.label) == ("", None, "A")
    assert (first.key, second.key) == (key, None)
    assert (second.note, third.note) == (None, "")


def test_entries_are_numbered_from_the_one_named() -> None:
    ((_, body),) = pack_blocks([_entry(1), _entry(2)])
    assert list(unpack_block(body, 100).lines) == [100, 101]


def test_what_is_no_block_is_refused() -> None:
    with pytest.raises(InvalidValue):
        unpack_block(bytes(100), 1)
