"""The vault: seals bytes into evidence, opens it to who may, and gives its bytes to who was let in.

Sealing has two halves. `prepare` does what must not be done inside a transaction: it places the bytes and wraps their
keys. `seal` makes them evidence in the caller's transaction. In between nothing counts: what a process leaves that dies
there is a blob without a row, which `safelight evidence fsck` finds.
"""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from safelight.audit import log
from safelight.boundary import Reach, unwatched
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read
from safelight.errors import EvidenceDamaged, InvalidValue, NotAllowed, NotFound
from safelight.keys.interface import KeyService
from safelight.keys.recovery import require_exported
from safelight.roles import Actor, Permission, require_permission
from safelight.vault.blobs.interface import BlobStore
from safelight.vault.chunks import sealed_size
from safelight.vault.content_digest import digest_content, digest_secret
from safelight.vault.evidence import Evidence
from safelight.vault.evidence_keys import EvidenceKeys
from safelight.vault.grant import GRANT_TIME, Grant
from safelight.vault.hold import review_hold
from safelight.vault.holding import add_hold
from safelight.vault.manifest import Manifest
from safelight.vault.purpose import Purpose, needed_permission
from safelight.vault.seal_boundary import SealBoundary
from safelight.vault.sealable import Prepared, PreparedStale, Sealable, require_kept_key
from safelight.vault.sealed_reader import SealedReader
from safelight.vault.spare_blob import leave_blob
from safelight.vault.store import grant_rows, object_rows, occurrence_rows, spool_rows
from safelight.vault.store.occurrence_rows import SealedOccurrence
from safelight.vault.wrap_context import evidence_context


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """Sealed evidence: the rows in the database, the bytes among the blobs, what opens them with the keys."""

    blobs: BlobStore
    keys: KeyService
    clock: Clock
    reach: Reach = unwatched

    def prepare(self, engine: Engine, sealable: Sealable, manifest: Manifest) -> Prepared:
        """Place the bytes, unless the vault has the same, and wrap their keys for new evidence. Nothing counts yet.

        Call it outside of any transaction; call it again when `seal` says that it is stale. Raises KeysNotExported
        before anything is written, KeysUnusable, StoreUnusable, and EvidenceDamaged where the vault's own copy of the
        bytes is missing or cut off: these bytes are then not to be dropped.
        """
        require_exported(self.keys)
        _check_about(sealable, manifest)
        self.reach(SealBoundary.BEGUN)
        digest = digest_content(digest_secret(engine, self.keys, self.clock), sealable.sha256)
        self.reach(SealBoundary.DIGEST_READY)
        stored = self._stored_copy(engine, digest)
        if stored is None:
            self._place(sealable)
        else:
            self._check_stored(stored)
        return self._wrap(sealable, manifest, digest, stored)

    def seal(self, tx: Tx, actor: Actor, prepared: Prepared) -> Evidence:
        """Make prepared bytes evidence, held as under review, in the caller's transaction.

        Raises PreparedStale where the stored copy of the same bytes appeared or went since `prepare`, or a key was
        retired, and NotAllowed without the permission `evidence:seal`.
        """
        require_permission(actor, Permission.EVIDENCE_SEAL)
        evidence = Evidence(id=prepared.evidence_id, size_bytes=prepared.size_bytes, sealed_at=see(tx, self.clock))
        object_id = _own_object(tx, prepared)
        self.reach(SealBoundary.OBJECT_READY)
        occurrence_rows.add(tx, evidence, object_id=object_id, wrapped=prepared.wrapped, manifest=prepared.manifest)
        require_kept_key(self.keys, prepared.wrapped)
        _take_from_waiting(tx, self.clock, prepared, evidence)
        log.write(
            tx,
            clock=self.clock,
            actor=actor,
            verb="seal_evidence",
            target=f"evidence:{evidence.id}",
            details={"object": object_id, "size_bytes": evidence.size_bytes},
        )
        self.reach(SealBoundary.EVIDENCE_ADDED)
        add_hold(tx, self.clock, actor, evidence.id, review_hold(evidence.sealed_at))
        self.reach(SealBoundary.EVIDENCE_HELD)
        return evidence

    def open(self, tx: Tx, actor: Actor, evidence_id: str, purpose: Purpose, reason: str) -> Grant:
        """Let an actor read evidence for a purpose and a short time, and write that into the audit log.

        The grant counts once the caller's transaction is committed. Raises NotAllowed without the purpose's permission,
        InvalidValue without a reason, and NotFound where there is no such evidence any more.
        """
        require_permission(actor, needed_permission(purpose))
        if not reason.strip():
            raise InvalidValue("Opening evidence takes a reason, which the audit log keeps. Nothing was opened.")
        opened_at = see(tx, self.clock)
        _require_living(tx, evidence_id)
        entry_id = log.write(
            tx,
            clock=self.clock,
            actor=actor,
            verb="open_evidence",
            target=f"evidence:{evidence_id}",
            reason=reason,
            details={"purpose": purpose.value},
        )
        grant = Grant(
            id=secrets.token_hex(32),
            evidence_id=evidence_id,
            actor_kind=actor.kind,
            actor_name=actor.name,
            purpose=purpose,
            opened_at=opened_at,
            expires_at=opened_at + GRANT_TIME,
            audit_entry_id=entry_id,
        )
        grant_rows.add(tx, grant)
        return grant

    @contextmanager
    def read(self, engine: Engine, grant: Grant) -> Iterator[SealedReader]:
        """Give the bytes of evidence that somebody was let in to read. Call it outside of any transaction.

        Raises NotAllowed for a grant that is not committed, has expired or is not as it was given, NotFound where the
        evidence was destroyed meanwhile, KeysUnusable, StoreUnusable and EvidenceDamaged.
        """
        sealed = self._let_in(engine, grant)
        if sealed.stored_bytes != sealed.evidence.size_bytes:
            raise EvidenceDamaged(
                f"Evidence {grant.evidence_id} and its stored bytes are of different lengths in the database. Nothing "
                "of it is given out. Run `safelight evidence fsck`, and restore the database from a backup."
            )
        keys = EvidenceKeys.unwrapped(self.keys, sealed.wrapped, evidence_context(grant.evidence_id))
        with self.blobs.open(sealed.blob_id) as blob:
            yield SealedReader(blob, keys.data, sealed.blob_id, sealed.stored_bytes)

    def manifest(self, engine: Engine, grant: Grant) -> Manifest:
        """Return the manifest of evidence that somebody was let in to read. Raises as `read` does."""
        sealed = self._let_in(engine, grant)
        context = evidence_context(grant.evidence_id)
        keys = EvidenceKeys.unwrapped(self.keys, sealed.wrapped, context)
        return keys.open_manifest(sealed.manifest, context)

    def _stored_copy(self, engine: Engine, digest: bytes) -> SealedOccurrence | None:
        """Return one of the evidence of the same bytes, if there is any."""
        with read(engine) as tx:
            stored = object_rows.find(tx, digest)
            return None if stored is None else occurrence_rows.any_sealed(tx, stored.id)

    def _check_stored(self, stored: SealedOccurrence) -> None:
        """Raise EvidenceDamaged unless the stored copy is there in its length: the new bytes may be dropped for it."""
        with self.blobs.open(stored.blob_id) as blob:
            if blob.size_bytes != sealed_size(stored.stored_bytes):
                raise EvidenceDamaged(
                    "The same bytes are in the vault already, and the blob that holds them is not of its length. "
                    "Nothing was sealed. Run `safelight evidence fsck`, restore the blob from a backup, and seal again."
                )

    def _place(self, sealable: Sealable) -> None:
        if sealable.is_placed:
            return
        path = sealable.sealed_file()
        self.reach(SealBoundary.BLOB_WRITTEN)
        self.blobs.place(sealable.blob_id, path)
        sealable.mark_placed()
        self.reach(SealBoundary.BLOB_PLACED)

    def _wrap(self, sealable: Sealable, manifest: Manifest, digest: bytes, stored: SealedOccurrence | None) -> Prepared:
        evidence_id = uuid.uuid4().hex
        context = evidence_context(evidence_id)
        keys = EvidenceKeys.beside(sealable.key if stored is None else self._data_key(stored))
        blob_id = sealable.blob_id if stored is None else stored.blob_id
        wrapped = keys.wrap(self.keys, context)
        self.reach(SealBoundary.KEYS_WRAPPED)
        return Prepared(
            evidence_id=evidence_id,
            content_digest=digest,
            size_bytes=sealable.size_bytes,
            blob_id=blob_id,
            object_id=None if stored is None else stored.object_id,
            wrapped=wrapped,
            manifest=keys.seal_manifest(manifest, context),
            kept_spool_id=sealable.blob_id if sealable.is_kept else None,
            spare_blob_id=sealable.blob_id if sealable.is_placed and sealable.blob_id != blob_id else None,
        )

    def _data_key(self, stored: SealedOccurrence) -> bytes:
        return EvidenceKeys.unwrapped(self.keys, stored.wrapped, evidence_context(stored.evidence.id)).data

    def _let_in(self, engine: Engine, grant: Grant) -> SealedOccurrence:
        """Return sealed evidence to who has a grant that counts, by the database of this moment."""
        with read(engine) as tx:
            if grant_rows.find(tx, grant.id) != grant or not grant.is_valid_at(self.clock.now()):
                raise NotAllowed(
                    f"This leave to read evidence {grant.evidence_id} does not count: it has expired, or its "
                    "transaction was not committed. Nothing was given out. Open the evidence again, with a reason."
                )
            return _require_living(tx, grant.evidence_id)


def _check_about(sealable: Sealable, manifest: Manifest) -> None:
    if (manifest.size_bytes, manifest.sha256) != (sealable.size_bytes, sealable.sha256.hex()):
        raise ValueError("the manifest is about other bytes than those that are to be sealed")


def _require_living(tx: Tx, evidence_id: str) -> SealedOccurrence:
    sealed = occurrence_rows.find_sealed(tx, evidence_id)
    if sealed is not None:
        return sealed
    evidence = occurrence_rows.find(tx, evidence_id)
    if evidence is None:
        raise NotFound(f"There is no evidence {evidence_id}. `safelight evidence list` shows what there is.")
    if evidence.destroyed_at is None:
        raise EvidenceDamaged(
            f"The row of evidence {evidence_id} has lost its bytes or its key. Nothing of it is given out. Run "
            "`safelight evidence fsck`, and restore the database from a backup."
        )
    raise NotFound(f"Evidence {evidence_id} was destroyed on {evidence.destroyed_at:%Y-%m-%d}: nobody can read it.")


def _own_object(tx: Tx, prepared: Prepared) -> int:
    """Return the number of the stored bytes, new or locked so that nobody destroys them meanwhile."""
    if prepared.object_id is not None and object_rows.lock(tx, prepared.object_id):
        return prepared.object_id
    added = None
    if prepared.object_id is None:
        added = object_rows.add(
            tx, content_digest=prepared.content_digest, blob_id=prepared.blob_id, size_bytes=prepared.size_bytes
        )
    if added is None:
        raise PreparedStale("the stored copy of the same bytes appeared or went meanwhile")
    return added


def _take_from_waiting(tx: Tx, clock: Clock, prepared: Prepared, evidence: Evidence) -> None:
    """Take bytes that waited to be scanned out of those that wait, and note a blob that the vault has twice."""
    if prepared.kept_spool_id is not None and not spool_rows.remove(tx, prepared.kept_spool_id):
        raise PreparedStale("the bytes that waited were taken by another meanwhile")
    if prepared.spare_blob_id is not None:
        leave_blob(tx, clock, prepared.spare_blob_id, evidence.sealed_at)
