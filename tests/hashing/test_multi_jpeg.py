import io
import struct

import numpy as np
import pytest

from safelight.hashing.decoding import decode_still
from safelight.hashing.multi_jpeg import find_others, open_all
from safelight.hashing.picture import Undecodable
from safelight.hashing.signal import Reason
from safelight.testing.synthetic import paint

PLENTY = 1 << 40


def _jpeg(seed, side=64):
    held = io.BytesIO()
    paint(seed, width=side, height=side).save(held, "JPEG")
    return held.getvalue()


JPEGS = [_jpeg(seed) for seed in range(5)]
INDEX_AT = 2 + 8


def _index(entries, order="<"):
    """The directory of a Multi-Picture file, with one tag more than is looked for."""
    mark = {"<": b"II*\0", ">": b"MM\0*"}[order]
    tags = struct.pack(order + "HHI4s", 0xB000, 7, 4, b"0100") + struct.pack(
        order + "HHII", 0xB002, 7, 16 * len(entries), 38
    )
    lines = b"".join(struct.pack(order + "IIIHH", 0, size, offset, 0, 0) for size, offset in entries)
    return mark + struct.pack(order + "IH", 8, 2) + tags + struct.pack(order + "I", 0) + lines


def _segment(index):
    return b"\xff\xe2" + struct.pack(">H", len(index) + 6) + b"MPF\0" + index


def _join(jpegs, order="<", filling=b"", change=lambda entries: entries):
    """Put JPEGs into one file, with an index behind the first mark."""
    first = len(_segment(_index([(0, 0)] * len(jpegs)))) + len(jpegs[0]) + len(filling)
    entries = [(first, 0)]
    at = first - INDEX_AT - len(filling)
    for jpeg in jpegs[1:]:
        entries.append((len(jpeg), at))
        at += len(jpeg)
    segment = _segment(_index(change(entries), order))
    return jpegs[0][:2] + filling + segment + jpegs[0][2:] + b"".join(jpegs[1:])


def _collect(data, max_pixels=PLENTY):
    """Return the frames, and the reason for which they ended early."""
    frames = []
    try:
        frames.extend(open_all(io.BytesIO(data), max_pixels).frames)
    except Undecodable as error:
        return frames, error.reason
    return frames, None


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("filling", [b"", b"\xff\xff", b"\xff\x01", b"\xff\xfe\x00\x05abc"])
def test_every_jpeg_of_a_multi_picture_file_is_a_frame(order, filling):
    frames, reason = _collect(_join(JPEGS, order, filling))
    assert reason is None
    assert len(frames) == len(JPEGS)
    assert all(np.array_equal(frame, decode_still(jpeg)) for frame, jpeg in zip(frames, JPEGS, strict=True))


def test_rubbish_before_the_index_does_not_hide_the_others():
    assert len(find_others(io.BytesIO(_join(JPEGS, filling=b"\0\0\0")))) == 4


def test_a_jpeg_without_an_index_is_one_picture():
    assert find_others(io.BytesIO(JPEGS[0])) == []
    assert [frame.shape for frame in _collect(JPEGS[0] + JPEGS[1])[0]] == [(64, 64, 3)]


def test_an_index_of_the_first_picture_alone_announces_no_other():
    assert find_others(io.BytesIO(_join(JPEGS[:1]))) == []


def test_another_picture_than_a_jpeg_is_left_as_it_is():
    held = io.BytesIO()
    paint(1, width=20, height=20).save(held, "PNG")
    assert len(_collect(held.getvalue())[0]) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda entries: [entries[0], (500, 1 << 31)], Reason.UNREADABLE),
        (lambda entries: [entries[0], (entries[1][0] // 2, entries[1][1])], Reason.UNREADABLE),
        (lambda entries: [entries[0], (entries[1][0], entries[1][1] + 1)], Reason.UNSUPPORTED),
    ],
    ids=["behind the end", "cut off", "beside it"],
)
def test_a_picture_that_does_not_lie_where_the_index_says_is_a_fault(change, reason):
    frames, found = _collect(_join(JPEGS[:2], change=change))
    assert len(frames) == 1
    assert found is reason


def test_a_length_beyond_the_end_is_cut_to_the_file():
    data = _join(JPEGS[:2], change=lambda entries: [entries[0], (0xFFFFFFFF, entries[1][1])])
    assert find_others(io.BytesIO(data)) == [(len(data) - len(JPEGS[1]), len(JPEGS[1]))]
    assert len(_collect(data)[0]) == 2


@pytest.mark.parametrize(
    "index",
    [b"", b"II*\0", b"xx*\0" + bytes(40), _index([(0, 0)])[:20], _index([(9, 9)] * 2)[:-9], b"II*\0\x08\0\0\0\0\0"],
)
def test_a_damaged_index_is_a_fault(index):
    frames, reason = _collect(JPEGS[0][:2] + _segment(index) + JPEGS[0][2:])
    assert (len(frames), reason) == (1, Reason.UNREADABLE)


def test_the_others_are_held_against_the_limit_of_pixels():
    frames, reason = _collect(_join([JPEGS[0], _jpeg(7, side=80)]), max_pixels=64 * 64)
    assert (len(frames), reason) == (1, Reason.TOO_LARGE)
