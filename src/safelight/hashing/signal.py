"""Signals: what a hasher says of media, and why it could say nothing."""

from dataclasses import dataclass
from enum import StrEnum


class SignalType(StrEnum):
    """The fingerprints that Safelight computes. Banks may hold other types too, under their own names."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    PDQ = "pdq"


SIGNAL_SIZE_BYTES = {SignalType.MD5: 16, SignalType.SHA1: 20, SignalType.SHA256: 32, SignalType.PDQ: 32}
"""The length of a value of each type, in bytes."""


class Reason(StrEnum):
    """Why there is no signal. The first six are faults: the media was not seen, or not wholly (DESIGN 5.6)."""

    UNREADABLE = "unreadable"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    CRASHED = "crashed"
    TOO_SMALL = "too_small"
    LOW_QUALITY = "low_quality"
    DEGENERATE = "degenerate"

    @property
    def is_fault(self) -> bool:
        """Whether this reason means that the media was not scanned, rather than that it has no such signal."""
        return self not in _QUIET


_QUIET = frozenset({Reason.TOO_SMALL, Reason.LOW_QUALITY, Reason.DEGENERATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One fingerprint of media.

    `value` is the bytes of the usual hexadecimal text. `frame` is the 0-based frame of an animated picture, None for
    a still. `orientations` holds, for PDQ, the values of all eight orientations in the order of
    `safelight.hashing.pdq.ORIENTATIONS` (the first is `value` itself); it is empty for digests.
    `quality` is the hasher's own confidence, 0 to 100, None where the type has none.
    """

    type: SignalType
    value: bytes
    quality: int | None = None
    frame: int | None = None
    orientations: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSignal:
    """A signal type that media has no signal of, and why. `detail` is a sentence without anything of the media."""

    type: SignalType
    reason: Reason
    detail: str
    quality: int | None = None
    frame: int | None = None
