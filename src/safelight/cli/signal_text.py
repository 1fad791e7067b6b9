"""A signal as it is written on a command line."""

from safelight.errors import InvalidValue
from safelight.hashing.signal import SIGNAL_SIZE_BYTES, Signal, SignalType

_TYPES = {signal_type.value: signal_type for signal_type in SignalType}


def parse_signal(text: str) -> Signal:
    """Read `type:value` or `type value`. Raises InvalidValue, without repeating the value."""
    kind, _, value = text.strip().replace(":", " ", 1).partition(" ")
    signal_type = _TYPES.get(kind.lower())
    if signal_type is None:
        raise InvalidValue(f"A signal is TYPE:VALUE with one of {', '.join(SignalType)} as its type.")
    try:
        data = bytes.fromhex(value.strip())
    except ValueError as error:
        raise InvalidValue(f"This {signal_type} value is not hexadecimal.") from error
    if len(data) != SIGNAL_SIZE_BYTES[signal_type]:
        raise InvalidValue(
            f"A {signal_type} value has {2 * SIGNAL_SIZE_BYTES[signal_type]} hexadecimal digits, not {2 * len(data)}."
        )
    return Signal(type=signal_type, value=data)
