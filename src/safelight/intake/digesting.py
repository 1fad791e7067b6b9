"""MD5, SHA-1 and SHA-256 of bytes as they pass, side by side."""

import hashlib
from concurrent.futures import Executor, Future, wait

from safelight.intake.media import Digests

_THREADED_BYTES = 1 << 18
"""Less than this is digested at once: handing it to other threads would cost more than it saves."""


class Digesting:
    """Takes pieces one after the other. Long ones are digested in threads: call `settle` before one is overwritten.

    MD5 and SHA-1 are broken as proof of identity; they are computed because lists hold them.
    """

    def __init__(self, threads: Executor) -> None:
        self._threads = threads
        self._states = [hashlib.new(name, usedforsecurity=False) for name in ("md5", "sha1", "sha256")]
        self._running: list[Future[None]] = []

    def take(self, piece: memoryview) -> None:
        """Digest a further piece, after those before it."""
        if len(piece) < _THREADED_BYTES:
            for state in self._states:
                state.update(piece)
        else:
            self._running = [self._threads.submit(state.update, piece) for state in self._states]

    def settle(self) -> None:
        """Wait until what was taken is digested."""
        wait(self._running)
        self._running = []

    def digests(self) -> Digests:
        """Return the digests of all that was taken."""
        md5, sha1, sha256 = (state.digest() for state in self._states)
        return Digests(md5=md5, sha1=sha1, sha256=sha256)
