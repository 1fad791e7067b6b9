"""What keeps sealed bytes: a folder or an object store, told apart by nothing but where the bytes lie."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class Blob(Protocol):
    """One stored file of sealed bytes, read by range."""

    @property
    def size_bytes(self) -> int:
        """The length of the whole."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; fewer only at the end. Raises StoreUnusable."""
        ...

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Fill the buffer from `offset` and return how many bytes there were; fewer only at the end.

        Raises StoreUnusable.
        """
        ...


class BlobStore(Protocol):
    """A place of sealed bytes. Everything may be called twice, and raises StoreUnusable where the place is not usable.

    A blob id is 32 hexadecimal digits. What is placed is never changed.
    """

    def place(self, blob_id: str, path: Path) -> None:
        """Take over a finished local file: when this returns, the bytes are durable under the id and the file is gone.

        Where the file is gone already and the blob is there, an earlier call did it.
        """
        ...

    def open(self, blob_id: str) -> AbstractContextManager[Blob]:
        """Open a blob for reading. Raises BlobMissing where the store has none of that id."""
        ...

    def remove(self, blob_id: str) -> bool:
        """Remove a blob for good; False where there was none."""
        ...

    def blob_ids(self) -> Iterator[str]:
        """Give the ids of all blobs, in no order."""
        ...

    def write_ledger(self, name: str, data: bytes) -> bool:
        """Keep a record durably beside the blobs; False, and no change, where there is one of that name already."""
        ...

    def ledger(self) -> Iterator[tuple[str, bytes]]:
        """Give the name and the bytes of every record, in no order."""
        ...
