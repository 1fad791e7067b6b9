"""Frames: the fixed-format messages between parent and worker. Nothing is ever unpickled.

Every frame is a 16-byte header (magic, kind, request number, length of the payload) and the payload. Little endian.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

from safelight.errors import InvalidValue
from safelight.sandbox.failure import Failure
from safelight.sandbox.layer import Layer, LayerName

HEADER = struct.Struct("<4sIII")
_MAGIC = b"SLW1"
_TASK = struct.Struct("<HHQ")
_RANGE = struct.Struct("<QI")
_LAYER = struct.Struct("<BBH")
_LAYERS = tuple(LayerName)
_FAILURES = tuple(Failure)

CHUNK_BYTES = (1 << 20) - 4096
"""The most of a file that one frame carries; with its header it fits into a pipe of 1 MiB."""
READY_LIMIT_BYTES = 8192
FAILED_LIMIT_BYTES = 65
SMALL_LIMIT_BYTES = max(FAILED_LIMIT_BYTES, _RANGE.size)
_OPTIONS_LIMIT_BYTES = 4096


class Kind(IntEnum):
    """What a frame is."""

    READY = 1
    TASK = 2
    RANGE_WANTED = 3
    RANGE = 4
    ANSWER = 5
    FAILED = 6


_KINDS = frozenset(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRequest:
    """The head of a task: what to run on how many bytes, and the first of them."""

    name: str
    options: bytes
    size_bytes: int
    prefix: bytes


def pack_header(kind: Kind, request: int, length: int) -> bytes:
    """Return the header of a frame."""
    return HEADER.pack(_MAGIC, kind, request, length)


def pack_frame(kind: Kind, request: int, payload: bytes) -> bytes:
    """Return a whole frame."""
    return pack_header(kind, request, len(payload)) + payload


def parse_header(header: bytes | bytearray | memoryview) -> tuple[Kind, int, int]:
    """Return kind, request number and payload length. Raises InvalidValue if it is no header of ours."""
    magic, kind, request, length = HEADER.unpack(header)
    if magic != _MAGIC or kind not in _KINDS:
        raise InvalidValue("a frame has not the agreed form")
    return Kind(kind), request, length


def pack_task(name: str, options: bytes, size_bytes: int) -> bytes:
    """Return the payload of a task without the file's first bytes, which follow it in the same frame."""
    if len(options) > _OPTIONS_LIMIT_BYTES:
        raise InvalidValue(f"options of a task may be {_OPTIONS_LIMIT_BYTES} bytes, not {len(options)}")
    encoded = name.encode()
    return _TASK.pack(len(encoded), len(options), size_bytes) + encoded + options


def parse_task(payload: memoryview) -> TaskRequest:
    """Read a task in the worker; the parent is trusted."""
    name_length, options_length, size_bytes = _TASK.unpack_from(payload)
    options_at = _TASK.size + name_length
    prefix_at = options_at + options_length
    return TaskRequest(
        name=str(payload[_TASK.size : options_at], "utf-8"),
        options=bytes(payload[options_at:prefix_at]),
        size_bytes=size_bytes,
        prefix=bytes(payload[prefix_at:]),
    )


def pack_range(offset: int, length: int) -> bytes:
    """Return the payload that asks for a range of the file."""
    return _RANGE.pack(offset, length)


def parse_range(payload: bytes, size_bytes: int) -> tuple[int, int]:
    """Return offset and length. Raises InvalidValue unless the range lies in the file and fits into a frame."""
    if len(payload) != _RANGE.size:
        raise InvalidValue("a range has not the agreed form")
    offset, length = _RANGE.unpack(payload)
    if not 0 < length <= CHUNK_BYTES or offset + length > size_bytes:
        raise InvalidValue("a range lies outside the file")
    return int(offset), int(length)


def pack_failed(reason: Failure, detail: str) -> bytes:
    """Return the payload that tells of a failure; `detail` is the name of an exception."""
    text = detail.encode("ascii", "ignore")[: FAILED_LIMIT_BYTES - 1]
    return bytes([_FAILURES.index(reason)]) + text


def parse_failed(payload: bytes) -> tuple[Failure, str]:
    """Return reason and detail. Raises InvalidValue on anything else."""
    if not payload or payload[0] >= len(_FAILURES):
        raise InvalidValue("a failure has not the agreed form")
    detail = payload[1:]
    if not all(byte in b"_." or chr(byte).isalnum() for byte in detail) or not detail.isascii():
        raise InvalidValue("a failure's detail is not a name")
    return _FAILURES[payload[0]], detail.decode("ascii")


def pack_ready(layers: list[Layer]) -> bytes:
    """Return the payload by which a worker tells its layers."""
    parts = []
    for layer in layers:
        text = layer.detail.encode()[:500]
        parts.append(_LAYER.pack(_LAYERS.index(layer.name), layer.is_on, len(text)) + text)
    return b"".join(parts)


def parse_ready(payload: bytes) -> tuple[Layer, ...]:
    """Return the layers a worker tells of. Raises InvalidValue unless each is there exactly once, in order."""
    layers = []
    at = 0
    while at < len(payload):
        try:
            name, is_on, length = _LAYER.unpack_from(payload, at)
            detail = payload[at + _LAYER.size : at + _LAYER.size + length].decode()
            layers.append(Layer(name=_LAYERS[name], is_on=bool(is_on), detail=detail))
        except (struct.error, UnicodeDecodeError, IndexError) as error:
            raise InvalidValue("a worker's list of layers has not the agreed form") from error
        at += _LAYER.size + length
    if tuple(layer.name for layer in layers) != _LAYERS:
        raise InvalidValue("a worker's list of layers is not complete")
    return tuple(layers)
