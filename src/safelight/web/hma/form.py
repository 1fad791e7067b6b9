"""Multipart bodies, read as they come: one file, whose bytes are handed on at once, and a few short fields.

Nothing here touches a disk: what is usual for uploads writes them there in the clear.
"""

from collections import deque
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, NamedTuple

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from safelight.web.hma.answer import Refused

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MOST_FIELD_BYTES = 64 * 1024
"""Of all fields of a form that are no file, together."""

_MOST_AROUND = 1 << 20
"""Bytes of a body that are neither a file's nor a field's: boundaries, headers, what comes before and after."""


class _Piece(NamedTuple):
    """What a parser found: that a file of this name begins, some of its bytes, or (None) that it ends."""

    begins: str = ""
    data: bytes | None = None


class MultipartForm:
    """One body. `next_file` goes to the file, `chunks` gives its bytes, `finish` reads what comes after it.

    Each raises `Refused` for a form that is malformed, or that holds more than it may.
    """

    def __init__(self, content_type: str, stream: AsyncIterator[bytes]) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise Refused(400, "Missing multipart/form-data file upload. Send the media as one part of such a form.")
        self.fields: dict[str, str] = {}
        self._stream = stream
        self._pieces: deque[_Piece] = deque()
        self._reader = _Reader(self.fields, self._pieces)
        try:
            self._parser = MultipartParser(options[b"boundary"], self._reader.callbacks())
        except FormParserError as error:
            raise Refused(400, "The form is malformed. Nothing of it was kept.") from error

    async def next_file(self) -> str:
        """Go to the file and return the name of its field. Raises `Refused` where there is none."""
        while True:
            piece = await self._next()
            if piece is None:
                raise Refused(400, "Missing multipart/form-data file upload: the form holds no file.")
            if piece.begins:
                return piece.begins

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give the bytes of the file as they come."""
        while (piece := await self._next()) is not None:
            if piece.data is None:
                return
            yield piece.data
        raise Refused(400, "The form ends in the middle of the file. Nothing of it was kept.")

    async def finish(self) -> None:
        """Read the rest. Raises `Refused` where there is another file."""
        if await self._next() is not None:
            raise Refused(400, "Only one file allowed per request. Nothing was kept.")

    async def _next(self) -> _Piece | None:
        while not self._pieces:
            chunk = await anext(self._stream, None)
            if chunk is None:
                self._reader.require_end()
                return None
            self._write(chunk)
        return self._pieces.popleft()

    def _write(self, chunk: bytes) -> None:
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise Refused(400, "The form is malformed. Nothing of it was kept.") from error
        self._reader.count(len(chunk))


class _Reader:
    """What the parser calls: files become pieces, other parts become fields."""

    def __init__(self, fields: dict[str, str], pieces: deque[_Piece]) -> None:
        self._fields, self._pieces = fields, pieces
        self._header, self._disposition, self._value = bytearray(), b"", bytearray()
        self._name, self._is_file = "", False
        self._field = bytearray()
        self._field_bytes = self._file_bytes = self._seen = 0
        self._has_ended = False

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._take_header,
            "on_header_value": self._take_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_part_data": self._take_data,
            "on_part_end": self._end,
            "on_end": self._end_all,
        }

    def count(self, size: int) -> None:
        self._seen += size
        if self._seen - self._file_bytes > _MOST_AROUND:
            raise Refused(413, "The form holds far more than a file and its fields. Nothing of it was kept.")

    def require_end(self) -> None:
        if not self._has_ended:
            raise Refused(400, "The form breaks off. Nothing of it was kept.")

    def _begin(self) -> None:
        self._disposition, self._name, self._is_file = b"", "", False
        self._field = bytearray()

    def _take_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _take_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header, self._value = bytearray(), bytearray()

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if not self._name:
            raise Refused(400, "A part of the form has no name. Nothing of it was kept.")
        self._is_file = b"filename" in options
        if self._is_file:
            self._pieces.append(_Piece(begins=self._name))

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._file_bytes += end - start
            self._pieces.append(_Piece(data=bytes(data[start:end])))
            return
        self._field_bytes += end - start
        if self._field_bytes > MOST_FIELD_BYTES:
            raise Refused(413, f"The form's fields have more than {MOST_FIELD_BYTES} bytes. Nothing of it was kept.")
        self._field += data[start:end]

    def _end(self) -> None:
        if self._is_file:
            self._pieces.append(_Piece())
            return
        try:
            self._fields[self._name] = self._field.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused(400, "A field of the form is not UTF-8. Nothing of it was kept.") from None

    def _end_all(self) -> None:
        self._has_ended = True
