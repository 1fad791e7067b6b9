"""Derivative request: what the parent asks of a worker about one picture, and how it takes the answer."""

import struct
from dataclasses import dataclass

from safelight.errors import InvalidValue
from safelight.hashing.request import TaskRunner
from safelight.review.derivatives.derivative import LARGEST_FRAME, Derivative, NoDerivative, NoPicture
from safelight.review.derivatives.jpeg_form import read_form
from safelight.review.exposure.exposure import STRIP
from safelight.review.exposure.level import BOUNDS, Level
from safelight.review.exposure.staff_code import ALPHABET, LENGTH
from safelight.sandbox.content import Content
from safelight.sandbox.failure import Failure, TaskFailed
from safelight.sandbox.task import Task

_TASK = "derive"
_OPTIONS = struct.Struct("<Bi?8sQQI")
_HEAD = struct.Struct("<4sB??xiI")
_MAGIC = b"SLD1"
_NONE = 255
_REASONS = tuple(NoPicture)

MOST_PICTURE_BYTES = 64 << 20
"""The longest picture that a worker may answer with: an original of some 60 megapixels."""

DERIVATIVE_TASKS = {
    _TASK: Task(
        target="safelight.review.derivatives.task:derive",
        prepare="safelight.review.derivatives.task:prepare",
        answer_limit_bytes=_HEAD.size + MOST_PICTURE_BYTES,
    )
}
"""The table of tasks for the pool that `ask_for_derivative` is used with."""

_FAILURES = {
    Failure.TIMED_OUT: NoPicture.TIMED_OUT,
    Failure.CRASHED: NoPicture.CRASHED,
    Failure.REFUSED: NoPicture.REFUSED,
    Failure.TOO_LARGE: NoPicture.TOO_LARGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeLimits:
    """What may be decoded: pixels of one frame, pixels of all frames together, and frames."""

    max_pixels: int = 210_000_000
    max_animation_pixels: int = 500_000_000
    max_frames: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which picture is wanted: the level, a frame's number or `STRIP`, and the staff code that is drawn into it.

    A video has one frame for every second that has begun.

    `has_colour` counts at LARGE alone: the levels below are grey, and the original is as it is.
    """

    level: Level
    staff_code: str
    frame: int = 0
    has_colour: bool = False
    limits: DecodeLimits = DecodeLimits()

    def __post_init__(self) -> None:
        if not self.level.has_pixels:
            raise InvalidValue("The card has no pixels: no picture is made for it.")
        if self.level is Level.ORIGINAL and self.frame == STRIP:
            raise InvalidValue("At the original's level frames are shown one by one, by their numbers.")
        if not STRIP <= self.frame <= LARGEST_FRAME:
            raise InvalidValue("Frames are counted from 0.")
        if len(self.staff_code) != LENGTH or not set(self.staff_code) <= set(ALPHABET):
            raise InvalidValue("A picture is made for a person alone: the staff code is missing.")

    @property
    def is_grey(self) -> bool:
        """Whether the picture is without colour."""
        return BOUNDS[self.level].is_grey or (self.level is Level.LARGE and not self.has_colour)

    def pack(self) -> bytes:
        """Return the options of the task."""
        limits = (self.limits.max_pixels, self.limits.max_animation_pixels, self.limits.max_frames)
        return _OPTIONS.pack(self.level, self.frame, self.has_colour, self.staff_code.encode(), *limits)

    @classmethod
    def unpack(cls, options: bytes) -> "Wanted":
        """Read the options in the worker; the parent is trusted."""
        level, frame, has_colour, code, max_pixels, max_animation_pixels, max_frames = _OPTIONS.unpack(options)
        limits = DecodeLimits(max_pixels=max_pixels, max_animation_pixels=max_animation_pixels, max_frames=max_frames)
        return cls(level=Level(level), staff_code=code.decode(), frame=frame, has_colour=has_colour, limits=limits)


def ask_for_derivative(runner: TaskRunner, content: Content, wanted: Wanted) -> Derivative | NoDerivative:
    """Have a picture made in the sandbox. A worker's failure is an answer too.

    Raises what `content.read` raises, and SandboxUnavailable.
    """
    try:
        return runner.run(_TASK, content, options=wanted.pack(), parse=lambda record: parse_answer(record, wanted))
    except TaskFailed as error:
        return NoDerivative(reason=_FAILURES[error.reason])


def pack_derivative(*, picture: bytes, frame: int, frame_count: int | None, is_sound: bool) -> bytes:
    """Return the record of a picture, in the worker."""
    counted = frame_count is not None
    return _HEAD.pack(_MAGIC, _NONE, is_sound, counted, frame, frame_count or 0) + picture


def pack_no_derivative(reason: NoPicture) -> bytes:
    """Return the record that there is no picture, in the worker."""
    return _HEAD.pack(_MAGIC, _REASONS.index(reason), False, False, 0, 0)


def parse_answer(record: bytes, wanted: Wanted) -> Derivative | NoDerivative:
    """Read a record that an untrusted worker wrote. Raises InvalidValue on anything that was not asked for."""
    if len(record) < _HEAD.size or record[:4] != _MAGIC:
        raise InvalidValue("a derivative has not the agreed form")
    _, code, is_sound, is_counted, frame, count = _HEAD.unpack_from(record)
    picture = record[_HEAD.size :]
    if code != _NONE:
        if picture or code >= len(_REASONS):
            raise InvalidValue("a derivative's reason has not the agreed form")
        return NoDerivative(reason=_REASONS[code])
    if frame != wanted.frame or (is_counted and count <= max(frame, 0)):
        raise InvalidValue("a derivative is of another frame than was asked for")
    channels = 1 if wanted.is_grey else 3
    width, height = read_form(picture, most_side=BOUNDS[wanted.level].most_side, most_channels=channels)
    return Derivative(
        picture=picture,
        width=width,
        height=height,
        frame=frame,
        frame_count=count if is_counted else None,
        is_sound=is_sound,
    )
