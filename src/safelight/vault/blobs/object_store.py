"""Sealed bytes in an object store, such as S3 or what speaks its protocol, through obstore.

A bucket that keeps versions, or deleted objects, keeps what is removed here: the destroyed key makes it unreadable, but
set the bucket's lifecycle rules so that old versions and unfinished uploads go too (docs/how-to/preserve-evidence.md).
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotFoundError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from obstore.store import ObjectStore, from_url

from safelight.errors import BlobMissing, InvalidValue, StoreUnusable
from safelight.vault.blobs.interface import Blob

_BLOBS = "blobs"
_LEDGER = "ledger"
_BLOB_ID = re.compile(r"[0-9a-f]{32}\Z")
_RECORD_NAME = re.compile(r"[0-9a-z][0-9a-z._-]{3,99}\Z")
_PART_BYTES = 8 << 20
_MOST_PARTS = 9_000  # S3 takes 10,000 parts of one upload (its user guide, "Amazon S3 multipart upload limits")
_PARTS_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredBlob:
    """A blob in the store, read by range."""

    store: ObjectStore
    address: str
    path: str
    size_bytes: int

    def read(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        wanted = max(0, min(length, self.size_bytes - offset))
        if not wanted:
            return b""
        with _telling(self.address):
            try:
                return bytes(obstore.get_range(self.store, self.path, start=offset, length=wanted))
            except (NotFoundError, FileNotFoundError):
                raise BlobMissing(
                    "A blob was removed from the store while it was read. Nothing more is given."
                ) from None

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Fill the buffer from `offset`; fewer bytes only at the end."""
        data = self.read(offset, len(buffer))
        buffer[: len(data)] = data
        return len(data)


class ObjectStoreBlobs:
    """A bucket, or a prefix of one. `address` is its URL, such as `s3://BUCKET/PREFIX`.

    `options` are obstore's, such as `endpoint`, `region`, `access_key_id`, `secret_access_key`; what is left out is
    taken from where the store's own tools take it. `is_plain_http` allows a store within the house without TLS. A
    request that failed is made again `most_tries` times. Raises InvalidValue for an address or an option that cannot
    be read.
    """

    def __init__(
        self,
        address: str,
        options: Mapping[str, str] | None = None,
        *,
        is_plain_http: bool = False,
        most_tries: int = 3,
    ) -> None:
        self._address = address
        config: Any = dict(options or {})  # each kind of store types its own options
        try:
            self._store: ObjectStore = from_url(
                address,
                config=config,
                client_options={"allow_http": is_plain_http},
                retry_config={"max_retries": most_tries, "retry_timeout": timedelta(seconds=30)},
            )
        except (BaseError, ValueError, TypeError):  # the cause may hold a secret among the options
            raise InvalidValue(
                f"The object store {address} cannot be set up: its address or one of its options is none that obstore "
                "knows. Write s3://BUCKET/PREFIX, and look at docs/how-to/preserve-evidence.md for the options."
            ) from None

    def place(self, blob_id: str, path: Path) -> None:
        """Take over a file: uploaded in parts, seen to be there in its length, and only then removed here."""
        target = _blob_path(blob_id)
        with _telling(self._address):
            if not path.exists() and self._size(target) is not None:
                return
            size_bytes = path.stat().st_size
            part_bytes = max(_PART_BYTES, -(-size_bytes // _MOST_PARTS))
            obstore.put(self._store, target, path, chunk_size=part_bytes, max_concurrency=_PARTS_AT_ONCE)
            if self._size(target) != size_bytes:
                raise StoreUnusable(
                    f"The object store {self._address} took a blob and does not give it back whole. The file was kept. "
                    "Look into the store, then do it again."
                )
            path.unlink()

    @contextmanager
    def open(self, blob_id: str) -> Iterator[Blob]:
        """Open a blob for reading."""
        target = _blob_path(blob_id)
        with _telling(self._address):
            size_bytes = self._size(target)
        if size_bytes is None:
            raise BlobMissing(
                f"The blob {blob_id} is not in {self._address}: what was sealed in it cannot be read. Run `safelight "
                "evidence fsck`, and restore it from a backup."
            )
        yield _StoredBlob(store=self._store, address=self._address, path=target, size_bytes=size_bytes)

    def remove(self, blob_id: str) -> bool:
        """Remove a blob."""
        target = _blob_path(blob_id)
        with _telling(self._address):
            if self._size(target) is None:
                return False
            obstore.delete(self._store, target)
        return True

    def blob_ids(self) -> Iterator[str]:
        """Give the ids of all blobs."""
        return (name for name in self._names(_BLOBS) if _BLOB_ID.match(name))

    def write_ledger(self, name: str, data: bytes) -> bool:
        """Keep a record, unless there is one of that name: the store itself decides."""
        if not _RECORD_NAME.match(name):
            raise ValueError("a ledger record's name is 4 to 100 small letters, digits, dots, dashes and underscores")
        with _telling(self._address):
            try:
                obstore.put(self._store, f"{_LEDGER}/{name}", data, mode="create")
            except AlreadyExistsError:
                return False
        return True

    def ledger(self) -> Iterator[tuple[str, bytes]]:
        """Give the name and the bytes of every record."""
        for name in self._names(_LEDGER):
            with _telling(self._address):
                data = bytes(obstore.get(self._store, f"{_LEDGER}/{name}").bytes())
            yield name, data

    def _names(self, kind: str) -> Iterator[str]:
        with _telling(self._address):
            for page in obstore.list(self._store, prefix=f"{kind}/"):
                yield from (found["path"].rsplit("/", 1)[-1] for found in page)

    def _size(self, path: str) -> int | None:
        try:
            return obstore.head(self._store, path)["size"]
        except (NotFoundError, FileNotFoundError):  # obstore raises the one of Python
            return None


def _blob_path(blob_id: str) -> str:
    if not _BLOB_ID.match(blob_id):
        raise ValueError("a blob id is 32 hexadecimal digits")
    return f"{_BLOBS}/{blob_id[:2]}/{blob_id}"


@contextmanager
def _telling(address: str) -> Iterator[None]:
    """Raise StoreUnusable for what the store does not do. Its own words may hold a secret of the request."""
    try:
        yield
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise StoreUnusable(
            f"The object store {address} refuses ({type(error).__name__}). Nothing was changed. Check the credentials "
            "and what they may do there."
        ) from None
    except BaseError as error:
        raise StoreUnusable(
            f"The object store {address} did not do it ({type(error).__name__}). What was being written does not "
            "count. Check its address, the bucket and the network, then try again."
        ) from None
    except OSError as error:
        raise StoreUnusable(
            f"A file could not be read to send it to {address}: {error.strerror}. Nothing was changed."
        ) from error
