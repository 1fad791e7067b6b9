from datetime import UTC, datetime

import pytest

from safelight.banks.entry import NewEntry, staged_row
from safelight.banks.entry_block import EntryBlock, staged_rows
from safelight.errors import InvalidValue

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLAIN: dict[str, object] = {"lines": [1, 2], "signal_types": ["md5", "pdq"], "values": [bytes(16), bytes(32)]}
FULL: dict[str, object] = PLAIN | {
    "labels": ["A", None],
    "label_schemes": [None, "s"],
    "keys": (["s", None], ["", None], ["i", None], ["7", None]),
    "notes": ["one\ntwo", None],
    "are_disabled": [False, True],
    "disabled_until": [None, NOW],
}


def _block(fields: dict[str, object]) -> EntryBlock:
    return EntryBlock(**fields)  # type: ignore[arg-type]  # the fields of a block


@pytest.mark.parametrize("fields", [PLAIN, FULL])
def test_a_block_becomes_the_rows_that_its_entries_become(fields: dict[str, object]) -> None:
    block = _block(fields)
    assert staged_rows(block) == [staged_row(entry) for entry in block.entries()]
    assert len(block) == 2


def test_columns_that_are_left_out_are_empty() -> None:
    assert list(_block(PLAIN).entries()) == [
        NewEntry(signal_type="md5", value=bytes(16), line=1),
        NewEntry(signal_type="pdq", value=bytes(32), line=2),
    ]


@pytest.mark.parametrize(
    "fault",
    [
        {"values": [b"", bytes(32)]},
        {"values": [bytes(16), bytes((1 << 20) + 1)]},
        {"labels": [None, "x" * 501]},
        {"labels": ["a", "b\0"]},
        {"label_schemes": ["\ud800", None]},
        {"notes": ["x" * 2_001, None]},
        {"notes": ["a\0", "b"]},
        {"keys": (["s", None], ["\x1f", None], ["i", None], ["7", None])},
        {"disabled_until": [NOW.replace(tzinfo=None), None]},
    ],
)
def test_a_block_with_anything_that_cannot_be_stored_is_refused(fault: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        staged_rows(_block(FULL | fault))


def test_a_long_text_may_be_as_long_as_one_may_whatever_the_others_are() -> None:
    staged_rows(_block(PLAIN | {"labels": ["ä" * 500, "日" * 500], "notes": ["x" * 2_000, "y\t" * 1_000]}))
