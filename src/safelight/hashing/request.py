"""Image request: what the parent asks of a worker about one picture, and how it takes the answer."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from safelight.errors import InvalidValue
from safelight.hashing.answer import ANSWER_LIMIT_BYTES, MOST_FRAMES, ImageAnswer, parse_answer
from safelight.hashing.signal import Reason
from safelight.sandbox.content import Content
from safelight.sandbox.failure import Failure, TaskFailed
from safelight.sandbox.task import Task

_T = TypeVar("_T")
_OPTIONS = struct.Struct("<QQIHB")
_FLAVOURS = ("auto", "kernel", "twin")
_TASK = "hash_image"

IMAGE_TASKS = {
    _TASK: Task(
        target="safelight.hashing.image_task:hash_image",
        prepare="safelight.hashing.image_task:prepare",
        answer_limit_bytes=ANSWER_LIMIT_BYTES,
    )
}
"""The table of tasks for the pool that `ask_for_image` is used with."""

_REASONS = {
    Failure.TIMED_OUT: Reason.TIMED_OUT,
    Failure.CRASHED: Reason.CRASHED,
    Failure.REFUSED: Reason.REFUSED,
    Failure.TOO_LARGE: Reason.TOO_LARGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageOptions:
    """Limits on a picture, and the PDQ code that hashes it.

    A frame of more than `max_pixels` is not decoded. Of several frames at most `max_frames` are decoded, and no more
    than `max_animation_pixels` in all (the default takes the slower decoders some 12 seconds). Of an animation at most
    `most_sampled` of them, evenly spaced, are hashed; of pages all are, and there may be `MOST_FRAMES`.
    `flavour` is a value of `safelight.hashing.pdq.Flavour`.
    """

    max_pixels: int = 210_000_000
    max_animation_pixels: int = 500_000_000
    max_frames: int = 1000
    most_sampled: int = 16
    flavour: str = "auto"

    def __post_init__(self) -> None:
        if not 2 <= self.most_sampled <= MOST_FRAMES or self.most_sampled % 2:
            raise InvalidValue(f"The sample of an animation has an even number of frames, 2 to {MOST_FRAMES}.")
        if self.flavour not in _FLAVOURS:
            raise InvalidValue(f"The PDQ code is one of {', '.join(_FLAVOURS)}, not {self.flavour!r}.")

    def pack(self) -> bytes:
        """Return the options as a task's options."""
        return _OPTIONS.pack(
            self.max_pixels,
            self.max_animation_pixels,
            self.max_frames,
            self.most_sampled,
            _FLAVOURS.index(self.flavour),
        )

    @classmethod
    def unpack(cls, options: bytes) -> "ImageOptions":
        """Read a task's options in the worker."""
        max_pixels, max_animation_pixels, max_frames, most_sampled, flavour = _OPTIONS.unpack(options)
        return cls(
            max_pixels=max_pixels,
            max_animation_pixels=max_animation_pixels,
            max_frames=max_frames,
            most_sampled=most_sampled,
            flavour=_FLAVOURS[flavour],
        )


class TaskRunner(Protocol):
    """What runs a task in the sandbox: a `safelight.sandbox.pool.Pool`."""

    def run(self, task: str, content: Content, *, parse: Callable[[bytes], _T], options: bytes = b"") -> _T:
        """Run a task on content and return its answer. Raises TaskFailed if there is none."""
        ...


def ask_for_image(runner: TaskRunner, content: Content, options: ImageOptions) -> ImageAnswer:
    """Have a picture hashed in the sandbox. A worker's failure is an answer too: one with its reason and nothing else.

    Raises what `content.read` raises, and SandboxUnavailable.
    """
    try:
        return runner.run(_TASK, content, options=options.pack(), parse=parse_answer)
    except TaskFailed as error:
        return ImageAnswer(reason=_REASONS[error.reason])
