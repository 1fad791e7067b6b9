"""PDQ of pictures: decoded and hashed in the sandbox; here the worker's answer becomes signals or reasons."""

from collections.abc import Mapping
from dataclasses import dataclass

from safelight.hashing.answer import FrameAnswer, ImageAnswer
from safelight.hashing.hashed import Hashed, PictureFacts
from safelight.hashing.pdq import is_degenerate
from safelight.hashing.request import IMAGE_TASKS, ImageOptions, TaskRunner, ask_for_image
from safelight.hashing.signal import NoSignal, Reason, Signal, SignalType
from safelight.intake.content import Content
from safelight.intake.media import Media

TASKS = IMAGE_TASKS
"""The tasks that the sandbox must know."""

LEAST_QUALITY = 50
"""PDQ's authors and python-threatexchange drop hashes below it: such pictures match too much that they are not."""

_DETAILS: Mapping[Reason, str] = {
    Reason.UNREADABLE: "the picture is damaged or incomplete",
    Reason.UNSUPPORTED: "this is not a picture format that is decoded here",
    Reason.TOO_LARGE: "the picture is larger, or has more frames or pages, than the limits allow",
    Reason.TIMED_OUT: "decoding took longer than a file may take",
    Reason.REFUSED: "the sandbox refused what happened while it was decoded",
    Reason.CRASHED: "the decoding process ended",
    Reason.TOO_SMALL: "a side is under 5 px",
    Reason.LOW_QUALITY: f"too little detail: quality is under {LEAST_QUALITY}",
    Reason.DEGENERATE: "flat, striped or mirrored: many bits would be noise",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PdqHasher:
    """Asks the sandbox for the PDQ hashes of every picture in a file, or of a sample of an animation's frames."""

    runner: TaskRunner
    options: ImageOptions

    @property
    def signal_types(self) -> tuple[SignalType, ...]:
        """PDQ."""
        return (SignalType.PDQ,)

    def hash(self, media: Media, content: Content) -> Hashed:  # noqa: ARG002 - the interface's form
        """Return a signal for each hashed frame that has one, and each reason for a missing one once."""
        answer = ask_for_image(self.runner, content, self.options)
        signals: list[Signal | NoSignal] = []
        absent: dict[Reason, list[FrameAnswer]] = {}
        for frame in answer.frames:
            reason = _reason_against(frame)
            if reason is None:
                signals.append(_signal(frame, is_one_of_many=answer.frames_seen > 1))
            else:
                absent.setdefault(reason, []).append(frame)
        signals += [_absence(reason, frames, answer) for reason, frames in absent.items()]
        if answer.reason is not None:
            signals.append(NoSignal(type=SignalType.PDQ, reason=answer.reason, detail=_DETAILS[answer.reason]))
        return Hashed(answers=tuple(signals), picture=_facts(answer))


def _reason_against(frame: FrameAnswer) -> Reason | None:
    if not frame.is_hashed:
        return Reason.TOO_SMALL
    if is_degenerate(frame.unsettled_bits):
        return Reason.DEGENERATE
    return Reason.LOW_QUALITY if frame.quality < LEAST_QUALITY else None


def _signal(frame: FrameAnswer, *, is_one_of_many: bool) -> Signal:
    return Signal(
        type=SignalType.PDQ,
        value=frame.orientations[0],
        quality=frame.quality,
        frame=frame.index if is_one_of_many else None,
        orientations=frame.orientations,
    )


def _absence(reason: Reason, frames: list[FrameAnswer], answer: ImageAnswer) -> NoSignal:
    places = ", ".join(str(frame.index) for frame in frames)
    where = f" (frames {places} of {answer.frames_seen})" if answer.frames_seen > 1 else ""
    return NoSignal(
        type=SignalType.PDQ,
        reason=reason,
        detail=_DETAILS[reason] + where,
        quality=max(frame.quality for frame in frames),
    )


def _facts(answer: ImageAnswer) -> PictureFacts | None:
    if answer.format is None:
        return None
    return PictureFacts(
        format=answer.format.value,
        width=answer.width,
        height=answer.height,
        exif_orientation=answer.orientation,
        frames_seen=answer.frames_seen,
        frames_hashed=sum(frame.is_hashed for frame in answer.frames),
        is_complete=answer.is_complete,
    )
