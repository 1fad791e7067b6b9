"""An age file is encrypted before anything reaches the disk, and is there wholly or not at all."""

import errno
import hashlib
import os
from pathlib import Path

import pyrage
import pytest

from safelight.errors import AlreadyExists, InvalidValue, OutputFailed
from safelight.vault import age_file
from safelight.vault.age_file import Written, parse_recipients, write_age_file


class Abandoned(BaseException):
    """The test ends the work here."""


@pytest.fixture
def identity() -> pyrage.x25519.Identity:
    return pyrage.x25519.Identity.generate()


@pytest.fixture
def recipients(identity):
    return parse_recipients([str(identity.to_public())])


def _nothing(_written: Written) -> None:
    pass


def _write(path: Path, pieces, recipients, before_naming=_nothing) -> Written:
    return write_age_file(path, pieces, recipients, before_naming=before_naming)


def test_the_recipient_opens_it(tmp_path, identity, recipients) -> None:
    out, pieces = tmp_path / "out.age", [b"a" * 100_000, memoryview(b"b"), b"", b"c" * 10]
    written = _write(out, pieces, recipients)
    assert pyrage.decrypt(out.read_bytes(), [identity]) == b"".join(bytes(piece) for piece in pieces)
    assert written == Written(size_bytes=out.stat().st_size, sha256=hashlib.sha256(out.read_bytes()).digest())
    assert out.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["out.age"]


def test_each_of_several_recipients_opens_it(tmp_path, identity) -> None:
    other = pyrage.x25519.Identity.generate()
    out = tmp_path / "out.age"
    _write(out, [b"bytes"], parse_recipients([str(identity.to_public()), f" {other.to_public()}\n"]))
    assert pyrage.decrypt(out.read_bytes(), [other]) == pyrage.decrypt(out.read_bytes(), [identity]) == b"bytes"


def test_an_ssh_key_is_a_recipient(tmp_path) -> None:
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    secret = Ed25519PrivateKey.generate()
    public = secret.public_key().public_bytes(form.Encoding.OpenSSH, form.PublicFormat.OpenSSH).decode()
    private = secret.private_bytes(form.Encoding.PEM, form.PrivateFormat.OpenSSH, form.NoEncryption())
    out = tmp_path / "out.age"
    _write(out, [b"bytes"], parse_recipients([f"{public} somebody@example"]))
    assert pyrage.decrypt(out.read_bytes(), [pyrage.ssh.Identity.from_buffer(private)]) == b"bytes"


@pytest.mark.parametrize("text", ["", "age1abc", "ssh-ed25519 AAAA", "nobody"])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="is no public key"):
        parse_recipients([text])


def test_a_secret_key_is_refused_and_not_repeated(identity) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_recipients([str(identity)])
    assert str(identity) not in str(refused.value)
    assert str(identity)[16:40] not in str(refused.value)


def test_nobody_is_no_recipient() -> None:
    with pytest.raises(InvalidValue, match="at least one recipient"):
        parse_recipients([])


def test_what_is_there_is_never_overwritten(tmp_path, recipients) -> None:
    (tmp_path / "there").write_bytes(b"mine")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for name in ("there", "dangling"):
        with pytest.raises(AlreadyExists, match="not overwritten"):
            _write(tmp_path / name, [b"x"], recipients)
    assert (tmp_path / "there").read_bytes() == b"mine"


def test_what_a_piece_raises_comes_through_and_leaves_no_file(tmp_path, recipients) -> None:
    def broken():
        yield b"x" * 200_000
        raise Abandoned

    with pytest.raises(Abandoned):
        _write(tmp_path / "out.age", broken(), recipients)
    assert list(tmp_path.iterdir()) == []


def test_what_comes_before_the_naming_sees_a_whole_file_without_its_name(tmp_path, identity, recipients) -> None:
    seen = []

    def look(written: Written) -> None:
        (part,) = tmp_path.iterdir()
        seen.append((part.name, hashlib.sha256(part.read_bytes()).digest() == written.sha256))
        raise Abandoned

    with pytest.raises(Abandoned):
        _write(tmp_path / "out.age", [b"x"], recipients, look)
    ((name, is_whole),) = seen
    assert name.endswith(".part")
    assert is_whole
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path, recipients) -> None:
    with pytest.raises(OutputFailed, match="No such file or directory"):
        _write(tmp_path / "nowhere" / "out.age", [b"x"], recipients)


def test_a_full_disk_is_told_and_leaves_no_file(tmp_path, recipients, monkeypatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(age_file.os, "fsync", full)
    with pytest.raises(OutputFailed, match="No space left on device"):
        _write(tmp_path / "out.age", [b"x"], recipients)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_no_folder_is_told(tmp_path, recipients) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputFailed, match="Not a directory"):
        _write(tmp_path / "file" / "out.age", [b"x"], recipients)


def test_a_name_that_is_taken_while_it_is_written_is_not_overwritten(tmp_path, recipients) -> None:
    out = tmp_path / "out.age"
    with pytest.raises(AlreadyExists):
        _write(out, [b"x"], recipients, lambda _written: out.write_bytes(b"mine"))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("out.age", b"mine")]


def test_what_is_written_is_never_clear(tmp_path, recipients, monkeypatch) -> None:
    marker, written = os.urandom(32).hex().encode(), []
    real = age_file._Target.write
    monkeypatch.setattr(age_file._Target, "write", lambda self, data: (written.append(data), real(self, data))[1])
    _write(tmp_path / "out.age", [marker * 10_000], recipients)
    assert marker not in b"".join(written)
    assert len(b"".join(written)) > len(marker) * 10_000
