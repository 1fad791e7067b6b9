"""Forms are read in pieces of any size; of a file only size and digests are kept."""

import hashlib
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safelight.testing.authority.refused import Refused
from safelight.testing.authority.service.asked import Form
from safelight.testing.authority.service.form import FormReading

_TYPE = "multipart/form-data; boundary=xyz"
_PLAIN = "application/x-www-form-urlencoded"


def _part(name: str, content: bytes, more: str = "") -> bytes:
    return f'--xyz\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + content + b"\r\n"


def _read(body: bytes, content_type: str = _TYPE, size: int = 1000) -> Form:
    reading = FormReading(content_type)
    for start in range(0, len(body), size):
        reading.take(body[start : start + size])
    return reading.ended()


def _code(body: bytes, content_type: str = _TYPE) -> int:
    with pytest.raises(Refused) as refused:
        _read(body, content_type)
    return refused.value.code


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.integers(1, 50), st.booleans())
def test_a_file_is_read_in_pieces_of_any_size_and_in_either_order(content: bytes, size: int, is_first: bool) -> None:
    parts = [_part("id", b"17"), _part("file", content, '; filename="a.png"')]
    form = _read(b"".join(reversed(parts) if is_first else parts) + b"--xyz--\r\n", size=size)
    assert form.fields == {"id": "17"}
    assert form.file is not None
    assert (form.file.md5, form.file.size_bytes) == (hashlib.md5(content).hexdigest(), len(content))
    assert form.file.sha256 == hashlib.sha256(content).hexdigest()


def test_a_plain_form_is_read_too() -> None:
    assert _read(b"id=17&x=a+b", _PLAIN) == Form(fields={"id": "17", "x": "a b"})
    assert _read(b"", _PLAIN) == Form(fields={})


def test_a_form_without_a_file_has_none() -> None:
    assert _read(_part("id", b"17") + b"--xyz--") == Form(fields={"id": "17"})


def test_what_is_broken_off_or_no_form_inside_is_a_malformed_file() -> None:
    whole = _part("id", b"17") + _part("file", b"abc")
    assert [_code(body) for body in (whole, whole[:-4], b"", b"no form at all", b"--abc--")] == [4200] * 5


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{}", "application/json"),
        (b"", ""),
        (b"--xyz--", "multipart/form-data"),
        (b"--xyz--", f"multipart/form-data; boundary={'x' * 71}"),
        (b"id=1&x=" + b"x" * 1000, _PLAIN),
        (_part("id", b"1") + _part("id", b"2") + b"--xyz--", _TYPE),
        (_part("file", b"1") + _part("file", b"2") + b"--xyz--", _TYPE),
        (_part("", b"1") + b"--xyz--", _TYPE),
        (_part("id", b"1" * 1001) + b"--xyz--", _TYPE),
    ],
)
def test_other_requests_are_invalid(body: bytes, content_type: str) -> None:
    assert _code(body, content_type) == 4000


def test_a_large_file_takes_no_memory() -> None:
    reading, piece = FormReading(_TYPE), b"x" * (1 << 20)
    tracemalloc.start()
    reading.take(_part("id", b"1") + _part("file", b"")[:-2])
    for _ in range(64):
        reading.take(piece)
    reading.take(b"\r\n--xyz--")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    file = reading.ended().file
    assert file is not None
    assert file.size_bytes == 64 << 20
    assert most < 1 << 20
