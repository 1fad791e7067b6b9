"""Bank dumps: what is said of the bank, and what is refused. That nothing is lost, the contract suite shows."""

import io
import json
import random
import struct
import tracemalloc
import zlib
from datetime import UTC, datetime

import pytest

from safelight.banks.dump_frames import DONE, HEAD, MAGIC, ROWS, FrameWriter
from safelight.banks.entry import Entry, NewEntry, Provenance
from safelight.banks.entry_block import EntryBlock
from safelight.banks.exchanges.bank_dump import BankDump
from safelight.banks.exchanges.interface import Item, ListHead, Rejected
from safelight.banks.list_source import ListSource
from safelight.errors import ListRefused
from safelight.roles import Actor, ActorKind

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ACTOR = Actor(kind=ActorKind.SERVICE, name="x")
PROVENANCE = Provenance(origin="x", format="csv", line=1, added_at=NOW, added_by=ACTOR)
DUMP = BankDump()


def _entry(number: int, *, signal_type: str = "md5", note: str | None = None, value: bytes = b"") -> Entry:
    return Entry(
        id=number,
        bank_id=1,
        signal_type=signal_type,
        value=value or number.to_bytes(16, "big"),
        label="A1",
        label_scheme=None,
        key=None,
        note=note,
        provenance=PROVENANCE,
        disabled=False,
        disabled_until=None,
    )


def _head(count: int) -> ListHead:
    return ListHead(bank="known", is_allow_list=False, written_at=NOW, counts={"md5": count}, thresholds={"pdq": 20})


def _dump(count: int) -> bytes:
    return b"".join(DUMP.write((_entry(number) for number in range(count)), _head(count)))


def _items(data: bytes) -> list[Item]:
    return list(DUMP.read(ListSource(io.BytesIO(data))))


def _made_by_hand(*frames: tuple[bytes, bytes]) -> bytes:
    writer = FrameWriter()
    return writer.start + b"".join(writer.frame(kind, body) for kind, body in frames)


def _head_body(count: int) -> bytes:
    head = {
        "bank": "x",
        "is_allow_list": False,
        "written_at": NOW.isoformat(),
        "entries": {"md5": count},
        "thresholds": {},
    }
    return json.dumps(head).encode()


def _rows(
    rows: int = 1, values: bytes = bytes(16), text: str = "md5\x0216" + "\x02\x01" * 9, says: tuple[int, int] = (0, 0)
) -> bytes:
    sizes = (len(values) + says[0], len(text.encode()) + says[1])
    return struct.pack("<III", rows, *sizes) + values + zlib.compress(text.encode())


def _whole(body: bytes, count: int = 1) -> bytes:
    return _made_by_hand((HEAD, _head_body(count)), (ROWS, body), (DONE, struct.pack("<Q", count)))


def test_a_dump_says_first_what_bank_it_was_written_from() -> None:
    head, block = _items(_dump(3))
    assert head == _head(3)
    assert isinstance(block, EntryBlock)
    assert list(block.lines) == [1, 2, 3]


def test_a_dump_by_hand_is_one() -> None:
    """The faults that follow are told because of what is wrong with each, not because all of it is."""
    _, block = _items(_whole(_rows()))
    assert isinstance(block, EntryBlock)
    assert [entry.value for entry in block.entries()] == [bytes(16)]


@pytest.mark.parametrize("cut", [1, 8, 20, 27, 28, 30, 60, 200, -1, -8, -16, -30])
def test_a_dump_that_is_cut_short_is_refused_with_the_place(cut: int) -> None:
    with pytest.raises(ListRefused, match=r"cut short \(block|no bank dump"):
        _items(_dump(20_000)[:cut])


def test_the_place_of_a_fault_is_told_by_block_and_entry() -> None:
    data = _dump(20_000)
    with pytest.raises(ListRefused, match=r"cut short \(block 6, after 16384 entries\)"):
        _items(data[:-1_000])
    place = len(data) // 3
    with pytest.raises(ListRefused, match=r"a checksum does not agree \(block 3, after 4096 entries\)"):
        _items(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


def test_what_follows_the_end_is_refused() -> None:
    with pytest.raises(ListRefused, match="goes on behind its end"):
        _items(_dump(3) + b"\n")


def test_a_later_format_is_refused_by_its_number() -> None:
    with pytest.raises(ListRefused, match="format 2; this Safelight reads format 1"):
        _items(MAGIC + struct.pack("<I", 2) + b"anything")


def test_blocks_cannot_change_places_or_be_left_out_or_come_from_another_dump() -> None:
    entries = [_entry(number) for number in range(3 * 4_096)]
    start, first, second, third, end = DUMP.write(entries, _head(len(entries)))
    other = list(DUMP.write(entries[:4_096][::-1] + entries[4_096:], _head(len(entries))))
    assert len(_items(start + first + second + third + end)) == 4
    for pieces in ([start, second, first, third, end], [start, first, third, end], [start, first, first, third, end]):
        with pytest.raises(ListRefused, match="checksum"):
            _items(b"".join(pieces))
    with pytest.raises(ListRefused, match="checksum"):
        _items(start + first + other[2] + third + end)


def test_every_bit_that_flips_is_noticed() -> None:
    data = _dump(50)
    whole = _items(data)
    dice = random.Random(7)  # noqa: S311 - the same damage each time
    for _ in range(500):
        place, bit = dice.randrange(len(data)), 1 << dice.randrange(8)
        broken = bytearray(data)
        broken[place] ^= bit
        with pytest.raises(ListRefused):
            _items(bytes(broken))
    assert _items(data) == whole


FAULTS = [
    (_rows(rows=0), "more than one may"),
    (_rows(rows=1 << 30), "more than one may"),
    (_rows(says=(1 << 31, 0)), "more than one may"),
    (_rows(says=(0, 1 << 31)), "more than one may"),
    (_rows(says=(5, 0)), "cannot be read|as it says"),
    (_rows(says=(-5, 0)), "cannot be read|as it says"),
    (_rows(says=(0, 1)), "as long as it says"),
    (_rows(says=(0, -1)), "as long as it says"),
    (_rows() + b"more", "as long as it says"),
    (_rows()[:-3], "as long as it says"),
    (b"short", "too short"),
    (_rows(text="md5\x0216"), "has not the columns"),
    (_rows(text="md5\x0216" + "\x02\x01" * 10), "has not the columns"),
    (_rows(rows=3, values=bytes(48), text="md5\0md5\x0216" + "\x02\x01" * 9), "as many texts as there are rows"),
    (_rows(text="md5\0md5\x0216" + "\x02\x01" * 9), "as many texts as there are rows"),
    (_rows(text="\x01\x0216" + "\x02\x01" * 9), "no signal type or size"),
    (_rows(text="md5\x02-16" + "\x02\x01" * 9), "no number"),
    (_rows(text="md5\x02" + "9" * 4_000 + "\x02\x01" * 9), "no number"),
    (_rows(text="md5\x02²" + "\x02\x01" * 9), "no number"),
    (_rows(text="md5\x029999999" + "\x02\x01" * 9), "as long as it says"),
    (_rows(text="md5\x0216\x02s" + "\x02\x01" * 8), "a key lacks a part"),
    (_rows(rows=2, values=bytes(32), text="md5\x0216\x02s\x02e\x02i\x027\0\x01" + "\x02\x01" * 5), "key lacks a part"),
    (_rows(text="md5\x0216" + "\x02\x01" * 8 + "\x02never"), "no time"),
]


@pytest.mark.parametrize(("body", "why"), FAULTS)
def test_a_block_with_a_right_checksum_and_a_wrong_inside_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ListRefused, match=f"({why}).* \\(block 2, after 0 entries\\)"):
        _items(_whole(body))


@pytest.mark.parametrize("text", [b"\xff" * 20, b"\xed\xa0\x80" * 7])
def test_text_that_is_not_utf_8_is_refused(text: bytes) -> None:
    body = struct.pack("<III", 1, 0, len(text)) + zlib.compress(text)
    with pytest.raises(ListRefused, match="cannot be read"):
        _items(_whole(body))


HEADS = [b"", b"{}", b"[" * 100_000, b'{"bank": 3}', b"\xff", b" " * (2 << 20), _head_body(1).replace(b"2026", b"x")]


HEADS += [_head_body(1).replace(b"false", b"0"), _head_body(1).replace(b"is_allow_list", b"is_other")]


@pytest.mark.parametrize("head", [*HEADS, _head_body(1).replace(b": 1}", b": 1.5}")])
def test_a_head_that_cannot_be_read_is_refused(head: bytes) -> None:
    with pytest.raises(ListRefused, match="head"):
        _items(_made_by_hand((HEAD, head), (ROWS, _rows()), (DONE, struct.pack("<Q", 1))))


@pytest.mark.parametrize(
    "frames",
    [
        [(ROWS, _rows()), (DONE, struct.pack("<Q", 1))],
        [(HEAD, _head_body(1)), (HEAD, _head_body(1)), (ROWS, _rows()), (DONE, struct.pack("<Q", 1))],
        [(HEAD, _head_body(2)), (ROWS, _rows()), (DONE, struct.pack("<Q", 1))],
        [(HEAD, _head_body(1)), (ROWS, _rows()), (DONE, struct.pack("<Q", 2))],
        [(HEAD, _head_body(1)), (ROWS, _rows()), (DONE, b"")],
        [(HEAD, _head_body(1)), (b"MORE", _rows()), (DONE, struct.pack("<Q", 1))],
    ],
)
def test_frames_in_another_order_or_number_than_a_dump_has_are_refused(frames: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(ListRefused, match="Nothing was taken"):
        _items(_made_by_hand(*frames))


def test_values_of_a_size_that_their_type_does_not_have_are_rejected_by_their_entry() -> None:
    body = _rows(rows=3, values=bytes(47), text="md5\x0216\x0015\x0016" + "\x02\x01" * 9)
    _, first, bad, last = _items(_whole(body, 3))
    assert isinstance(first, NewEntry)
    assert isinstance(last, NewEntry)
    assert bad == Rejected(line=2, reason="15 bytes where md5 has 16")


@pytest.mark.parametrize("name", ["MD5", "video_md5", "a b", "x" * 51, ""])
def test_a_type_is_named_as_it_is_stored(name: str) -> None:
    head = _head_body(1).replace(b"md5", name.encode())
    body = _rows(text=f"{name}\x0216" + "\x02\x01" * 9)
    _, item = _items(_made_by_hand((HEAD, head), (ROWS, body), (DONE, struct.pack("<Q", 1))))
    assert isinstance(item, Rejected)


def _peak_mib(data: bytes) -> float:
    tracemalloc.start()
    try:
        with pytest.raises(ListRefused):
            _items(data)
        return tracemalloc.get_traced_memory()[1] / (1 << 20)
    finally:
        tracemalloc.stop()


def test_a_bomb_and_lying_lengths_cost_little_memory() -> None:
    bomb = struct.pack("<III", 1, 0, 1_000) + zlib.compress(bytes(64 << 20), 9)
    assert _peak_mib(_whole(bomb)) < 16
    assert _peak_mib(FrameWriter().start + b"ROWS" + struct.pack("<I", (1 << 32) - 1) + b"x") < 1
    full = struct.pack("<III", 4_096, 0, 2 << 20) + zlib.compress(b"\0\2" * (1 << 20))
    assert _peak_mib(_whole(full)) < 64


def test_long_notes_and_values_make_shorter_blocks() -> None:
    entries = [_entry(number, note="ä" * 2_000) for number in range(3_000)]
    entries += [_entry(number, signal_type="tmk", value=bytes([number]) * (1 << 20)) for number in range(1, 10)]
    head = ListHead(bank="x", is_allow_list=False, written_at=NOW, counts={"md5": 3_000, "tmk": 9}, thresholds={})
    data = list(DUMP.write(entries, head))
    assert max(map(len, data)) < 8 << 20
    blocks = [item for item in _items(b"".join(data)) if isinstance(item, EntryBlock)]
    assert len(blocks) > 3
    read = [entry for block in blocks for entry in block.entries()]
    assert [(entry.value, entry.note) for entry in read] == [(entry.value, entry.note) for entry in entries]


def _fuzz(count: int) -> int:
    """Damage the inside of blocks behind right checksums; return how many still were read as dumps."""
    dice = random.Random(11)  # noqa: S311 - the same damage each time
    text = "\x02".join(("md5", "16", *(["s\0s\0s"] * 4), "A\0\x01\0B", "\x01", "n", "\x01", "\x01"))
    read = 0
    for _ in range(count):
        broken = bytearray(text.encode())
        for _ in range(dice.randrange(1, 4)):
            broken[dice.randrange(len(broken))] = dice.choice(b"\0\1\2\x7f\x80\xff09azmd")
        packed = bytes(broken)
        body = struct.pack("<III", 3, 48, len(packed)) + bytes(range(48)) + zlib.compress(packed)
        if dice.random() < 0.3:
            place = dice.randrange(len(body))
            body = body[:place] + dice.randbytes(2) + body[place:]
        try:
            items = _items(_whole(body, 3))
        except ListRefused:
            continue
        assert sum(len(item) if isinstance(item, EntryBlock) else 1 for item in items) == 4
        read += 1
    return read


def test_damage_behind_right_checksums_is_refused_or_gives_as_many_entries_as_announced() -> None:
    assert 0 < _fuzz(2_000) < 2_000


@pytest.mark.long
def test_much_damage_behind_right_checksums_is_refused_too() -> None:
    assert 0 < _fuzz(200_000) < 200_000
