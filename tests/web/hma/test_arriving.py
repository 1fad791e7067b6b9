import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.requests import ClientDisconnect

from safelight.intake.spool import ContentTooLarge, Spool
from safelight.web.hma import arriving
from safelight.web.hma.arriving import ArrivalCutOff, spool_body


async def _body(*chunks: bytes, then: Exception | None = None, pause_s: float = 0) -> AsyncIterator[bytes]:
    for chunk in chunks:
        await asyncio.sleep(pause_s)
        yield chunk
    if then is not None:
        raise then


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", memory_bytes=1024)


def _files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def test_a_large_body_lies_sealed_on_disk_and_never_in_the_clear(spool: Spool, tmp_path: Path) -> None:
    plain = b"in the clear " * 100_000

    async def arrive() -> None:
        with await spool_body(_body(plain[:500_000], plain[500_000:]), spool, max_bytes=1 << 30) as spooled:
            assert spooled.read(0, len(plain)) == plain
            assert _files(tmp_path)
            assert not any(b"in the clear" in held for held in _files(tmp_path))

    asyncio.run(arrive())
    assert not any(_files(tmp_path / "spool"))


def test_nothing_is_left_of_a_body_that_is_too_long_or_breaks_off(spool: Spool, tmp_path: Path) -> None:
    for body, error in (
        (_body(bytes(3000)), ContentTooLarge),
        (_body(bytes(2000), then=ClientDisconnect()), ArrivalCutOff),
    ):
        with pytest.raises(error):
            asyncio.run(spool_body(body, spool, max_bytes=2500))
    assert not any(_files(tmp_path / "spool"))


def test_a_sender_that_falls_silent_is_given_up(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "LONGEST_SILENCE_S", 0.05)
    with pytest.raises(ArrivalCutOff, match="Nothing came"):
        asyncio.run(spool_body(_body(b"a", b"b", pause_s=0.2), spool, max_bytes=100))


def test_a_sender_that_only_drips_is_given_up(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "_GRACE_S", 0.05)
    with pytest.raises(ArrivalCutOff, match="slowly"):
        asyncio.run(spool_body(_body(*[b"a"] * 20, pause_s=0.02), spool, max_bytes=100))
