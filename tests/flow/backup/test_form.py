"""Header and end come back as they were written, and names say what a member is."""

import pytest

from safelight.database.dump import ColumnKind, TableHead
from safelight.errors import BackupRefused
from safelight.flow.backup import form
from safelight.vault.tar_stream import member

HEADER = form.Header(
    installation="0" * 32,
    made_at="2026-11-23T12:00:00+00:00",
    program="1.0",
    revision="0005",
    tables=(TableHead(name="t", columns=(("a", ColumnKind.BYTES), ("b", ColumnKind.MOMENT))),),
)
END = form.End(rows=1, blobs=2, ledger=3, gone_blobs=("a",), destroyed=(("e", "2026-11-23"),), sha256="0" * 64)


def test_header_and_end_come_back_as_they_were() -> None:
    assert form.read_header(form.write_header(HEADER)) == HEADER
    assert form.read_end(form.write_end(END)) == END


@pytest.mark.parametrize("data", [b"", b"x", b"[]", b"{}", b'{"format": "x"}', b'{"format": "safelight backup"}'])
def test_what_is_no_header_is_refused(data: bytes) -> None:
    with pytest.raises(BackupRefused, match="no backup"):
        form.read_header(data)


@pytest.mark.parametrize(("old", "new"), [(b'"tables"', b'"table"'), (b'"bytes"', b'"number"'), (b'"program"', b'"x"')])
def test_a_header_with_other_fields_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(BackupRefused, match="no backup"):
        form.read_header(form.write_header(HEADER).replace(old, new))


def test_a_header_of_a_newer_format_says_so() -> None:
    with pytest.raises(BackupRefused, match="newer"):
        form.read_header(form.write_header(HEADER).replace(b'"version": 1', b'"version": 2'))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", form.write_end(END).replace(b'"rows"', b'"row"')])
def test_what_is_no_end_is_refused(data: bytes) -> None:
    with pytest.raises(BackupRefused):
        form.read_end(data)


def test_names_say_what_a_member_is() -> None:
    blob_id = "0123456789abcdef" * 2
    assert form.table_of(form.block_name("bank_entries", 7)) == "bank_entries"
    assert form.blob_of(form.blob_name(blob_id)) == blob_id
    assert form.record_of(form.ledger_name(blob_id)) == blob_id


@pytest.mark.parametrize(
    "name", ["", "blobs/../x", "blobs/" + "F" * 32, "ledger/", "ledger/.x", "ledger/a/b", "database/x/1.jsonl", "/x"]
)
def test_any_other_name_is_nothing(name: str) -> None:
    assert (form.table_of(name), form.blob_of(name), form.record_of(name)) == (None, None, None)


def test_the_digest_tells_names_sizes_order_and_bytes_apart() -> None:
    lists = [
        [("a", b"xy")],
        [("b", b"xy")],
        [("a", b"x"), ("a", b"y")],
        [("a", b"xy"), ("b", b"")],
        [("b", b""), ("a", b"xy")],
        [("a", b"xz")],
        [],
    ]
    digests = set()
    for names in lists:
        tally = form.Tally()
        for name, data in names:
            assert b"".join(tally.watched(member(name, data)).pieces) == data
        digests.add(tally.hexdigest())
    assert len(digests) == len(lists)
