"""Names of signal types and content types: HMA's and ours."""

from collections.abc import Mapping, Sequence
from typing import Any

from safelight.errors import InvalidValue
from safelight.hashing.signal import SIGNAL_SIZE_BYTES, Signal, SignalType
from safelight.web.hma.answer import Refused

PHOTO, VIDEO = "photo", "video"

TYPES: Mapping[str, SignalType] = {
    "pdq": SignalType.PDQ,
    "video_md5": SignalType.MD5,
    "md5": SignalType.MD5,
    "sha1": SignalType.SHA1,
    "sha256": SignalType.SHA256,
}
"""What clients may name. The MD5 of a video is an MD5: digests do not care what the bytes show."""

NAMES: Mapping[str, str] = {"pdq": "pdq", "md5": "video_md5", "sha1": "sha1", "sha256": "sha256"}
"""Under which name an entry of ours is shown. Types that Safelight does not compute keep their own."""

_USUAL = {PHOTO: ("pdq",), VIDEO: ("video_md5",)}
_POSSIBLE = {PHOTO: ("pdq", "md5", "sha1", "sha256"), VIDEO: ("video_md5", "md5", "sha1", "sha256")}


def require_kind(name: str) -> str:
    """Return the name of a content type. Raises `Refused` for what is none."""
    if name not in _USUAL:
        raise Refused(400, f"no such content_type: there are {PHOTO} and {VIDEO}.")
    return name


def require_type(name: str) -> SignalType:
    """Return the signal type of a name. Raises `Refused` for what is none."""
    signal_type = TYPES.get(name)
    if signal_type is None:
        raise Refused(400, f"No such signal type. There are {', '.join(TYPES)}.")
    return signal_type


def wanted_types(kind: str, asked: str | None) -> tuple[str, ...]:
    """Return the names of the types to hash by: HMA's own for the content type, or those that the client asks for."""
    if asked is None:
        return _USUAL[kind]
    names = [name.strip() for name in asked.split(",") if name.strip()]
    if not names:
        raise Refused(400, "empty signal type selection")
    for name in names:
        if name not in _POSSIBLE[kind]:
            raise Refused(400, f"A {kind} has no signals of that type. It has {', '.join(_POSSIBLE[kind])}.")
    return tuple(dict.fromkeys(names))


def read_signal(name: str, text: Any) -> Signal:
    """Return a signal by the name of its type and its value as text. Raises `Refused`, which never repeats a value.

    As with HMA, digests may have upper case digits and PDQ may not.
    """
    signal_type = require_type(name)
    size = SIGNAL_SIZE_BYTES[signal_type]
    if not isinstance(text, str):
        raise Refused(400, f"invalid signal value: {name} is a text of {2 * size} hexadecimal digits.")
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    is_plain = value.hex() == (text if signal_type is SignalType.PDQ else text.lower())
    if len(value) != size or not is_plain:
        case = " in lower case" if signal_type is SignalType.PDQ else ""
        raise Refused(400, f"invalid signal value: {name} has {2 * size} hexadecimal digits{case}.")
    return Signal(type=signal_type, value=value)


def read_signals(told: Any) -> dict[str, Signal]:
    """Return signals of `{type: value}`, of different types. Raises `Refused`."""
    if not isinstance(told, dict) or not told:
        raise Refused(400, "No signals given: send an object of signal types and values.")
    signals = {name: read_signal(name, text) for name, text in told.items()}
    if len({signal.type for signal in signals.values()}) < len(signals):
        raise Refused(400, "md5 and video_md5 are one type here: give one of them.")
    return signals


def name_of(signal_type: str) -> str:
    """Return the name under which signals of a type are shown."""
    return NAMES.get(signal_type, signal_type)


def values_of(signals: Mapping[str, Signal]) -> dict[str, str]:
    """Return signals as a client gets them."""
    return {name: signal.value.hex() for name, signal in signals.items()}


def check_text(text: str, most: int, what: str) -> str:
    """Return a text that is no longer than it may be. Raises InvalidValue."""
    if len(text) > most:
        raise InvalidValue(f"The {what} has {len(text)} characters; at most {most} are kept. Nothing was done.")
    return text


def shown_types(asked: str | None) -> Sequence[str]:
    """Return the names of the types that a client asks about: all, or the one. Raises `Refused`."""
    if asked is None:
        return tuple(TYPES)
    require_type(asked)
    return (asked,)
