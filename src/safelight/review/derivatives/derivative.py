"""Derivatives: a picture made of media for one level, or the reason why there is none."""

from dataclasses import dataclass
from enum import StrEnum

FIRST = 0
"""The first frame; of a still, the picture."""

LARGEST_FRAME = 1 << 20


class NoPicture(StrEnum):
    """Why nothing of media can be shown."""

    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    CRASHED = "crashed"
    NO_SUCH_FRAME = "no_such_frame"


_SENTENCES = {
    NoPicture.UNSUPPORTED: "This is no picture or video of a format that is decoded here. Nothing of it was shown.",
    NoPicture.UNREADABLE: "The picture is damaged, so that nothing of it can be decoded. Nothing of it was shown.",
    NoPicture.TOO_LARGE: "The picture is larger than the limits allow at this level. Nothing of it was shown.",
    NoPicture.TIMED_OUT: "Decoding took longer than it may. Nothing of it was shown.",
    NoPicture.REFUSED: "The sandbox refused what the file or its decoder tried. Nothing of it was shown.",
    NoPicture.CRASHED: "The process that decoded the file ended. Nothing of it was shown.",
    NoPicture.NO_SUCH_FRAME: "The file has no frame of this number. Nothing of it was shown.",
}


def tell_no_picture(reason: NoPicture) -> str:
    """Say in a sentence why nothing is shown."""
    return _SENTENCES[reason]


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivative:
    """A picture for one level: a plain JPEG without any metadata, turned upright, with the staff code in its pixels.

    `frame` is the 0-based frame, page or second that it shows, or `exposure.exposure.STRIP`. `frame_count` is how many
    there are, None where that could not be found out within the limits. `is_sound`: it was decoded without damage.
    """

    picture: bytes
    width: int
    height: int
    frame: int
    frame_count: int | None
    is_sound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoDerivative:
    """There is no picture, and why."""

    reason: NoPicture
