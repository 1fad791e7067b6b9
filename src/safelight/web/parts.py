"""Multipart bodies, read as a stream: the small parts that say what comes with media, then the media, chunk by chunk.

`UploadFile` and `request.form()` would write the media into a temporary file in the clear: they are never used.
"""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from safelight.errors import InvalidValue

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MEDIA = "media"
CONTEXT = "context"

_MOST_SMALL_BYTES = 64 << 10
_MOST_PARTS = 4
_MOST_AROUND = 1 << 20
"""Bytes of a body that are not the media's, together."""


_MALFORMED = "The multipart body is not of the right form. Nothing was done."


@dataclass(slots=True)
class _Part:
    name: str = ""
    header_name: bytes = b""
    header_value: bytes = b""
    small: bytearray = field(default_factory=bytearray)


class MultipartBody:
    """A multipart body that arrives. First `find_media`, then `media`: what came before the media is in `small`."""

    def __init__(self, chunks: AsyncIterator[bytes], content_type: str) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise InvalidValue("A multipart body names its boundary: Content-Type: multipart/form-data; boundary=…")
        self._chunks = chunks
        self._parser = _parser(boundary, {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._finish,
        })  # fmt: skip
        self._part = _Part()
        self._parts = self._around = 0
        self._ready: deque[bytes] = deque()
        self._is_media = self._has_media = self._media_ended = self._is_finished = False
        self.small: dict[str, bytes] = {}

    async def find_media(self) -> None:
        """Read on to where the media begins. Raises `InvalidValue` where there is none."""
        while not self._has_media:
            if not await self._more():
                raise InvalidValue(f"The body has no part named {MEDIA!r}. Nothing was done.")

    async def media(self) -> AsyncIterator[bytes]:
        """Give the media as it comes, to the end of the whole body. Raises `InvalidValue` for one that breaks off."""
        while True:
            while self._ready:
                yield self._ready.popleft()
            if not await self._more():
                break
        if not (self._media_ended and self._is_finished):
            raise InvalidValue("The body ends in the middle of a part. Nothing was done.")

    async def _more(self) -> bool:
        chunk = await anext(self._chunks, None)
        if chunk is None:
            return False
        self._around += len(chunk)
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise InvalidValue(_MALFORMED) from error
        if self._around > _MOST_AROUND:
            raise InvalidValue(f"The body has more than {_MOST_AROUND} bytes besides the media. Nothing was done.")
        return True

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise InvalidValue(f"The body has more than {_MOST_PARTS} parts. Nothing was done.")
        self._part = _Part()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._part.header_name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._part.header_value += data[start:end]

    def _header_end(self) -> None:
        part = self._part
        if part.header_name.lower() == b"content-disposition":
            _, options = parse_options_header(part.header_value)
            part.name = options.get(b"name", b"").decode("utf-8", "replace")
            self._is_media = part.name == MEDIA
            if self._is_media and self._has_media:
                raise InvalidValue(f"The body has two parts named {MEDIA!r}. Send each media by itself.")
            self._has_media = self._has_media or self._is_media
        part.header_name = part.header_value = b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_media:
            self._ready.append(data[start:end])
            self._around -= end - start
            return
        self._part.small += data[start:end]
        if len(self._part.small) > _MOST_SMALL_BYTES:
            raise InvalidValue(f"A part other than {MEDIA!r} has {_MOST_SMALL_BYTES} bytes at most. Nothing was done.")

    def _end(self) -> None:
        if self._is_media:
            self._media_ended, self._is_media = True, False
        else:
            self.small[self._part.name] = bytes(self._part.small)

    def _finish(self) -> None:
        self._is_finished = True


def _parser(boundary: bytes, callbacks: "MultipartCallbacks") -> MultipartParser:
    try:
        return MultipartParser(boundary, callbacks)
    except FormParserError as error:
        raise InvalidValue(_MALFORMED) from error
