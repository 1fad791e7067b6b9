"""Multipart bodies are read as they come, wherever they are cut, and what is malformed is refused."""

import asyncio
import secrets
from collections.abc import AsyncIterator

import pytest

from safelight.errors import InvalidValue
from safelight.web.parts import MultipartBody

TYPE = "multipart/form-data; boundary=xyz"
MEDIA = secrets.token_bytes(3000) + b"\r\n--xy\r\n--" + secrets.token_bytes(100)


def _part(name: str, data: bytes, more: str = "") -> bytes:
    head = f'--xyz\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + data + b"\r\n"


WHOLE = _part("context", b'{"a": 1}') + _part("media", MEDIA, '; filename="x.jpg"') + b"--xyz--\r\n"


def _read(body: bytes, size: int = 1000, content_type: str = TYPE) -> tuple[bytes, dict[str, bytes]]:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), size):
            yield body[start : start + size]

    async def read() -> tuple[bytes, dict[str, bytes]]:
        multipart = MultipartBody(chunks(), content_type)
        await multipart.find_media()
        return b"".join([chunk async for chunk in multipart.media()]), multipart.small

    return asyncio.run(read())


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 999, 100_000])
def test_media_and_what_comes_with_it_are_read_wherever_they_are_cut(size: int) -> None:
    assert _read(WHOLE, size) == (MEDIA, {"context": b'{"a": 1}'})


def test_what_comes_after_the_media_is_read_too() -> None:
    body = _part("media", MEDIA) + _part("context", b"{}") + b"--xyz--\r\n"
    assert _read(body) == (MEDIA, {"context": b"{}"})


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "no part"),
        (_part("context", b"{}") + b"--xyz--\r\n", "no part"),
        (WHOLE[:-200], "in the middle"),
        (WHOLE[: len(WHOLE) - 10], "in the middle"),
        (b"nonsense", "right form"),
        (_part("media", b"1") + _part("media", b"2") + b"--xyz--\r\n", "two parts"),
        (_part("context", b"x" * 70_000) + WHOLE, "bytes at most"),
        (b"".join(_part(f"p{n}", b"") for n in range(6)) + WHOLE, "more than 4 parts"),
        (_part("media", b"1", "; x=" + "y" * 9000), "right form"),
        (WHOLE + bytes(2 << 20), "besides the media"),
    ],
)
def test_what_is_malformed_is_refused(body: bytes, told: str) -> None:
    with pytest.raises(InvalidValue, match=told):
        _read(body)


@pytest.mark.parametrize(
    "content_type", ["", "multipart/form-data", "text/plain; boundary=xyz", "multipart/mixed; boundary=x"]
)
def test_a_body_without_a_boundary_is_refused(content_type: str) -> None:
    with pytest.raises(InvalidValue, match="boundary"):
        _read(WHOLE, content_type=content_type)


def test_a_boundary_of_no_measure_is_refused() -> None:
    with pytest.raises(InvalidValue, match="right form"):
        _read(WHOLE, content_type=f"multipart/form-data; boundary={'x' * 500}")


def test_media_may_be_larger_than_all_that_is_around_it() -> None:
    media = bytes(3 << 20)
    assert _read(_part("media", media) + b"--xyz--\r\n", 1 << 16) == (media, {})
