"""Content whose MD5 is taken as it is read, so that a file is opened once to be sent and compared."""

import hashlib

from safelight.intake.content import CHUNK_BYTES
from safelight.sandbox.content import Content


class Md5Content:
    """Gives content as it is. What is read in order is digested as it goes by; the rest is read for that at the end."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._digest = hashlib.md5(usedforsecurity=False)
        self._digested_bytes = 0

    @property
    def size_bytes(self) -> int:
        """The length of the whole."""
        return self._content.size_bytes

    def read(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; fewer only at the end."""
        data = self._content.read(offset, length)
        if offset <= self._digested_bytes < offset + len(data):
            self._digest.update(memoryview(data)[self._digested_bytes - offset :])
            self._digested_bytes = offset + len(data)
        return data

    def md5(self) -> str:
        """Return the MD5 of the whole, in hexadecimal. What was not read yet is read now."""
        while self._digested_bytes < self.size_bytes:
            self.read(self._digested_bytes, CHUNK_BYTES)
        return self._digest.hexdigest()
