"""A sketch of PDQ values: it tells whether many were near one another, and holds none of them.

Each of a few rows looks at some bits of a value, drawn at random when the sketch is made, and counts in one of its
cells how often these bits came. Values that differ in few bits mostly agree in the bits of a row, and so fall into one
cell; unrelated ones fall anywhere. From a cell nobody can tell what fell into it: the bits and the places are drawn
anew by each process and never leave it.

The share of values that fall into one cell of a row, at a distance of d bits from their middle, is (1 - d/256)^24:
0.69 at 4 bits, 0.47 at 8, 0.21 at 16, and one in sixteen million for unrelated values.
"""

import secrets
from array import array
from hashlib import blake2b

from safelight.errors import InvalidValue

VALUE_BYTES = 32
_BITS = VALUE_BYTES * 8
_ROWS = 8
_LOOKED_AT = 24
_CELLS_LOG2 = 14
_LOW_61 = (1 << 61) - 1
_SEEN_BYTES = 1 << 20


class Sketch:
    """Counts values by their likeness, each distinct value once. It takes 1.5 MiB at most, however many values come."""

    def __init__(self) -> None:
        draw = secrets.SystemRandom()
        self._rows = [
            (
                _mask(draw.sample(range(_BITS), _LOOKED_AT)),
                draw.randrange(1, _LOW_61, 2),
                array("I", bytes(4 << _CELLS_LOG2)),
            )
            for _ in range(_ROWS)
        ]
        self._key = secrets.token_bytes(32)
        self._seen = bytearray(_SEEN_BYTES)
        self.count = 0

    def add(self, value: bytes) -> int:
        """Count a value of 32 bytes; return how many were near it, as far as half of the rows agree; 0 if it was seen.

        Some values are taken for seen that were not, the more the more came: none of 10 000, a twentieth of a million.
        Raises `InvalidValue` for another length.
        """
        if len(value) != VALUE_BYTES:
            raise InvalidValue(f"A PDQ value has {VALUE_BYTES} bytes, not {len(value)}.")
        if self._was_seen(value):
            return 0
        self.count += 1
        number = int.from_bytes(value, "big")
        counted = []
        for mask, factor, cells in self._rows:  # in one loop, because it runs for every signal that is looked up
            # `hash` takes a number modulo 2^61 - 1; times an odd factor, the highest of 61 bits are well mixed.
            cell = (hash(number & mask) * factor & _LOW_61) >> (61 - _CELLS_LOG2)
            cells[cell] += 1
            counted.append(cells[cell])
        counted.sort()
        return counted[_ROWS // 2]

    def _was_seen(self, value: bytes) -> bool:
        drawn = int.from_bytes(blake2b(value, key=self._key, digest_size=8).digest(), "big")
        was_seen = True
        for place in (drawn & 0xFFFFFFFF, drawn >> 32):
            byte, bit = (place >> 3) % _SEEN_BYTES, 1 << (place & 7)
            was_seen = was_seen and bool(self._seen[byte] & bit)
            self._seen[byte] |= bit
        return was_seen

    @property
    def usual(self) -> float:
        """How many unrelated values a cell holds on average."""
        return self.count / (1 << _CELLS_LOG2)


def _mask(places: list[int]) -> int:
    return sum(1 << place for place in places)
