"""Search by Hamming distance: one index over the compiled one and its plain twin."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

from safelight.errors import IndexFileRefused
from safelight.hashing.pdq import HAS_KERNEL, Flavour, which_flavour
from safelight.matching.hamming_file_py import MOST_NOTE_BYTES, FileRefused
from safelight.matching.hamming_py import CODE_BITS, CODE_BYTES, Buffer, Found, PlainHammingIndex

if HAS_KERNEL:
    from safelight import _kernel

    _REFUSED: tuple[type[Exception], ...] = (FileRefused, _kernel.FileRefused, OSError)
else:
    _REFUSED = (FileRefused, OSError)

MOST_PAYLOAD = 2**64 - 1
FLAT_BELOW = 300_000
"""Below so many codes, looking at every one is quicker than any directory (facts/performance.md, B.2)."""


class Hits(NamedTuple):
    """What one query found."""

    pairs: list[tuple[int, int]]
    """Distance and payload, nearest first, then by payload."""
    cut: int
    """How many more lay within the radius than the limit let through."""


class _Frozen(Protocol):
    def save(self, path: str, note: bytes) -> None: ...
    def __len__(self) -> int: ...


class _Index(Protocol):
    @property
    def note(self) -> bytes: ...
    def add(self, code: bytes, payload: int) -> None: ...
    def add_many(self, codes: Buffer, payloads: npt.NDArray[np.uint64]) -> None: ...
    def remove(self, payload: int) -> bool: ...
    def remove_range(self, first: int, last: int) -> int: ...
    def search_many(self, codes: Buffer, radius: int, limit: int | None, radii: bytes | None) -> list[Found]: ...
    def fold(self) -> None: ...
    def freeze(self) -> _Frozen: ...
    def describe(self) -> Mapping[str, int | str]: ...
    def __len__(self) -> int: ...


class FrozenHammingIndex:
    """The state of an index at one moment, to be saved later, from any thread, while the index goes on."""

    def __init__(self, frozen: _Frozen) -> None:
        self._frozen = frozen

    def save(self, path: Path, note: bytes = b"") -> None:
        """Write the file: under a new name, synced, then renamed, so that a reader sees the old one or the new one.

        `note` is the saver's own, at most 64 KiB, and given back as `HammingIndex.note` by who opens the file.
        Raises OSError when the place does not allow it, MemoryError when the codes cannot be merged.
        """
        if len(note) > MOST_NOTE_BYTES:
            raise ValueError(f"A note has at most {MOST_NOTE_BYTES} bytes, not {len(note)}.")
        self._frozen.save(str(path), note)

    def __len__(self) -> int:
        return len(self._frozen)


class HammingIndex:
    """Codes of 32 bytes, each with a payload: a whole number from 0 to 2^64 - 1 by which the caller knows it.

    Every search is exact. The same code may be held under several payloads, and a payload may have several codes; each
    is found. Changes are visible to the next search. Any number of threads may search and change one index.

    `radius` is the one to plan for: up to it a directory helps, beyond it a search looks at every code. `level` forces
    an instruction set of the compiled index. Up to `flat_below` codes no directory is built. Codes added later lie
    apart until there are more than `fold_above` of them (None: by the size of the rest); then a thread folds them in,
    unless `folds_by_itself` is off.

    Wrong lengths and ranges raise ValueError, wrong types TypeError, and a kernel that was asked for by name and is not
    installed InvalidValue.
    """

    def __init__(
        self,
        *,
        radius: int = 31,
        flavour: str = Flavour.AUTO,
        level: str = "",
        flat_below: int = FLAT_BELOW,
        fold_above: int | None = None,
        folds_by_itself: bool = True,
    ) -> None:
        _require_radius(radius)
        self._index: _Index
        if _is_compiled(flavour, level):
            self._index = _kernel.HammingIndex(radius, level, flat_below, fold_above, folds_by_itself)
        else:
            self._index = PlainHammingIndex(radius)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        flavour: str = Flavour.AUTO,
        level: str = "",
        flat_below: int = FLAT_BELOW,
        fold_above: int | None = None,
        folds_by_itself: bool = True,
    ) -> Self:
        """Open what `freeze().save` wrote. The compiled index maps the file: processes share its memory.

        Raises IndexFileRefused with the reason where the file is missing, damaged, foreign or of another version or
        flavour; InvalidValue as the constructor does.
        """
        self = cls.__new__(cls)
        try:
            if _is_compiled(flavour, level):
                self._index = _kernel.HammingIndex.open(str(path), level, flat_below, fold_above, folds_by_itself)
            else:
                self._index = PlainHammingIndex.open(str(path))
        except _REFUSED as error:
            raise IndexFileRefused(
                f"The index file {path} cannot be used, and nothing was taken from it: {_reason(error)}. The index can "
                "be built anew from the database."
            ) from error
        return self

    @property
    def note(self) -> bytes:
        """What the saver said of the file that this was opened from; b"" for a new index."""
        return self._index.note

    def add(self, code: bytes, payload: int) -> None:
        """Add one code."""
        _require_payload(payload)
        self._index.add(code, payload)

    def add_many(self, codes: Buffer, payloads: npt.NDArray[np.uint64]) -> None:
        """Add many codes, joined, with one payload for each (an array without gaps); all become visible at once."""
        self._index.add_many(codes, payloads)

    def remove(self, payload: int) -> bool:
        """Remove every code with this payload; say whether there was one."""
        _require_payload(payload)
        return self._index.remove(payload)

    def remove_range(self, first: int, last: int) -> int:
        """Remove every code whose payload is `first` to `last`, both included; say how many there were."""
        _require_payload(first)
        _require_payload(last)
        return self._index.remove_range(first, last)

    def search(self, code: bytes, radius: int = 31, *, limit: int | None = None, radii: bytes | None = None) -> Hits:
        """Return what lies within `radius` bits of a code, nearest first, at most `limit` of it.

        With `radii`, each group has a radius of its own and `radius` is not looked at: the group of a payload is its
        upper 24 bits, and its radius the byte of that number. 255, or a number beyond the end: the group is left out.
        The limit counts only what passes.
        """
        if len(code) != CODE_BYTES:
            raise ValueError("A code is 32 bytes.")
        return self.search_many(code, radius, limit=limit, radii=radii)[0]

    def search_many(
        self, codes: Buffer, radius: int = 31, *, limit: int | None = None, radii: bytes | None = None
    ) -> list[Hits]:
        """Return what `search` returns for each of many joined codes, such as the eight orientations of a picture.

        All of them see one state of the index.
        """
        _require_radius(radius)
        if limit is not None and limit < 0:
            raise ValueError(f"A limit is 0 or more, not {limit}.")
        return [Hits(*found) for found in self._index.search_many(codes, radius, limit, radii)]

    def fold(self) -> None:
        """Fold in now what was added and removed, and wait for it. Searches go on meanwhile.

        Raises MemoryError when there is no room for it; the index is then as it was.
        """
        self._index.fold()

    def freeze(self) -> FrozenHammingIndex:
        """Return the state at this moment, to be saved later. Cheap: nothing is folded and little is copied."""
        return FrozenHammingIndex(self._index.freeze())

    def describe(self) -> Mapping[str, int | str]:
        """Return figures about the index: `codes`, `radius`, `level` and `resident_bytes` at the least."""
        return self._index.describe()

    def __len__(self) -> int:
        return len(self._index)


def _is_compiled(flavour: str, level: str) -> bool:
    is_compiled = which_flavour(flavour) is Flavour.KERNEL
    if level and not is_compiled:
        raise ValueError(f"The plain index has no instruction set level '{level}'.")
    return is_compiled


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.strip().rstrip(".")


def _require_radius(radius: int) -> None:
    if not 0 <= radius <= CODE_BITS:
        raise ValueError(f"A radius is 0 to {CODE_BITS} bits, not {radius}.")


def _require_payload(payload: int) -> None:
    if not 0 <= payload <= MOST_PAYLOAD:
        raise ValueError("A payload is a whole number from 0 to 2^64 - 1.")
