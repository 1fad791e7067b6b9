"""Bytes that wait to be scanned: sealed and placed like evidence, with a row that holds their key until they are done.

A queued scan is accepted only when that row and its job are committed. Then the bytes outlive the process that took
them in; they become evidence by `Vault.seal`, or are dropped, and with the row goes what opens them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from safelight.audit import log
from safelight.boundary import Reach, unwatched
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read
from safelight.errors import NotFound
from safelight.keys.interface import KeyService, Wrapped
from safelight.keys.recovery import require_exported
from safelight.roles import Actor
from safelight.vault.blobs.interface import BlobStore
from safelight.vault.evidence_keys import EvidenceKeys
from safelight.vault.listing import KeptFacts
from safelight.vault.manifest import Manifest
from safelight.vault.seal_boundary import KeepBoundary
from safelight.vault.sealable import Sealable, require_kept_key
from safelight.vault.sealed_reader import SealedReader
from safelight.vault.spare_blob import leave_blob
from safelight.vault.store import spool_rows
from safelight.vault.store.spool_rows import SealedSpool
from safelight.vault.wrap_context import spool_context


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedSpool:
    """Placed bytes with their wrapped keys. Nothing counts yet."""

    id: str
    size_bytes: int
    wrapped: Wrapped
    manifest: bytes


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class KeptSpool:
    """Bytes that wait, opened: content to scan, and what can be sealed without a copy."""

    blob_id: str
    key: bytes
    manifest: Manifest
    reader: SealedReader

    @property
    def size_bytes(self) -> int:
        """The length of the whole."""
        return self.reader.size_bytes

    @property
    def sha256(self) -> bytes:
        """The digest of the bytes, by their manifest."""
        return bytes.fromhex(self.manifest.sha256)

    @property
    def is_placed(self) -> bool:
        """The store has had the bytes since they were kept."""
        return True

    @property
    def is_kept(self) -> bool:
        """They have a row among those that wait."""
        return True

    def read(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; fewer only at the end. Raises EvidenceDamaged, StoreUnusable."""
        return self.reader.read(offset, length)

    def check_unchanged(self) -> None:
        """Sealed bytes do not change unnoticed."""

    def sealed_file(self) -> Path:
        """Not asked for: there is no local file."""
        raise AssertionError("kept bytes are placed already")

    def mark_placed(self) -> None:
        """Not needed: they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Keeps bytes until they were scanned."""

    blobs: BlobStore
    keys: KeyService
    clock: Clock
    reach: Reach = unwatched

    def prepare(self, sealable: Sealable, manifest: Manifest) -> PreparedSpool:
        """Place bytes and wrap their keys, outside of any transaction. Nothing counts yet.

        Raises KeysNotExported before anything is written, KeysUnusable and StoreUnusable.
        """
        require_exported(self.keys)
        if not sealable.is_placed:
            path = sealable.sealed_file()
            self.reach(KeepBoundary.BLOB_WRITTEN)
            self.blobs.place(sealable.blob_id, path)
            sealable.mark_placed()
            self.reach(KeepBoundary.BLOB_PLACED)
        context = spool_context(sealable.blob_id)
        keys = EvidenceKeys.beside(sealable.key)
        sealed_manifest = keys.seal_manifest(manifest, context)
        wrapped = keys.wrap(self.keys, context)
        self.reach(KeepBoundary.KEYS_WRAPPED)
        return PreparedSpool(
            id=sealable.blob_id, size_bytes=sealable.size_bytes, wrapped=wrapped, manifest=sealed_manifest
        )

    def keep_spool(self, tx: Tx, actor: Actor, prepared: PreparedSpool) -> str:
        """Keep prepared bytes, in the caller's transaction, beside the job that will scan them; return their id.

        Raises PreparedStale where a key was retired since `prepare`.
        """
        spool = SealedSpool(
            id=prepared.id,
            size_bytes=prepared.size_bytes,
            wrapped=prepared.wrapped,
            manifest=prepared.manifest,
            kept_at=see(tx, self.clock),
        )
        spool_rows.add(tx, spool)
        require_kept_key(self.keys, spool.wrapped)
        log.write(
            tx,
            clock=self.clock,
            actor=actor,
            verb="keep_spool",
            target=f"spool:{spool.id}",
            details={"size_bytes": spool.size_bytes},
        )
        self.reach(KeepBoundary.SPOOL_ADDED)
        return spool.id

    @contextmanager
    def open_kept(self, engine: Engine, spool_id: str) -> Iterator[KeptSpool]:
        """Open bytes that wait, to scan them. Raises NotFound, KeysUnusable, EvidenceDamaged and StoreUnusable."""
        with read(engine) as tx:
            spool = spool_rows.find(tx, spool_id)
        if spool is None:
            raise _gone(spool_id)
        context = spool_context(spool_id)
        keys = EvidenceKeys.unwrapped(self.keys, spool.wrapped, context)
        manifest = keys.open_manifest(spool.manifest, context)
        with self.blobs.open(spool_id) as blob:
            reader = SealedReader(blob, keys.data, spool_id, spool.size_bytes)
            yield KeptSpool(blob_id=spool_id, key=keys.data, manifest=manifest, reader=reader)

    def hold_kept(self, tx: Tx, actor: Actor, spool_id: str, held_for: str) -> None:
        """Hold bytes that could not be scanned, with the reason. Raises NotFound where they were dropped meanwhile."""
        if not spool_rows.hold(tx, spool_id, held_for, see(tx, self.clock)):
            raise _gone(spool_id)
        details = {"fault": held_for}
        log.write(tx, clock=self.clock, actor=actor, verb="hold_spool", target=f"spool:{spool_id}", details=details)

    def unhold_kept(self, tx: Tx, actor: Actor, spool_id: str, *, reason: str = "") -> None:
        """Let bytes wait again, beside the job that is to scan them. Raises NotFound where they are gone."""
        see(tx, self.clock)
        if not spool_rows.unhold(tx, spool_id):
            raise _gone(spool_id)
        log.write(tx, clock=self.clock, actor=actor, verb="unhold_spool", target=f"spool:{spool_id}", reason=reason)

    def lock_kept(self, tx: Tx, spool_id: str) -> KeptFacts:
        """Return what is known of bytes without opening them, locked until the transaction ends. Raises NotFound."""
        found = spool_rows.lock(tx, spool_id)
        if found is None:
            raise _gone(spool_id)
        return found

    def is_held(self, tx: Tx, spool_id: str) -> bool:
        """Whether bytes are held, which they then are until the transaction ends."""
        found = spool_rows.lock(tx, spool_id)
        return found is not None and found.is_held

    def drop_kept(self, tx: Tx, actor: Actor, spool_id: str, *, reason: str = "") -> bool:
        """Drop bytes that waited: what opens them goes now, the blob later. False where that was done before."""
        dropped_at = see(tx, self.clock)
        if not spool_rows.remove(tx, spool_id):
            return False
        leave_blob(tx, self.clock, spool_id, dropped_at)
        log.write(tx, clock=self.clock, actor=actor, verb="drop_spool", target=f"spool:{spool_id}", reason=reason)
        self.reach(KeepBoundary.SPOOL_DROPPED)
        return True


def _gone(spool_id: str) -> NotFound:
    return NotFound(f"No bytes wait to be scanned under {spool_id}: they were scanned, or dropped.")
