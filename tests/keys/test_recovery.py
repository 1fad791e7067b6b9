import subprocess
from datetime import datetime
from pathlib import Path

import pyrage
import pytest

from safelight.errors import InvalidValue, KeysNotExported, KeysUnusable
from safelight.keys.key_ring import KeyRing, new_wrapping_key
from safelight.keys.recovery import make_copy, open_copy, read_identities, read_recipients, require_exported
from safelight.testing.keys import MemoryKeys

IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = str(IDENTITY.to_public())
IDENTITY_FILE = f"# created: today\n# public key: {RECIPIENT}\n{IDENTITY}\n".encode()


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Be an SSH key; its public half lies beside."""
    path = tmp_path_factory.mktemp("ssh") / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


def test_a_copy_opens_with_the_identity_of_its_recipient(ring: KeyRing, at: datetime) -> None:
    grown = ring.exported(at).with_wrapping(new_wrapping_key(at))
    copy = make_copy(grown, read_recipients([RECIPIENT]))
    assert open_copy(copy, read_identities(IDENTITY_FILE)) == grown


def test_a_copy_is_an_age_file_that_can_be_printed(ring: KeyRing) -> None:
    copy = make_copy(ring, read_recipients([RECIPIENT])).decode("ascii")
    assert copy.startswith("-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert copy.strip().endswith("-----END AGE ENCRYPTED FILE-----")


def test_a_copy_shows_nothing_of_the_keys(ring: KeyRing) -> None:
    copy = pyrage.encrypt(b"", read_recipients([RECIPIENT]), armored=True)
    assert ring.key_ids[0].encode() not in make_copy(ring, read_recipients([RECIPIENT]))
    assert len(copy) < len(make_copy(ring, read_recipients([RECIPIENT])))


def test_each_of_several_recipients_opens_the_copy(ring: KeyRing, ssh: Path) -> None:
    public = ssh.with_suffix(".pub").read_text()
    copy = make_copy(ring, read_recipients([RECIPIENT, f" {public}"]))
    assert open_copy(copy, read_identities(ssh.read_bytes())) == ring
    assert open_copy(copy, read_identities(IDENTITY_FILE)) == ring


def test_another_identity_opens_nothing(ring: KeyRing) -> None:
    copy = make_copy(ring, read_recipients([RECIPIENT]))
    with pytest.raises(KeysUnusable, match="made for another recipient, or it is damaged"):
        open_copy(copy, [pyrage.x25519.Identity.generate()])


def test_a_copy_that_was_altered_or_cut_is_refused(ring: KeyRing) -> None:
    copy = make_copy(ring, read_recipients([RECIPIENT]))
    lines = copy.splitlines(keepends=True)
    swapped = b"".join([*lines[:5], lines[6], lines[5], *lines[7:]])
    for altered in (b"", b"\x00", copy[: len(copy) // 2], copy.replace(b"BEGIN", b"BEGUN"), swapped, ring.key_ids[0]):
        with pytest.raises(KeysUnusable):
            open_copy(altered if isinstance(altered, bytes) else altered.encode(), [IDENTITY])


def test_an_age_file_of_something_else_is_refused() -> None:
    other = pyrage.encrypt(b"a letter", [IDENTITY.to_public()], armored=True)
    with pytest.raises(KeysUnusable, match="The recovery copy is damaged or is no file of Safelight's keys"):
        open_copy(other, [IDENTITY])


def test_a_copy_without_recipients_is_refused() -> None:
    with pytest.raises(InvalidValue, match="--to age1"):
        read_recipients([])


@pytest.mark.parametrize("text", ["", "age1", "age1qqqq", "ssh-ed25519", "ssh-ed25519 AAAA", "someone@example.org"])
def test_what_is_no_recipient_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="This is no recipient"):
        read_recipients([RECIPIENT, text])


def test_a_private_key_given_by_mistake_is_not_shown() -> None:
    with pytest.raises(InvalidValue) as told:
        read_recipients([str(IDENTITY)])
    assert str(IDENTITY)[18:30] not in f"{told.value!r} {told.value.__cause__!r}"


@pytest.mark.parametrize(
    "text", [b"", b"# nothing\n", b"AGE-SECRET-KEY-1QQ", b"\xff", b"-----BEGIN OPENSSH PRIVATE KEY-----\nxx\n"]
)
def test_what_is_no_identity_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidValue, match="no identity that can be read"):
        read_identities(text)


def test_an_ssh_key_behind_a_passphrase_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "locked"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "a phrase", "-f", path], check=True)
    with pytest.raises(InvalidValue, match="without a passphrase"):
        read_identities(path.read_bytes())


def test_nothing_is_sealed_before_there_is_a_copy() -> None:
    require_exported(MemoryKeys())
    with pytest.raises(KeysNotExported, match="nothing is sealed before there is one"):
        require_exported(MemoryKeys(is_exported=False))
