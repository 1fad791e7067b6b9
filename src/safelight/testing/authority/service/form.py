"""Reading forms as they come, a file among them in bounded memory: of its bytes only the digests are kept."""

import hashlib
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from safelight.testing.authority.code import Code
from safelight.testing.authority.refused import Refused
from safelight.testing.authority.service.asked import Form, ReadFile

_LONGEST_FIELD = 1000
_LONGEST_BOUNDARY = 70
"""By RFC 2046, 5.1.1."""


class FormReading:
    """Takes a form of either kind piece by piece. `ended` gives it, or raises Refused (4000, 4200 if broken)."""

    def __init__(self, content_type: str) -> None:
        kind, options = parse_options_header(content_type)
        self._parser: MultipartParser | None = None
        self._plain = bytearray()
        self._header, self._value, self._name, self._is_file = b"", b"", "", False
        self._fields: dict[str, bytearray] = {}
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256()
        self._size, self._files = 0, 0
        self._is_whole = False
        self._refusal: Refused | None = None
        if kind == b"multipart/form-data" and 0 < len(options.get(b"boundary", b"")) <= _LONGEST_BOUNDARY:
            self._parser = MultipartParser(options[b"boundary"], self._callbacks())
        elif kind != b"application/x-www-form-urlencoded":
            self._refusal = Refused(Code.INVALID_REQUEST, "The body has to be a form.")

    def take(self, piece: bytes) -> None:
        """Take a piece of the body. After a fault the rest is let go by."""
        if self._refusal is not None:
            return
        if self._parser is None:
            self._plain += piece
            if len(self._plain) > _LONGEST_FIELD:
                self._refusal = Refused(Code.INVALID_REQUEST, "The form is too long.")
            return
        try:
            self._parser.write(piece)
        except MultipartParseError:
            self._refusal = _broken()
        except Refused as refused:
            self._refusal = refused

    def ended(self) -> Form:
        """Return the form, once all of it was taken."""
        if self._refusal is not None:
            raise self._refusal
        if self._parser is None:
            return Form(fields=dict(parse_qsl(self._plain.decode("utf-8", "replace"))))
        if not self._is_whole:
            raise _broken()
        fields = {name: value.decode("utf-8", "replace") for name, value in self._fields.items()}
        if not self._files:
            return Form(fields=fields)
        file = ReadFile(md5=self._md5.hexdigest(), sha256=self._sha256.hexdigest(), size_bytes=self._size)
        return Form(fields=fields, file=file)

    def _callbacks(self) -> Any:
        return {
            "on_header_field": self._on_header_field,
            "on_header_value": self._on_header_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers_finished,
            "on_part_data": self._on_part_data,
            "on_part_begin": self._on_part_begin,
            "on_end": self._on_end,
        }

    def _on_part_begin(self) -> None:
        self._name, self._is_file = "", False

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._header = self._value = b""

    def _on_headers_finished(self) -> None:
        self._is_file = self._name == "file"
        if not self._name or self._name in self._fields or (self._is_file and self._files):
            raise Refused(Code.INVALID_REQUEST, "A part of the form has no name, or comes twice.")
        if self._is_file:
            self._files = 1
        else:
            self._fields[self._name] = bytearray()

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            piece = memoryview(data)[start:end]
            self._md5.update(piece)
            self._sha256.update(piece)
            self._size += len(piece)
            return
        field = self._fields[self._name]
        field += data[start:end]
        if len(field) > _LONGEST_FIELD:
            raise Refused(Code.INVALID_REQUEST, "A field of the form is too long.")

    def _on_end(self) -> None:
        self._is_whole = True


def _broken() -> Refused:
    return Refused(Code.MALFORMED_FILE, "The form is broken off or cannot be read.")
