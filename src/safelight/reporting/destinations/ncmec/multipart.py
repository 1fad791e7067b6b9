"""The body of an upload: the report's id and one file, streamed, of a length that is known before."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from safelight.errors import InvalidValue
from safelight.reporting.destinations.ncmec.outcome import Sent

_NEWLINE = b"\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file for one report.

    `pieces` is read once, `size_bytes` of it; nothing of it is kept. The file goes under a name of ours: what it was
    called belongs into its details, and a name in a header is one more thing to be read in two ways.
    """

    report_id: int
    size_bytes: int
    pieces: Iterable[bytes] = field(repr=False)


@dataclass(slots=True, kw_only=True)
class MultipartBody:
    """The body of one upload. `sent` says what was sent once it was read to its end."""

    upload: Upload
    boundary: str = field(default_factory=lambda: f"safelight-{secrets.token_hex(24)}")
    _whole: "hashlib._Hash" = field(default_factory=hashlib.sha256, repr=False)
    _file: "hashlib._Hash" = field(default_factory=lambda: hashlib.md5(usedforsecurity=False), repr=False)
    _sent_bytes: int = 0

    @property
    def content_type(self) -> str:
        """The header that tells the boundary."""
        return f"multipart/form-data; boundary={self.boundary}"

    @property
    def size_bytes(self) -> int:
        """The length of the whole body."""
        return len(self._head()) + self.upload.size_bytes + len(self._tail())

    @property
    def sent(self) -> Sent:
        """What was sent so far."""
        return Sent(size_bytes=self._sent_bytes, sha256=self._whole.digest(), file_md5=self._file.hexdigest())

    def __iter__(self) -> Iterator[bytes]:
        """Give the body. Raises `InvalidValue` where the file is longer or shorter than was said."""
        yield self._counted(self._head())
        left = self.upload.size_bytes
        for piece in self.upload.pieces:
            left -= len(piece)
            if left < 0:
                break
            self._file.update(piece)
            yield self._counted(piece)
        if left != 0:
            raise InvalidValue("The file is not as long as was said. What was sent of it is no whole upload.")
        yield self._counted(self._tail())

    def _counted(self, piece: bytes) -> bytes:
        self._whole.update(piece)
        self._sent_bytes += len(piece)
        return piece

    def _head(self) -> bytes:
        mark = b"--" + self.boundary.encode("ascii")
        lines = [
            mark,
            b'Content-Disposition: form-data; name="id"',
            b"",
            b"%d" % self.upload.report_id,
            mark,
            b'Content-Disposition: form-data; name="file"; filename="file"',
            b"Content-Type: application/octet-stream",
            b"",
            b"",
        ]
        return _NEWLINE.join(lines)

    def _tail(self) -> bytes:
        return _NEWLINE + b"--" + self.boundary.encode("ascii") + b"--" + _NEWLINE
