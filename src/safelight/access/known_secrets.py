"""What was learned of secrets, kept within bounds until anything changes."""

import threading
from typing import TypeVar

from safelight.access.known import Known

MOST_KNOWN = 10_000
MOST_UNKNOWN = 10_000
"""Secrets that are known to be none: some two megabytes, however many are tried."""


_Kept = TypeVar("_Kept")


class KnownSecrets:
    """By its digest, what is known of a secret; or that it counts for nothing.

    Both are kept apart, so that trying secrets drives out no key that is in use. Where there are too many, the one that
    was learned first goes. All goes when the mark is another.
    """

    def __init__(self, *, most_known: int = MOST_KNOWN, most_unknown: int = MOST_UNKNOWN) -> None:
        self._most_known, self._most_unknown = most_known, most_unknown
        self._lock = threading.Lock()
        self._mark: str | None = None
        self._known: dict[bytes, Known] = {}
        self._unknown: dict[bytes, None] = {}

    def find(self, digest: bytes) -> Known | None:
        """Return what is known of a secret, None where nothing is."""
        return self._known.get(digest)

    def is_unknown(self, digest: bytes) -> bool:
        """Whether it was learned that this secret counts for nothing."""
        return digest in self._unknown

    def adopt(self, mark: str) -> None:
        """Forget everything if the mark is another than when it was learned."""
        with self._lock:
            if mark != self._mark:
                # New ones, not emptied ones: whoever is looking something up meanwhile sees either state whole.
                self._mark, self._known, self._unknown = mark, {}, {}

    def learn(self, mark: str, digest: bytes, known: Known | None) -> None:
        """Keep what was read of a secret, unless it was read under another mark: then something has just changed."""
        with self._lock:
            if mark != self._mark:
                return
            if known is None:
                _put(self._unknown, digest, None, self._most_unknown)
            else:
                _put(self._known, digest, known, self._most_known)

    def __len__(self) -> int:
        """How many secrets something is kept of."""
        return len(self._known) + len(self._unknown)


def _put(kept: dict[bytes, _Kept], digest: bytes, value: _Kept, most: int) -> None:
    while len(kept) >= most:
        del kept[next(iter(kept))]
    kept[digest] = value
