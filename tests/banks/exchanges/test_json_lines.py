import json

import pytest

from safelight.banks.entry import EntryKey, NewEntry
from safelight.banks.exchanges.interface import Rejected
from safelight.banks.exchanges.json_lines import JsonLines

MD5 = "ab" * 16


def _read(read_list, members: object) -> NewEntry | Rejected:
    (item,) = read_list(JsonLines(), json.dumps(members) + "\n")
    return item


def test_members_are_the_fields_of_an_entry(read_list) -> None:
    item = _read(
        read_list, {"signal_type": "md5", "value": MD5, "label": 3, "source": "s", "entry_id": 12, "note": None}
    )
    assert item == NewEntry(
        signal_type="md5",
        value=b"\xab" * 16,
        label="3",
        key=EntryKey(source="s", environment="", issuer="", entry_id="12"),
        line=1,
    )


@pytest.mark.parametrize(
    "members",
    [
        ["md5", MD5],
        {"value": MD5, "lable": "A1"},
        {"value": 17},
        {"value": MD5, "note": ["x"]},
        {"value": MD5, "label": True},
        {"value": MD5, "label": 1.5},
        {"label": "A1"},
    ],
)
def test_anything_else_is_rejected(read_list, members: object) -> None:
    assert isinstance(_read(read_list, members), Rejected)


@pytest.mark.parametrize("line", ["{\n", "x\n", '{"value": "' + MD5 + "\n", "[" * 100_000 + "\n", "NaN\n"])
def test_what_is_not_json_is_rejected_without_repeating_it(read_list, line: str) -> None:
    (item,) = read_list(JsonLines(), line)
    assert isinstance(item, Rejected)
    assert MD5 not in item.reason
