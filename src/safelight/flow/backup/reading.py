"""Going through a backup's members once, in their order, and trusting none of them before the end."""

import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from safelight.errors import BackupRefused
from safelight.flow.backup import form
from safelight.flow.backup.age_reading import Decrypted, decrypting
from safelight.keys.recovery import Identity

_PIECE_BYTES = 1 << 20
_MOST_AT_ONCE = 1 << 28
"""The largest member that is held in memory: blocks of rows and records are far smaller."""


@dataclass(slots=True)
class Arriving:
    """One member that arrives. Its bytes can be taken once, before the next one is asked for."""

    name: str
    size_bytes: int
    _file: IO[bytes]
    _on_piece: Callable[[bytes], None]

    def pieces(self) -> Iterator[bytes]:
        """Give its bytes piece by piece. Raises `BackupRefused` where the backup breaks off."""
        left = self.size_bytes
        while left:
            piece = self._file.read(min(left, _PIECE_BYTES))
            if not piece:
                raise _broken_off()
            left -= len(piece)
            self._on_piece(piece)
            yield piece

    def read(self) -> bytes:
        """Return its bytes, of a member that is small."""
        if self.size_bytes > _MOST_AT_ONCE:
            form.raise_foreign()
        return b"".join(self.pieces())


@dataclass(slots=True)
class BackupReader:
    """The members of a backup, the end included; `check` says at last whether all of them are what was written."""

    _opened: Decrypted
    _archive: tarfile.TarFile
    _tally: form.Tally = field(default_factory=form.Tally)
    _end: bytes = b""
    _signature: bytes = b""

    def members(self) -> Iterator[Arriving]:
        """Give every member but the last two, in order. Raises `BackupRefused`."""
        for member in self._archive:
            file = self._archive.extractfile(member) if member.isreg() else None
            if file is None:
                form.raise_foreign()
            if member.name == form.END:
                self._end = Arriving(member.name, member.size, file, _ignore).read()
            elif member.name == form.SIGNATURE:
                self._signature = Arriving(member.name, member.size, file, _ignore).read()
            elif self._end:
                form.raise_foreign()
            else:
                self._tally.begin(member.name, member.size)
                yield Arriving(member.name, member.size, file, self._tally.add)

    def check(self, public_keys: tuple[bytes, ...]) -> form.End:
        """Read to the very end and return it. Raises `BackupRefused` unless it was signed by one of the keys.

        Anybody can encrypt to a recipient: it is the signature that says that this installation made the backup.
        """
        self._opened.finish()
        if not self._end:
            raise _broken_off()
        if not any(_is_signed(self._end, self._signature, key) for key in public_keys):
            raise BackupRefused(
                "The backup was not signed by any key that is here: another installation made it, or keys are missing. "
                "Nothing was restored. Import the recovery copy of the keys first: safelight key import"
            )
        end = form.read_end(self._end)
        if end.sha256 != self._tally.hexdigest():
            raise BackupRefused(
                "The backup does not hold what its end says: it was put together by something else. Nothing was "
                "restored. Use another backup."
            )
        return end


@contextmanager
def reading_backup(file: BinaryIO, identities: list[Identity]) -> Iterator[BackupReader]:
    """Give the members of an encrypted backup. Raises `BackupRefused` for what is none, at the point where it shows."""
    with decrypting(file, identities) as opened:
        try:
            with tarfile.open(fileobj=opened.stream, mode="r|", bufsize=_PIECE_BYTES) as archive:
                yield BackupReader(opened, archive)
        except (tarfile.TarError, EOFError) as error:
            opened.finish()  # says what is wrong with the encryption, if that is the reason
            raise form.foreign() from error
        except BackupRefused:
            opened.require_sound()
            raise


def _ignore(_piece: bytes) -> None:
    """Count nothing: the end and its signature are no part of what they are about."""


def _is_signed(end: bytes, signature: bytes, key: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, form.signed_bytes(end))
    except (InvalidSignature, ValueError):
        return False
    return True


def _broken_off() -> BackupRefused:
    return BackupRefused("The backup breaks off before its end. Nothing was restored. Use another copy of it.")
