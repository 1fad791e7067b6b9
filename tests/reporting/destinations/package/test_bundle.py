"""The tar of a package: any tool reads it, and what failed is not in it."""

import io
import tarfile
from datetime import UTC, datetime

import pyrage
import pytest

from safelight.reporting.destinations.package.bundle import Bundle
from safelight.vault.age_file import parse_recipients

MADE_AT = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def file() -> io.BytesIO:
    return io.BytesIO()


@pytest.fixture
def identity():
    return pyrage.x25519.Identity.generate()


def read(file: io.BytesIO) -> dict[str, bytes]:
    file.seek(0)
    with tarfile.open(fileobj=file) as archive:
        assert {each.mtime for each in archive} == {int(MADE_AT.timestamp())}
        return {each.name: archive.extractfile(each).read() for each in archive}


def test_members_are_read_by_any_tar(file, identity) -> None:
    bundle = Bundle(file, "top", made_at=MADE_AT)
    bundle.add("a.txt", b"in the clear")
    bundle.add_encrypted("b.age", [b"sealed ", b"in pieces"] * 1000, parse_recipients([str(identity.to_public())]))
    bundle.add("empty", b"")
    assert bundle.digests.count(b"\n") == 3
    bundle.close()
    held = read(file)
    assert (held["top/a.txt"], held["top/empty"]) == (b"in the clear", b"")
    assert pyrage.decrypt(held["top/b.age"], [identity]) == b"sealed in pieces" * 1000


def test_a_member_whose_pieces_fail_is_not_in_it(file, identity) -> None:
    bundle = Bundle(file, "top", made_at=MADE_AT)

    def pieces():
        yield bytes(1 << 20)
        raise ValueError("broken off")

    with pytest.raises(ValueError, match="broken off"):
        bundle.add_encrypted("b.age", pieces(), parse_recipients([str(identity.to_public())]))
    bundle.add("a.txt", b"after")
    bundle.close()
    assert read(file) == {"top/a.txt": b"after"}


def test_only_the_last_member_can_be_taken_out(file) -> None:
    bundle = Bundle(file, "top", made_at=MADE_AT)
    bundle.add("a", b"1")
    bundle.add("b", b"2")
    assert not bundle.drop_last("a")
    assert bundle.drop_last("b")
    assert b"  b\n" not in bundle.digests
    bundle.add("b", b"3")
    bundle.close()
    assert read(file) == {"top/a": b"1", "top/b": b"3"}


def test_no_name_is_used_twice(file) -> None:
    bundle = Bundle(file, "top", made_at=MADE_AT)
    bundle.add("a", b"1")
    with pytest.raises(ValueError, match="is there"):
        bundle.add("a", b"2")
