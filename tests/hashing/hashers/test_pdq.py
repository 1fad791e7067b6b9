"""A worker's answer about a picture becomes signals, or the reasons why there are none."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from safelight.hashing.answer import FrameAnswer, ImageAnswer, pack_answer
from safelight.hashing.formats import Format
from safelight.hashing.hashed import Hashed
from safelight.hashing.hashers.pdq import PdqHasher
from safelight.hashing.request import ImageOptions
from safelight.hashing.signal import NoSignal, Reason, Signal
from safelight.intake.content import MemoryContent, take_digests
from safelight.intake.media import Media
from safelight.sandbox.content import Content
from safelight.sandbox.failure import Failure, TaskFailed

T = TypeVar("T")
HASHES = tuple(bytes([number]) * 32 for number in range(8))


class _Answering:
    """A sandbox whose worker always gives the same answer."""

    def __init__(self, answer: ImageAnswer | Failure) -> None:
        self._answer = answer

    def run(self, task: str, content: Content, *, parse: Callable[[bytes], T], options: bytes = b"") -> T:
        if isinstance(self._answer, Failure):
            raise TaskFailed(self._answer, "as told")
        return parse(pack_answer(self._answer))


def _hash(answer: ImageAnswer | Failure) -> Hashed:
    content = MemoryContent(data=b"any")
    media = Media(size_bytes=3, digests=take_digests(content), arrived_at=datetime(2026, 1, 1, tzinfo=UTC))
    return PdqHasher(runner=_Answering(answer), options=ImageOptions()).hash(media, content)


def _frame(index: int = 0, quality: int = 100, unsettled_bits: int = 0) -> FrameAnswer:
    return FrameAnswer(index=index, quality=quality, unsettled_bits=unsettled_bits, orientations=HASHES)


def _picture(*frames: FrameAnswer, seen: int = 1, reason: Reason | None = None) -> ImageAnswer:
    return ImageAnswer(
        format=Format.PNG, width=9, height=7, orientation=6, frames_seen=seen, frames=frames, reason=reason
    )


def test_a_still_has_one_signal_with_all_orientations_and_no_frame() -> None:
    hashed = _hash(_picture(_frame()))
    (signal,) = hashed.answers
    assert isinstance(signal, Signal)
    assert (signal.value, signal.orientations, signal.frame, signal.quality) == (HASHES[0], HASHES, None, 100)
    assert hashed.picture is not None
    assert (hashed.picture.format, hashed.picture.width, hashed.picture.exif_orientation) == ("png", 9, 6)


def test_each_sampled_frame_of_an_animation_is_a_signal() -> None:
    hashed = _hash(_picture(_frame(0), _frame(4), seen=8))
    assert [answer.frame for answer in hashed.answers] == [0, 4]


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (_frame(quality=49), Reason.LOW_QUALITY),
        (_frame(unsettled_bits=16), Reason.DEGENERATE),
        (_frame(quality=0, unsettled_bits=255), Reason.DEGENERATE),
        (FrameAnswer(index=0), Reason.TOO_SMALL),
    ],
)
def test_what_must_not_be_searched_says_why(frame: FrameAnswer, reason: Reason) -> None:
    (absence,) = _hash(_picture(frame)).answers
    assert isinstance(absence, NoSignal)
    assert absence.reason is reason


def test_quality_50_and_15_unsettled_bits_are_still_good() -> None:
    (signal,) = _hash(_picture(_frame(quality=50, unsettled_bits=15))).answers
    assert isinstance(signal, Signal)


def test_poor_frames_are_told_once_with_their_places() -> None:
    answers = _hash(_picture(_frame(0), _frame(1, quality=3), _frame(2, quality=7), seen=3)).answers
    assert len(answers) == 2
    absence = answers[1]
    assert isinstance(absence, NoSignal)
    assert "frames 1, 2 of 3" in absence.detail
    assert absence.quality == 7


def test_a_damaged_picture_gives_what_could_be_decoded_and_the_fault() -> None:
    signal, fault = _hash(_picture(_frame(), reason=Reason.UNREADABLE)).answers
    assert isinstance(signal, Signal)
    assert isinstance(fault, NoSignal)
    assert fault.reason is Reason.UNREADABLE


def test_the_facts_tell_how_many_frames_there_were_and_how_many_of_them_were_hashed() -> None:
    facts = _hash(_picture(_frame(0), FrameAnswer(index=4), _frame(8, quality=3), seen=12)).picture
    assert facts is not None
    assert (facts.frames_seen, facts.frames_hashed) == (12, 2)


@pytest.mark.parametrize("failure", list(Failure))
def test_a_worker_that_fails_costs_the_file_its_signal(failure: Failure) -> None:
    hashed = _hash(failure)
    (absence,) = hashed.answers
    assert isinstance(absence, NoSignal)
    assert absence.reason.value == failure.value
    assert absence.reason.is_fault
    assert hashed.picture is None
