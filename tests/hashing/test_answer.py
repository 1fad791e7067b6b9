from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.errors import InvalidValue
from safelight.hashing.answer import (
    ANSWER_LIMIT_BYTES,
    MOST_FRAMES,
    FrameAnswer,
    ImageAnswer,
    pack_answer,
    parse_answer,
)
from safelight.hashing.formats import Format
from safelight.hashing.signal import Reason

HASHES = tuple(bytes([number]) * 32 for number in range(8))
FRAME = FrameAnswer(index=0, quality=100, unsettled_bits=3, orientations=HASHES)
ANSWER = ImageAnswer(format=Format.PNG, width=640, height=480, orientation=6, frames_seen=1, frames=(FRAME,))


@pytest.mark.parametrize(
    "answer",
    [
        ANSWER,
        replace(ANSWER, reason=Reason.UNREADABLE),
        replace(ANSWER, frames_seen=5, frames=(FRAME, FrameAnswer(index=2), replace(FRAME, index=4))),
        replace(ANSWER, frames=(), frames_seen=0, reason=Reason.TOO_LARGE),
        ImageAnswer(reason=Reason.UNSUPPORTED),
    ],
)
def test_an_answer_comes_out_as_it_went_in(answer):
    assert parse_answer(pack_answer(answer)) == answer


def test_only_an_answer_without_a_reason_is_complete():
    assert ANSWER.is_complete
    assert not replace(ANSWER, reason=Reason.TOO_LARGE).is_complete


def test_the_largest_answer_is_within_the_limit():
    frames = tuple(replace(FRAME, index=index) for index in range(MOST_FRAMES))
    assert len(pack_answer(replace(ANSWER, frames_seen=MOST_FRAMES, frames=frames))) == ANSWER_LIMIT_BYTES


@pytest.mark.parametrize(
    "answer",
    [
        replace(ANSWER, orientation=0),
        replace(ANSWER, orientation=9),
        replace(ANSWER, width=0),
        replace(ANSWER, format=None),
        replace(ANSWER, frames=()),
        replace(ANSWER, frames_seen=0),
        replace(ANSWER, frames=(replace(FRAME, quality=101),)),
        replace(ANSWER, frames=(replace(FRAME, unsettled_bits=257),)),
        replace(ANSWER, frames_seen=9, frames=(replace(FRAME, index=3), replace(FRAME, index=2))),
        replace(ANSWER, frames_seen=9, frames=(FRAME, FRAME)),
        replace(ANSWER, frames=(FrameAnswer(index=0, quality=50),)),
        ImageAnswer(),
    ],
)
def test_an_answer_that_cannot_be_true_is_refused(answer):
    with pytest.raises(InvalidValue):
        parse_answer(pack_answer(answer))


@pytest.mark.parametrize("reason", [Reason.TOO_SMALL, Reason.LOW_QUALITY, Reason.DEGENERATE])
@pytest.mark.parametrize("frames", [(), (FRAME,), (FrameAnswer(index=0),)])
def test_only_a_fault_can_be_the_reason_of_a_whole_answer(reason, frames):
    with pytest.raises(InvalidValue):
        parse_answer(pack_answer(replace(ANSWER, frames=frames, reason=reason)))


def test_a_picture_that_is_too_small_says_so_by_its_frame():
    answer = replace(ANSWER, width=1, height=1, frames=(FrameAnswer(index=0),))
    assert parse_answer(pack_answer(answer)) == answer


def test_an_answer_of_another_length_is_refused():
    record = pack_answer(ANSWER)
    for wrong in (record[:-1], record + b"\0", record[:10], b"", record + record):
        with pytest.raises(InvalidValue):
            parse_answer(wrong)


def test_more_frames_than_there_can_be_are_refused():
    frames = tuple(replace(FRAME, index=index) for index in range(MOST_FRAMES + 1))
    with pytest.raises(InvalidValue):
        parse_answer(pack_answer(replace(ANSWER, frames_seen=99, frames=frames)))


@given(st.binary(max_size=400))
def test_any_other_bytes_are_refused(noise):
    with pytest.raises(InvalidValue):
        parse_answer(noise)


@given(st.integers(0, 290), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_gives_another_sound_answer(place, change):
    record = bytearray(pack_answer(ANSWER))
    place %= len(record)
    record[place] ^= change
    try:
        answer = parse_answer(bytes(record))
    except InvalidValue:
        return
    assert pack_answer(answer) == record
    assert 1 <= answer.orientation <= 8
    assert all(frame.quality <= 100 for frame in answer.frames)
