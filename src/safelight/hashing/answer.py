"""Image answer: what a worker says of one picture, as a fixed-format record that is checked field by field."""

import struct
from dataclasses import dataclass
from typing import TypeVar

from safelight.errors import InvalidValue
from safelight.hashing.formats import Format
from safelight.hashing.signal import SIGNAL_SIZE_BYTES, Reason, SignalType

MOST_FRAMES = 64
"""The most frames of one file that are hashed: all pages, if they are no more, or a sample of an animation."""

_T = TypeVar("_T")
_MAGIC = b"SLI1"
_HEAD = struct.Struct("<4sBBBxIIIH2x")
_FRAME = struct.Struct("<IBBH")
_ORIENTATIONS = 8
_HASH_BYTES = SIGNAL_SIZE_BYTES[SignalType.PDQ]
_HASHES_BYTES = _ORIENTATIONS * _HASH_BYTES
_FRAME_BYTES = _FRAME.size + _HASHES_BYTES
_FORMATS = tuple(Format)
_REASONS = tuple(Reason)
_NONE = 255
_COEFFICIENTS = 256

ANSWER_LIMIT_BYTES = _HEAD.size + MOST_FRAMES * _FRAME_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameAnswer:
    """One hashed frame: its 0-based place, and the PDQ values of its eight orientations (`pdq.PdqHash`).

    A frame that is too small to be hashed has no `orientations`.
    """

    index: int
    quality: int = 0
    unsettled_bits: int = 0
    orientations: tuple[bytes, ...] = ()

    @property
    def is_hashed(self) -> bool:
        """Whether the frame was large enough to have a hash."""
        return bool(self.orientations)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageAnswer:
    """What was found in one picture.

    `reason` is None if all of it was seen. Otherwise it is a fault that says why nothing was, or not the whole: a
    damaged picture may come with a hash of what could be decoded, what exceeds a limit with the frames within it.
    `format` is None, and width and height are 0, where not even the header could be read. `orientation` is EXIF's,
    1 to 8. `frames_seen` counts the frames that were decoded; `frames` holds every page, icon or picture among them,
    or an evenly spaced sample of an animation.
    """

    format: Format | None = None
    width: int = 0
    height: int = 0
    orientation: int = 1
    frames_seen: int = 0
    frames: tuple[FrameAnswer, ...] = ()
    reason: Reason | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the whole picture was seen (of an animation: every frame decoded, and the sample hashed)."""
        return self.reason is None


def pack_answer(answer: ImageAnswer) -> bytes:
    """Return the record of an answer."""
    head = _HEAD.pack(
        _MAGIC,
        _NONE if answer.format is None else _FORMATS.index(answer.format),
        _NONE if answer.reason is None else _REASONS.index(answer.reason),
        answer.orientation,
        answer.width,
        answer.height,
        answer.frames_seen,
        len(answer.frames),
    )
    return head + b"".join(_pack_frame(frame) for frame in answer.frames)


def parse_answer(record: bytes) -> ImageAnswer:
    """Read a record that an untrusted worker wrote. Raises InvalidValue on anything that no honest one would write."""
    if len(record) < _HEAD.size or record[:4] != _MAGIC:
        raise InvalidValue("an image answer has not the agreed form")
    _, format_code, reason_code, orientation, width, height, frames_seen, count = _HEAD.unpack_from(record)
    if count > MOST_FRAMES or len(record) != _HEAD.size + count * _FRAME_BYTES:
        raise InvalidValue("an image answer has not the length it announces")
    answer = ImageAnswer(
        format=_pick(_FORMATS, format_code),
        width=width,
        height=height,
        orientation=orientation,
        frames_seen=frames_seen,
        frames=tuple(_parse_frame(record, _HEAD.size + index * _FRAME_BYTES) for index in range(count)),
        reason=_pick(_REASONS, reason_code),
    )
    if pack_answer(answer) != record or not _is_sound(answer):
        raise InvalidValue("an image answer contradicts itself")
    return answer


def _pack_frame(frame: FrameAnswer) -> bytes:
    head = _FRAME.pack(frame.index, frame.quality, frame.is_hashed, frame.unsettled_bits)
    return head + b"".join(frame.orientations).ljust(_HASHES_BYTES, b"\0")


def _parse_frame(record: bytes, at: int) -> FrameAnswer:
    index, quality, is_hashed, unsettled_bits = _FRAME.unpack_from(record, at)
    hashes = record[at + _FRAME.size : at + _FRAME_BYTES]
    values = tuple(hashes[start : start + _HASH_BYTES] for start in range(0, _HASHES_BYTES, _HASH_BYTES))
    return FrameAnswer(
        index=index,
        quality=quality,
        unsettled_bits=unsettled_bits,
        orientations=values if is_hashed else (),
    )


def _pick(table: tuple[_T, ...], code: int) -> _T | None:
    if code == _NONE:
        return None
    if code >= len(table):
        raise InvalidValue("an image answer holds an unknown code")
    return table[code]


def _is_sound(answer: ImageAnswer) -> bool:
    """Whether the fields of an answer can be true together.

    The format is known if and only if the sides are; frames rise and were seen; what was hashed has a quality of at
    most 100 and at most 256 unsettled bits; an answer without any frame has a reason. A reason is a fault: that a frame
    is too small or too plain only the frame itself can say, so that no answer can pass for a quiet one without frames.
    """
    sides_known = answer.width > 0 and answer.height > 0
    places = [frame.index for frame in answer.frames]
    return (
        (answer.format is not None) == sides_known
        and 1 <= answer.orientation <= _ORIENTATIONS
        and places == sorted(set(places))
        and all(place < answer.frames_seen for place in places)
        and all(_is_sound_frame(frame) for frame in answer.frames)
        and (bool(answer.frames) if answer.reason is None else answer.reason.is_fault)
    )


def _is_sound_frame(frame: FrameAnswer) -> bool:
    if not frame.is_hashed:
        return frame == FrameAnswer(index=frame.index)
    return frame.quality <= 100 and frame.unsettled_bits <= _COEFFICIENTS
