"""What grouping knows of media: its PDQ value in every orientation, veiled under the installation's secret."""

from safelight.flow.chain import ScanResult
from safelight.hashing.signal import Signal, SignalType
from safelight.review.likeness import Likeness, Veil


def veiled(secret: bytes, result: ScanResult) -> Likeness | None:
    """Return the likeness of media, by its first picture; None where that has no PDQ value."""
    found = (each for each in result.answers if isinstance(each, Signal) and each.type is SignalType.PDQ)
    signal = next(found, None)
    if signal is None:
        return None
    return Veil(secret).likeness(signal.orientations or (signal.value,))
