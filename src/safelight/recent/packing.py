"""What was seen as bytes, and back, exactly: what is matched later must be what the scan had.

Little-endian: bytes of facts, bytes of layout, facts (JSON), layout (JSON: type, values, quality and frame of each
signal), then the values of all signals, one after another. Media of the same layout can be looked at by the thousand.
"""

import json
import struct
from functools import lru_cache
from typing import NamedTuple

from safelight.hashing.signal import SIGNAL_SIZE_BYTES, Signal, SignalType
from safelight.recent.seen import Seen

_HEAD = struct.Struct("<II")


class Placed(NamedTuple):
    """Where the values of one signal are: its first byte and how many values there are."""

    type: SignalType
    start: int
    values: int
    quality: int | None
    frame: int | None

    @property
    def end(self) -> int:
        """The first byte after it."""
        return self.start + self.values * SIGNAL_SIZE_BYTES[self.type]


def pack(seen: Seen) -> bytes:
    """Return all of what was seen."""
    banks = None if seen.bank_ids is None else sorted(seen.bank_ids)
    facts = json.dumps([seen.media_digest.hex(), seen.subject_id, seen.content_id, seen.key_id, banks]).encode()
    rows = [(each.type.value, len(_values(each)), each.quality, each.frame) for each in seen.signals]
    layout = json.dumps(rows).encode()
    values = b"".join(value for signal in seen.signals for value in _values(signal))
    return _HEAD.pack(len(facts), len(layout)) + facts + layout + values


def unpack(packed: bytes) -> Seen:
    """Return what was packed."""
    facts_bytes, _ = _HEAD.unpack_from(packed)
    digest, subject_id, content_id, key_id, banks = json.loads(packed[_HEAD.size : _HEAD.size + facts_bytes])
    layout, values = split(packed)
    return Seen(
        media_digest=bytes.fromhex(digest),
        signals=tuple(_signal(placed, values) for placed in places(layout)),
        subject_id=subject_id,
        content_id=content_id,
        key_id=key_id,
        bank_ids=None if banks is None else frozenset(banks),
    )


def split(packed: bytes) -> tuple[bytes, bytes]:
    """Return the layout and the values of what was packed."""
    facts_bytes, layout_bytes = _HEAD.unpack_from(packed)
    start = _HEAD.size + facts_bytes
    return packed[start : start + layout_bytes], packed[start + layout_bytes :]


@lru_cache(maxsize=1_000)
def places(layout: bytes) -> tuple[Placed, ...]:
    """Return where the signals of a layout are among its values."""
    found: list[Placed] = []
    start = 0
    for name, count, quality, frame in json.loads(layout):
        found.append(Placed(SignalType(name), start, count, quality, frame))
        start = found[-1].end
    return tuple(found)


def _values(signal: Signal) -> tuple[bytes, ...]:
    return signal.orientations or (signal.value,)


def _signal(placed: Placed, values: bytes) -> Signal:
    size = SIGNAL_SIZE_BYTES[placed.type]
    parts = tuple(values[start : start + size] for start in range(placed.start, placed.end, size))
    return Signal(
        type=placed.type,
        value=parts[0],
        quality=placed.quality,
        frame=placed.frame,
        orientations=parts if len(parts) > 1 else (),
    )
