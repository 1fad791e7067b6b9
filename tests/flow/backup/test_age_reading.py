"""An age file is read as a stream, and its last part is seen before it counts."""

import io
import os

import pyrage
import pytest

from safelight.errors import BackupRefused
from safelight.flow.backup.age_reading import decrypting

IDENTITY = pyrage.x25519.Identity.generate()
CLEAR = os.urandom(3_000_000)
FILE = pyrage.encrypt(CLEAR, [IDENTITY.to_public()])


def _read_whole(data: bytes, identity: pyrage.x25519.Identity = IDENTITY) -> bytes:
    with decrypting(io.BytesIO(data), [identity]) as opened:
        clear = opened.stream.read()
        opened.finish()
    return clear


def test_what_was_encrypted_comes_out() -> None:
    assert _read_whole(FILE) == CLEAR


def test_who_stops_reading_is_not_kept_waiting() -> None:
    with decrypting(io.BytesIO(FILE), [IDENTITY]) as opened:
        assert opened.stream.read(10) == CLEAR[:10]


def test_finishing_reads_what_is_left() -> None:
    with decrypting(io.BytesIO(FILE), [IDENTITY]) as opened:
        opened.finish()
        assert opened.stream.read() == b""


# The header of an age file has no fixed length, so its end is counted from the end.
@pytest.mark.parametrize("length", [0, 10, 200, 70_000, 1_500_000, -1])
def test_a_file_that_is_cut_short_is_refused(length: int) -> None:
    with pytest.raises(BackupRefused):
        _read_whole(FILE[:length])


@pytest.mark.parametrize("place", [0, 30, 300, 70_000, -1])
def test_an_altered_bit_is_refused(place: int) -> None:
    with pytest.raises(BackupRefused):
        _read_whole(FILE[:place] + bytes([FILE[place] ^ 1]) + FILE[place + 1 :])


def test_something_after_the_end_is_refused() -> None:
    with pytest.raises(BackupRefused, match="damaged"):
        _read_whole(FILE + b"x")


def test_a_wrong_identity_is_told_from_a_damaged_file() -> None:
    with pytest.raises(BackupRefused, match="other recipients"):
        _read_whole(FILE, pyrage.x25519.Identity.generate())
    with pytest.raises(BackupRefused, match="no backup"):
        _read_whole(b"something else")


def test_a_file_that_cannot_be_read_is_told() -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError("gone")

    with pytest.raises(BackupRefused, match=r"cannot be read|no backup"), decrypting(Broken(), [IDENTITY]) as opened:  # type: ignore[arg-type] # a stand-in
        opened.finish()
