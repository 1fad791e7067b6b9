"""Digests taken side by side are those of the whole, however it came."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from safelight.intake.digesting import Digesting


@pytest.mark.parametrize("piece_bytes", [10_000, 300_000, 3_000_000])
def test_they_are_those_of_the_whole(piece_bytes: int) -> None:
    data = os.urandom(2_500_000)
    with ThreadPoolExecutor(3) as threads:
        digesting = Digesting(threads)
        for start in range(0, len(data), piece_bytes):
            digesting.take(memoryview(data)[start : start + piece_bytes])
            digesting.settle()
        digests = digesting.digests()
    assert digests.md5 == hashlib.md5(data, usedforsecurity=False).digest()
    assert digests.sha1 == hashlib.sha1(data, usedforsecurity=False).digest()
    assert digests.sha256 == hashlib.sha256(data).digest()
