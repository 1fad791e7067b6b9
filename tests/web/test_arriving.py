"""Bodies go into the sealed spool as they come; what breaks off or trickles leaves nothing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from anyio import to_thread
from starlette.requests import ClientDisconnect, Request

from safelight.intake.spool import ContentTooLarge, Spool
from safelight.web.arriving import ArrivalCutOff, read_body_as_file, require_room, spool_body


@pytest.fixture
def spool(tmp_path: Path):
    with Spool(tmp_path / "spool", memory_bytes=1000) as spool:
        yield spool


async def _chunks(*chunks: bytes, wait_s: float = 0.0, error: Exception | None = None) -> AsyncIterator[bytes]:
    for chunk in chunks:
        await asyncio.sleep(wait_s)
        yield chunk
    if error is not None:
        raise error


def _left(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "spool").rglob("*") if path.is_file() and path.suffix != ".lock"]


@pytest.mark.parametrize("chunks", [(b"abc",), (b"", b"ab", b"", b"c"), (b"x" * 700, b"y" * 700), ()])
def test_a_body_is_spooled_as_it_came(spool: Spool, chunks: tuple[bytes, ...]) -> None:
    with asyncio.run(spool_body(_chunks(*chunks), spool, max_bytes=2000)) as spooled:
        assert spooled.read(0, 2000) == b"".join(chunks)


def test_what_breaks_off_is_refused_and_leaves_nothing(spool: Spool, tmp_path: Path) -> None:
    with pytest.raises(ArrivalCutOff, match="went away"):
        asyncio.run(spool_body(_chunks(b"x" * 1500, error=ClientDisconnect()), spool, max_bytes=2000))
    assert _left(tmp_path) == []


def test_what_is_too_long_is_refused_and_leaves_nothing(spool: Spool, tmp_path: Path) -> None:
    with pytest.raises(ContentTooLarge):
        asyncio.run(spool_body(_chunks(*[b"x" * 500] * 5), spool, max_bytes=2000))
    assert _left(tmp_path) == []


@pytest.mark.parametrize("told", ["2000000", "9" * 5000])
def test_what_is_announced_to_be_too_long_is_refused_unread(told: str) -> None:
    request = Request({"type": "http", "headers": [(b"content-length", told.encode())]})
    with pytest.raises(ContentTooLarge):
        require_room(request, 1000)
    require_room(Request({"type": "http", "headers": [(b"content-length", b"999")]}), 1000)
    require_room(Request({"type": "http", "headers": []}), 1000)


def _read_all(*chunks: bytes, max_bytes: int = 2000, error: Exception | None = None) -> bytes:
    async def run() -> bytes:
        file = read_body_as_file(_chunks(*chunks, error=error), max_bytes=max_bytes)
        return await to_thread.run_sync(lambda: file.read(2) + file.read())

    return asyncio.run(run())


@pytest.mark.parametrize("chunks", [(b"abc",), (b"", b"ab", b"", b"c"), (b"x" * 700, b"y" * 700), ()])
def test_a_body_can_be_read_as_a_file(chunks: tuple[bytes, ...]) -> None:
    assert _read_all(*chunks) == b"".join(chunks)


def test_a_file_that_is_too_long_or_breaks_off_is_not_read_on() -> None:
    with pytest.raises(ContentTooLarge):
        _read_all(b"x" * 700, b"y" * 700, max_bytes=1000)
    with pytest.raises(ArrivalCutOff):
        _read_all(b"abc", error=ClientDisconnect())
