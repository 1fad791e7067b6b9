import asyncio
from collections.abc import AsyncIterator

import pytest

from safelight.web.hma.answer import Refused
from safelight.web.hma.form import MOST_FIELD_BYTES, MultipartForm

KIND = "multipart/form-data; boundary=b"
FILE = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="x"\r\nContent-Type: image/png\r\n\r\n%b\r\n'
FIELD = b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
END = b"--b--\r\n"


async def _chunks(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def _read(body: bytes, *, size: int = 1 << 16, kind: str = KIND) -> tuple[str, bytes, dict[str, str]]:
    async def read() -> tuple[str, bytes, dict[str, str]]:
        form = MultipartForm(kind, _chunks(body, size))
        name = await form.next_file()
        held = b"".join([chunk async for chunk in form.chunks()])
        await form.finish()
        return name, held, form.fields

    return asyncio.run(read())


@pytest.mark.parametrize("size", [1, 2, 7, 1 << 16])
def test_a_file_and_the_fields_around_it_are_read_however_they_are_cut(size: int) -> None:
    data = b"\r\n--b-- is no end\r\n--" + bytes(range(256))
    data = data.replace(b"\r\n--b", b"\r\n--c")
    body = FIELD % (b"note", "é".encode()) + FILE % data + FIELD % (b"metadata", b"{}") + END
    assert _read(body, size=size) == ("photo", data, {"note": "é", "metadata": "{}"})


def test_an_empty_file_is_a_file() -> None:
    assert _read(FILE % b"" + END) == ("photo", b"", {})


def test_a_large_file_comes_on_in_the_chunks_in_which_it_came() -> None:
    async def largest() -> int:
        form = MultipartForm(KIND, _chunks(FILE % bytes(3 << 20) + END, 1 << 16))
        await form.next_file()
        return max([len(chunk) async for chunk in form.chunks()])

    assert asyncio.run(largest()) <= 1 << 16


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (END, 400),
        (b"no form", 400),
        (FIELD % (b"photo", b"x") + END, 400),
        (FILE % b"x" + FILE % b"y" + END, 400),
        (FILE % b"x", 400),
        ((FILE % b"xyz")[:-4], 400),
        (FILE % b"x" + FIELD % (b"note", b"\xff") + END, 400),
        (FILE % b"x" + FIELD % (b"", b"y") + END, 400),
        (FIELD % (b"note", bytes(MOST_FIELD_BYTES + 1)) + FILE % b"x" + END, 413),
        (FILE % b"x" + END + bytes(3 << 20), 413),
        (b"--b\r\n" + b"X: y\r\n" * 20 + b"\r\n", 400),
    ],
)
def test_a_form_that_is_malformed_or_holds_too_much_is_refused(body: bytes, status: int) -> None:
    with pytest.raises(Refused) as refused:
        _read(body)
    assert refused.value.status == status


@pytest.mark.parametrize(
    "kind", ["", "application/json", "multipart/form-data", "multipart/mixed; boundary=b", f"{KIND}{'b' * 500}"]
)
def test_what_is_no_form_is_refused(kind: str) -> None:
    with pytest.raises(Refused):
        _read(FILE % b"x" + END, kind=kind)
