"""What a worker answers is believed only where it is what was asked for."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from safelight.errors import InvalidValue
from safelight.intake.content import MemoryContent
from safelight.review.derivatives.derivative import NoDerivative, NoPicture
from safelight.review.derivatives.request import (
    Wanted,
    ask_for_derivative,
    pack_derivative,
    pack_no_derivative,
    parse_answer,
)
from safelight.review.exposure.exposure import STRIP
from safelight.review.exposure.level import Level
from safelight.sandbox.failure import Failure, TaskFailed

WANTED = Wanted(level=Level.THUMBNAIL, staff_code="4G7K2M9Z")


def _jpeg(size=(90, 60), mode="L") -> bytes:
    held = io.BytesIO()
    Image.new(mode, size).save(held, "jpeg")
    return held.getvalue()


def test_options_come_out_of_the_worker_as_they_went_in() -> None:
    wanted = replace(WANTED, level=Level.LARGE, frame=STRIP, has_colour=True)
    assert Wanted.unpack(wanted.pack()) == wanted


@pytest.mark.parametrize(
    "other",
    [
        {"level": Level.CARD},
        {"level": Level.ORIGINAL, "frame": STRIP},
        {"frame": -2},
        {"staff_code": ""},
        {"staff_code": "jane doe"},
    ],
)
def test_what_cannot_be_wanted_is_refused(other) -> None:
    with pytest.raises(InvalidValue):
        replace(WANTED, **other)


def test_a_picture_and_a_reason_are_read() -> None:
    record = pack_derivative(picture=_jpeg(), frame=0, frame_count=None, is_sound=True)
    answer = parse_answer(record, WANTED)
    assert (answer.width, answer.height, answer.frame_count, answer.is_sound) == (90, 60, None, True)
    assert parse_answer(pack_no_derivative(NoPicture.TOO_LARGE), WANTED) == NoDerivative(reason=NoPicture.TOO_LARGE)


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"XXXX" + bytes(12),
        pack_derivative(picture=_jpeg((97, 60)), frame=0, frame_count=1, is_sound=True),
        pack_derivative(picture=_jpeg(mode="RGB"), frame=0, frame_count=1, is_sound=True),
        pack_derivative(picture=_jpeg(), frame=3, frame_count=9, is_sound=True),
        pack_derivative(picture=_jpeg(), frame=0, frame_count=0, is_sound=True),
        pack_derivative(picture=b"the file itself", frame=0, frame_count=1, is_sound=True),
        pack_no_derivative(NoPicture.UNSUPPORTED) + _jpeg(),
    ],
)
def test_a_worker_that_was_taken_over_gets_nothing_else_out(record) -> None:
    with pytest.raises(InvalidValue):
        parse_answer(record, WANTED)


class _Failing:
    def __init__(self, failure: Failure) -> None:
        self.failure = failure

    def run(self, *_args, **_more):
        raise TaskFailed(self.failure, "")


@pytest.mark.parametrize("failure", list(Failure))
def test_a_workers_failure_is_a_typed_reason(failure) -> None:
    answer = ask_for_derivative(_Failing(failure), MemoryContent(data=b"x" * 50), WANTED)
    assert answer == NoDerivative(reason=NoPicture(failure.value))
