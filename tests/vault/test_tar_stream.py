"""An archive is made piece by piece, and opened by any program that knows tar."""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from safelight.errors import EvidenceDamaged
from safelight.vault.tar_stream import Member, member, tar_pieces

MADE_AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)


def _archive(*members: Member) -> bytes:
    return b"".join(bytes(piece) for piece in tar_pieces(members, made_at=MADE_AT))


def test_every_file_comes_out_as_it_went_in() -> None:
    told = {"a/empty": b"", "a/one": b"1", "a/block": b"b" * 512, "a/more": b"m" * 513, "n" * 140: b"long name"}
    data = _archive(*(member(name, held) for name, held in told.items()))
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        assert {each.name: archive.extractfile(each).read() for each in archive} == told
        assert {(each.mode, each.mtime) for each in archive} == {(0o600, int(MADE_AT.timestamp()))}


def test_the_tar_of_the_system_opens_it(tmp_path) -> None:
    data = _archive(member("folder/file", b"bytes"))
    subprocess.run(["tar", "-xf", "-", "-C", tmp_path], input=data, check=True)
    assert (tmp_path / "folder" / "file").read_bytes() == b"bytes"


def test_a_file_beyond_eight_gibibytes_has_its_size_told() -> None:
    large = Member(name="large", size_bytes=9 << 30, pieces=())
    pieces = tar_pieces([large], made_at=MADE_AT)
    header = bytes(next(pieces))
    assert tarfile.TarInfo.frombuf(header[:512], "utf-8", "strict").type == tarfile.XHDTYPE
    assert b"size=9663676416\n" in header
    pieces.close()


def test_a_member_is_asked_for_only_when_those_before_it_have_gone_out() -> None:
    asked = []

    def members() -> Iterator[Member]:
        for name in ("first", "second"):
            asked.append(name)
            yield member(name, b"x")

    pieces = tar_pieces(members(), made_at=MADE_AT)
    next(pieces)
    assert asked == ["first"]
    pieces.close()


@pytest.mark.parametrize("held", [b"", b"123", b"12345"])
def test_a_member_that_is_not_as_long_as_was_said_voids_the_archive(held: bytes) -> None:
    with pytest.raises(EvidenceDamaged, match=r"file has \d bytes, where 4 were sealed"):
        _archive(Member(name="file", size_bytes=4, pieces=(held,)))
