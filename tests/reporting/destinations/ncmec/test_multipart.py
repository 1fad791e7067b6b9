"""An upload's body is streamed, counted and digested as it goes, and is whole or no upload."""

import hashlib
from email import message_from_bytes
from email.policy import HTTP

import pytest

from safelight.errors import InvalidValue
from safelight.reporting.destinations.ncmec.multipart import MultipartBody, Upload


def _body(data: bytes, size_bytes: int | None = None) -> MultipartBody:
    pieces = (data[at : at + 7] for at in range(0, len(data), 7))
    size = len(data) if size_bytes is None else size_bytes
    return MultipartBody(upload=Upload(report_id=4711, size_bytes=size, pieces=pieces))


@pytest.mark.parametrize("data", [b"", b"benign bytes\r\n--x--\r\n" * 10])
def test_a_body_holds_the_id_and_the_file_and_is_as_long_as_it_says(data: bytes) -> None:
    body = _body(data)
    size = body.size_bytes
    sent = b"".join(body)
    assert len(sent) == size == body.sent.size_bytes
    whole = b"Content-Type: " + body.content_type.encode() + b"\r\n\r\n" + sent
    number, file = message_from_bytes(whole, policy=HTTP).iter_parts()
    assert (number.get_param("name", header="content-disposition"), number.get_content().strip()) == ("id", "4711")
    assert (file.get_param("name", header="content-disposition"), file.get_filename()) == ("file", "file")
    assert file.get_payload(decode=True) == data


def test_the_file_and_the_whole_are_digested() -> None:
    body = _body(b"benign bytes")
    sent = b"".join(body)
    assert body.sent.file_md5 == hashlib.md5(b"benign bytes").hexdigest()
    assert body.sent.sha256 == hashlib.sha256(sent).digest()
    assert body.sent.file_md5 not in repr(body.sent)


@pytest.mark.parametrize("size_bytes", [0, 11, 13])
def test_a_file_of_another_length_is_no_upload(size_bytes: int) -> None:
    body = _body(b"benign bytes", size_bytes)
    sent = []
    with pytest.raises(InvalidValue, match="not as long as was said"):
        sent.extend(body)
    assert len(b"".join(sent)) < body.size_bytes


def test_no_two_bodies_share_a_boundary() -> None:
    assert _body(b"").boundary != _body(b"").boundary
