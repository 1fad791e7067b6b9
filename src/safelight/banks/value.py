"""What the value of a signal looks like as text in a list."""

import base64
import binascii
import re
from collections.abc import Sequence
from enum import StrEnum

from safelight.errors import InvalidValue
from safelight.hashing.signal import SIGNAL_SIZE_BYTES, SignalType

_TYPE_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,49}", re.ASCII)
_SIZES: dict[str, int] = {name.value: size for name, size in SIGNAL_SIZE_BYTES.items()}
# The names that lists use for the types we compute. A video's MD5 is an MD5: digests do not care what the file shows.
_ALIASES = {
    **{name: name for name in _SIZES},
    "sha-1": "sha1",
    "sha-256": "sha256",
    "video_md5": "md5",
    "video_sha256": "sha256",
}
_HEX = re.compile(r"[0-9a-f]*", re.ASCII)
_MAX_SHOWN = 20  # characters of a type's name that a message may repeat; a listed value is longer
_TYPE_OF_LENGTH = {32: SignalType.MD5.value, 40: SignalType.SHA1.value}


class OpaqueText(StrEnum):
    """How the values of types that Safelight does not compute are written in a list."""

    HEX = "hex"
    BASE64 = "base64"


def parse_type(text: str, opaque: OpaqueText | None) -> str:
    """Return a signal type by its name in a list.

    Raises `InvalidValue` for a type that Safelight does not compute, unless `opaque` says how its values are written.
    """
    known = _ALIASES.get(text) or _ALIASES.get(text.strip().lower())
    if known is not None:
        return known
    name = text.strip().lower()
    if not _TYPE_NAME.fullmatch(name):
        raise InvalidValue("the signal type is not a name")
    if opaque is None:
        raise InvalidValue(
            f"signals of {_shown(name)} are not known here; say how they are written to keep them as they are"
        )
    return name


def _shown(name: str) -> str:
    """Return a type's name for a message, unless it may be a listed value that stands in the wrong place."""
    if len(name) > _MAX_SHOWN or _HEX.fullmatch(name):
        return "this type (it looks like a value: are two columns swapped?)"
    return f"type {name}"


def parse_value(signal_type: str, text: str, opaque: OpaqueText | None) -> bytes:
    """Return the bytes of a value. Raises `InvalidValue`, which never repeats the value."""
    size = _SIZES.get(signal_type)
    if size is None:
        return _opaque_value(text, opaque)
    if len(text) != 2 * size:
        raise InvalidValue(f"{len(text)} characters where {signal_type} has {2 * size} hexadecimal digits")
    return _hex_value(text)


def parse_values(signal_types: Sequence[str], texts: Sequence[str], opaque: OpaqueText | None) -> list[bytes]:
    """Return the bytes of many values. Raises `InvalidValue` if any has a fault; which one, `parse_value` says."""
    sizes = [_SIZES.get(signal_type) for signal_type in signal_types]
    if None in sizes:
        return [parse_value(name, text, opaque) for name, text in zip(signal_types, texts, strict=True)]
    try:
        values = list(map(bytes.fromhex, texts))
    except ValueError:
        raise InvalidValue("not hexadecimal digits throughout") from None
    # `fromhex` skips blanks: both lengths have to be right.
    if list(map(len, values)) != sizes or sum(map(len, texts)) != 2 * sum(filter(None, sizes)):
        raise InvalidValue("a value is not as long as its type has it, or holds a blank")
    return values


def check_signal(signal_type: str, size_bytes: int) -> None:
    """Raise `InvalidValue` unless a type has this name among us, and its values this size."""
    if signal_type in _SIZES:
        if size_bytes != _SIZES[signal_type]:
            raise InvalidValue(f"{size_bytes} bytes where {signal_type} has {_SIZES[signal_type]}")
    elif not _TYPE_NAME.fullmatch(signal_type) or signal_type in _ALIASES:
        raise InvalidValue("the signal type is not a name")


def infer_type(text: str) -> str:
    """Return the type of a bare hash by its length, where that leaves no doubt. Raises `InvalidValue` where it does."""
    if len(text) == 64:
        raise InvalidValue("64 hexadecimal digits are SHA-256 or PDQ: say which")
    try:
        return _TYPE_OF_LENGTH[len(text)]
    except KeyError:
        raise InvalidValue(f"no signal type has {len(text)} hexadecimal digits: say which type it is") from None


def _opaque_value(text: str, opaque: OpaqueText | None) -> bytes:
    match opaque:
        case OpaqueText.HEX:
            return _hex_value(text)
        case OpaqueText.BASE64:
            try:
                return base64.b64decode(text, validate=True)
            except (binascii.Error, ValueError):
                raise InvalidValue("the value is not base64") from None
        case None:
            raise InvalidValue("values of this type are not known here; say how they are written to keep them")


def _hex_value(text: str) -> bytes:
    if len(text) % 2:
        raise InvalidValue("an odd number of hexadecimal digits")
    try:
        value = bytes.fromhex(text)
    except ValueError:
        raise InvalidValue("not hexadecimal digits throughout") from None
    if 2 * len(value) != len(text):  # fromhex skips blanks
        raise InvalidValue("a blank among the hexadecimal digits")
    return value
