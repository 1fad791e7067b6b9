"""What is sealed: bytes in a sealed file of their own, whoever made it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from safelight.keys.interface import KeyService, Wrapped


class Sealable(Protocol):
    """A finished sealed file and the key that opens it."""

    @property
    def blob_id(self) -> str:
        """The id that the file was sealed for: 32 hexadecimal digits."""
        ...

    @property
    def key(self) -> bytes:
        """The key of the file, 32 bytes."""
        ...

    @property
    def size_bytes(self) -> int:
        """How many bytes were sealed."""
        ...

    @property
    def sha256(self) -> bytes:
        """The digest of those bytes."""
        ...

    @property
    def is_placed(self) -> bool:
        """Whether the store of blobs has the file already."""
        ...

    @property
    def is_kept(self) -> bool:
        """Whether it has a row among the bytes that wait to be scanned."""
        ...

    def sealed_file(self) -> Path:
        """Return the path of the file on a local disk, which is written now if it was in memory until now."""
        ...

    def mark_placed(self) -> None:
        """Take note that the store has the file, and that it is no longer at its path."""
        ...


class PreparedStale(Exception):
    """The stored copy of the same content appeared or went meanwhile, or a key did: nothing was done. Prepare again."""


def require_kept_key(keys: KeyService, wrapped: Wrapped) -> None:
    """Raise PreparedStale when the key of a wrap was retired since it was made.

    Call it after the row of the wrap is added: who retires a key keeps all such rows still until the key is gone, so
    either this waited for that and sees it, or that waits for this and finds the row.
    """
    if wrapped.key_id not in keys.describe().key_ids:
        raise PreparedStale(f"the key {wrapped.key_id} was retired meanwhile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """All of a seal that must not be done inside a transaction. Nothing counts yet."""

    evidence_id: str
    content_digest: bytes
    size_bytes: int
    blob_id: str
    object_id: int | None  # of the stored copy; None where these are the first bytes of their content
    wrapped: Wrapped
    manifest: bytes
    kept_spool_id: str | None
    spare_blob_id: str | None  # placed, and not needed beside the stored copy
