"""Search by Hamming distance in plain numpy: the specification of the compiled index, and its stand-in."""

import threading

import numpy as np
import numpy.typing as npt

CODE_BYTES = 32


class PlainHammingIndex:
    """The twin of the compiled index: `safelight.matching.hamming.HammingIndex` says what it does."""

    def __init__(self) -> None:
        self._codes: npt.NDArray[np.uint8] = np.empty((0, CODE_BYTES), np.uint8)
        self._payloads: npt.NDArray[np.uint64] = np.empty(0, np.uint64)
        self._lock = threading.Lock()

    def add(self, code: bytes, payload: int) -> None:
        """Add one code."""
        if len(code) != CODE_BYTES:
            raise ValueError("A code is 32 bytes.")
        self.add_many(code, np.array([payload], np.uint64))

    def add_many(self, codes: bytes, payloads: npt.NDArray[np.uint64]) -> None:
        """Add many codes, visible all at once."""
        if len(codes) != CODE_BYTES * len(payloads):
            raise ValueError("There must be 32 bytes of codes for each payload.")
        if payloads.dtype != np.uint64:
            raise TypeError(f"Payloads are an array of uint64, not of {payloads.dtype}.")
        added = np.frombuffer(codes, np.uint8).reshape(-1, CODE_BYTES)
        with self._lock:
            self._codes = np.concatenate([self._codes, added])
            self._payloads = np.concatenate([self._payloads, payloads])

    def remove(self, payload: int) -> bool:
        """Remove every code with this payload; say whether there was one."""
        with self._lock:
            is_kept = self._payloads != np.uint64(payload)
            self._codes = self._codes[is_kept]
            self._payloads = self._payloads[is_kept]
        return not bool(is_kept.all())

    def search(self, code: bytes, radius: int) -> list[tuple[int, int]]:
        """Return (distance, payload) of every code within the radius, nearest first, then by payload."""
        if len(code) != CODE_BYTES:
            raise ValueError("A code is 32 bytes.")
        return self.search_many(code, radius)[0]

    def search_many(self, codes: bytes, radius: int) -> list[list[tuple[int, int]]]:
        """Return what `search` returns for each of many codes, 32 bytes each."""
        if len(codes) % CODE_BYTES:
            raise ValueError("Codes are 32 bytes each.")
        with self._lock:  # arrays are replaced, never changed: what was taken here stays as it is
            held, payloads = self._codes, self._payloads
        queries = np.frombuffer(codes, np.uint8).reshape(-1, CODE_BYTES)
        return [_near(query, held, payloads, radius) for query in queries]

    def __len__(self) -> int:
        with self._lock:
            return len(self._payloads)


def _near(
    query: npt.NDArray[np.uint8], held: npt.NDArray[np.uint8], payloads: npt.NDArray[np.uint64], radius: int
) -> list[tuple[int, int]]:
    differing = np.bitwise_xor(held.view(np.uint64), query.view(np.uint64))
    distances = np.bitwise_count(differing).sum(axis=1, dtype=np.int64)
    is_near = distances <= radius
    return sorted(zip(distances[is_near].tolist(), payloads[is_near].tolist(), strict=True))
