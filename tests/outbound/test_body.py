"""A body is counted as it comes and as it unpacks, and is never taken for whole when it is not."""

import gzip
import tracemalloc
import zlib

import pytest

from safelight.errors import OutboundFailed, OutboundTooLarge
from safelight.outbound.body import counted, unpacked

DATA = b"benign " * 1000


def _pieces(data: bytes, size: int = 100) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def test_as_much_as_may_come_comes_and_one_byte_more_is_too_much() -> None:
    assert b"".join(counted([b"ab", b"c"], 3)) == b"abc"
    with pytest.raises(OutboundTooLarge, match="3 bytes"):
        list(counted([b"ab", b"cd"], 3))


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (DATA, ""),
        (DATA, "identity"),
        (gzip.compress(DATA, mtime=0), "gzip"),
        (gzip.compress(DATA, mtime=0), "x-gzip"),
        (zlib.compress(DATA), "deflate"),
    ],
)
def test_a_body_is_unpacked(packed: bytes, encoding: str) -> None:
    assert b"".join(unpacked(_pieces(packed), encoding)) == DATA


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "gzip,identity", "x"])
def test_a_packing_that_nobody_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(OutboundFailed, match="nobody asked for"):
        list(unpacked([DATA], encoding))


@pytest.mark.parametrize(
    ("packed", "why"),
    [
        (gzip.compress(DATA, mtime=0)[:-1], "ends early"),
        (gzip.compress(DATA, mtime=0)[:20], "ends early"),
        (b"", "ends early"),
        (gzip.compress(DATA, mtime=0) + b"x", "goes on"),
        (gzip.compress(DATA, mtime=0) + gzip.compress(DATA, mtime=0), "goes on"),
        (b"no gzip at all", "damaged"),
        (gzip.compress(DATA, mtime=0)[:-8] + bytes(8), "damaged"),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_a_damaged_packing_is_noticed_whatever_the_pieces(packed: bytes, why: str, size: int) -> None:
    with pytest.raises(OutboundFailed, match=why):
        list(unpacked(_pieces(packed, size), "gzip"))


def test_a_bomb_is_noticed_as_it_unfolds_and_not_after() -> None:
    bomb = gzip.compress(bytes(200 << 20), 1)
    tracemalloc.start()
    with pytest.raises(OutboundTooLarge):
        list(counted(unpacked([bomb], "gzip"), 3 << 20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < len(bomb) * 4 + (16 << 20)
