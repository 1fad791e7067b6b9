"""A file's MD5 is taken while it is sent."""

import hashlib
from dataclasses import dataclass, field

import pytest

from safelight.flow.reporting.md5_content import Md5Content

DATA = bytes(range(256)) * 3000


@dataclass
class Counted:
    """Content that counts how many bytes were read of it."""

    data: bytes = DATA
    read_bytes: int = field(default=0)

    @property
    def size_bytes(self) -> int:
        return len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        found = self.data[offset : offset + length]
        self.read_bytes += len(found)
        return found


@pytest.mark.parametrize(
    "reads",
    [
        [],
        [(0, len(DATA))],
        [(0, 1000), (1000, 5000), (6000, len(DATA))],
        [(0, 1000), (500, 5000), (0, 10), (5500, len(DATA))],
        [(7000, 1000), (0, 1000), (2000, 1000)],
    ],
)
def test_it_is_that_of_the_whole_in_whatever_order_it_was_read(reads: list[tuple[int, int]]) -> None:
    content = Md5Content(Counted())
    for offset, length in reads:
        assert content.read(offset, length) == DATA[offset : offset + length]
    assert content.md5() == hashlib.md5(DATA).hexdigest()
    assert content.md5() == hashlib.md5(DATA).hexdigest()


def test_what_was_read_in_order_is_not_read_again() -> None:
    counted = Counted()
    content = Md5Content(counted)
    for offset in range(0, content.size_bytes, 4096):
        content.read(offset, 4096)
    content.md5()
    assert counted.read_bytes == len(DATA)


def test_nothing_has_an_md5_too() -> None:
    assert Md5Content(Counted(b"")).md5() == hashlib.md5(b"").hexdigest()
