"""Writing an age file from a stream: encrypted to its recipients before anything reaches the disk."""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyrage

from safelight.errors import AlreadyExists, InvalidValue, OutputFailed

_TOLD_OF_A_KEY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A public key that an age file is encrypted to: its text, and what the library made of it."""

    text: str
    key: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A whole age file: its size and the SHA-256 of its bytes as they are on disk, encrypted."""

    size_bytes: int
    sha256: bytes


def parse_recipients(texts: Sequence[str]) -> list[Recipient]:
    """Return the recipients that texts name: `age1…`, `ssh-ed25519 …` or `ssh-rsa …`. Raises `InvalidValue`."""
    if not texts:
        raise InvalidValue("Name at least one recipient: an age public key (age1…) or an SSH public key.")
    return [_parse(text.strip()) for text in texts]


def _parse(text: str) -> Recipient:
    read = pyrage.ssh.Recipient.from_str if text.startswith("ssh-") else pyrage.x25519.Recipient.from_str
    try:
        return Recipient(text=text, key=read(text))
    except pyrage.RecipientError as error:
        shown = text[:_TOLD_OF_A_KEY]
        raise InvalidValue(
            f"{shown!r}… is no public key that age encrypts to. Give one that begins with age1, or the line of an SSH "
            "public key (ssh-ed25519 or ssh-rsa). A secret key does not belong here."
        ) from error


def require_free(path: Path) -> None:
    """Raise `AlreadyExists` where a name is taken."""
    if os.path.lexists(path):
        raise AlreadyExists(f"{path} exists and is not overwritten. Name another file.")


def write_age_file(
    path: Path,
    pieces: Iterable[bytes | memoryview],
    recipients: Sequence[Recipient],
    *,
    before_naming: Callable[[Written], None],
) -> Written:
    """Encrypt pieces to recipients into a new file of mode 0600, which takes its name when it is whole and durable.

    Until then it has a name of its own beside it, which ends in `.part`, and goes when anything fails. `before_naming`
    is called between the two: what it raises leaves no file. What `pieces` raises is raised as it is. Raises
    `AlreadyExists` when the name is taken, `OutputFailed` when the file cannot be written.
    """
    require_free(path)
    part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}.part")
    try:
        written = _encrypt(part, pieces, recipients)
        before_naming(written)
        require_free(path)
        part.rename(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise OutputFailed(f"{path} cannot be written: {error.strerror}. No file was left.") from error
    finally:
        with suppress(OSError):  # where not even its folder is there, there is nothing to remove
            part.unlink(missing_ok=True)
    return written


def write_age(
    write: Callable[[bytes], int], pieces: Iterable[bytes | memoryview], recipients: Sequence[Recipient]
) -> Written:
    """Encrypt pieces to recipients, hand what comes of it to `write` as it comes, and return what that was in all.

    What `pieces` and `write` raise is raised as it is.
    """
    source, target = _Source(iter(pieces)), _Target(write)
    try:
        pyrage.encrypt_io(source, target, [recipient.key for recipient in recipients])
    except pyrage.EncryptError:
        fault = source.fault or target.fault
        if fault is None:
            raise
        raise fault from None
    return Written(size_bytes=target.size_bytes, sha256=target.digest.digest())


def _encrypt(part: Path, pieces: Iterable[bytes | memoryview], recipients: Sequence[Recipient]) -> Written:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb", buffering=1 << 20) as file:
        written = write_age(file.write, pieces, recipients)
        file.flush()
        os.fsync(file.fileno())
    return written


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Source:
    """Pieces as the file that age reads. It keeps what a piece raised: age would make an error of its own of it."""

    def __init__(self, pieces: Iterator[bytes | memoryview]) -> None:
        self._pieces = pieces
        self._held = memoryview(b"")
        self.fault: BaseException | None = None

    def read(self, length: int) -> bytes:
        """Return up to so many bytes; none at the end."""
        try:
            while not self._held:
                self._held = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except BaseException as error:
            self.fault = error
            raise
        taken, self._held = self._held[:length], self._held[length:]
        return bytes(taken)


class _Target:
    """The file that age writes: counted and digested on the way."""

    def __init__(self, write: Callable[[bytes], int]) -> None:
        self._write = write
        self.size_bytes = 0
        self.digest = hashlib.sha256()
        self.fault: BaseException | None = None

    def write(self, data: bytes) -> int:
        """Write all of the bytes."""
        try:
            self._write(data)
        except BaseException as error:
            self.fault = error
            raise
        self.size_bytes += len(data)
        self.digest.update(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: the file is flushed when it is whole."""
