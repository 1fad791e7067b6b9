"""Checking the vault by opening it: every wrap, every manifest and every byte, each opening recorded before it happens.

Evidence is opened for the purpose `check`: one grant and one audit entry for each piece of evidence, so that its
custody says that a machine read the bytes, when, and in whose name. Bytes go piece by piece and no further than a
digest.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import BlobMissing, EvidenceDamaged, KeysUnusable, UsageError
from safelight.keys.interface import KeyService
from safelight.roles import Actor, Permission, require_permission
from safelight.vault.content_digest import SECRET_NAME, digest_content
from safelight.vault.finding import Finding, FindingKind
from safelight.vault.grant import Grant
from safelight.vault.manifest import Manifest
from safelight.vault.purpose import Purpose
from safelight.vault.sealed_reader import SealedReader
from safelight.vault.store import check_rows, secret_rows
from safelight.vault.store.check_rows import StoredObject
from safelight.vault.vault import Vault
from safelight.vault.wrap_context import secret_context

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningCheck:
    """What it takes to open everything: where it lies, the keys, and in whose name and why it is done."""

    engine: Engine
    vault: Vault
    keys: KeyService
    actor: Actor
    reason: str

    def run(self) -> Iterator[Finding]:
        """Give what is wrong with what is sealed. Raises `NotAllowed` without the permission, `StoreUnusable`.

        What needs a key that is not there is left closed: the check of the rows tells that.
        """
        require_permission(self.actor, Permission.EVIDENCE_CHECK)
        key_ids, after_id = frozenset(self.keys.describe().key_ids), 0
        secret: bytes | None = None
        while page := self._page(after_id):
            if not after_id:
                secret = self._digest_secret()
                if secret is None:
                    yield Finding(kind=FindingKind.KEY_REFUSED, subject=f"secret:{SECRET_NAME}")
            for each in page:
                yield from _ObjectCheck(self, each, secret).run(key_ids)
            after_id = page[-1].id

    def _page(self, after_id: int) -> list[StoredObject]:
        with read(self.engine) as tx:
            return check_rows.page_objects(tx, after_id=after_id, limit=_PAGE)

    def _digest_secret(self) -> bytes | None:
        """Return the secret of content digests. Unlike a seal this never makes one: that would hide that it is gone."""
        with read(self.engine) as tx:
            wrapped = secret_rows.find(tx, SECRET_NAME)
        try:
            return None if wrapped is None else self.keys.unwrap(wrapped, context=secret_context(SECRET_NAME))
        except KeysUnusable:
            return None


class _ObjectCheck:
    """Opens all evidence that has the same bytes; reads the bytes as a whole once, by the first that opens them."""

    def __init__(self, check: OpeningCheck, stored: StoredObject, secret: bytes | None) -> None:
        self._check = check
        self._stored = stored
        self._secret = secret
        self._is_read = False
        self._sha256: bytes | None = None

    def run(self, key_ids: frozenset[str]) -> Iterator[Finding]:
        after_id = ""
        while page := self._page(after_id):
            for evidence_id, key_id in page:
                if key_id in key_ids:
                    yield from self._check_evidence(evidence_id)
            after_id = page[-1][0]

    def _page(self, after_id: str) -> list[tuple[str, str | None]]:
        with read(self._check.engine) as tx:
            return check_rows.page_sealings_of(tx, self._stored.id, after_id=after_id, limit=_PAGE)

    def _check_evidence(self, evidence_id: str) -> Iterator[Finding]:
        check, subject = self._check, f"evidence:{evidence_id}"
        try:
            with write(check.engine) as tx:
                grant = check.vault.open(tx, check.actor, evidence_id, Purpose.CHECK, check.reason)
            yield from self._check_bytes(grant, subject)
            yield from self._check_manifest(grant, subject)
        except KeysUnusable as error:
            yield Finding(kind=FindingKind.KEY_REFUSED, subject=subject, detail=str(error))
        except UsageError:
            return  # it was destroyed meanwhile

    def _check_bytes(self, grant: Grant, subject: str) -> Iterator[Finding]:
        try:
            with self._check.vault.read(self._check.engine, grant) as reader:
                if self._is_read:
                    reader.read(0, 1)  # that this wrap, too, holds the key of the bytes
                    return
                self._is_read = True
                self._sha256 = _digest(reader)
        except BlobMissing:
            yield Finding(kind=FindingKind.BLOB_MISSING, subject=subject, detail=f"blob {self._stored.blob_id}")
            return
        except EvidenceDamaged as error:
            yield Finding(kind=FindingKind.BYTES_DAMAGED, subject=subject, detail=str(error))
            return
        if self._secret is not None and digest_content(self._secret, self._sha256) != self._stored.content_digest:
            yield Finding(kind=FindingKind.BYTES_DIFFER, subject=subject, detail=f"blob {self._stored.blob_id}")

    def _check_manifest(self, grant: Grant, subject: str) -> Iterator[Finding]:
        try:
            manifest = self._check.vault.manifest(self._check.engine, grant)
        except EvidenceDamaged as error:
            yield Finding(kind=FindingKind.MANIFEST_DAMAGED, subject=subject, detail=str(error))
            return
        if not self._tells_bytes(manifest):
            yield Finding(kind=FindingKind.MANIFEST_DIFFERS, subject=subject)

    def _tells_bytes(self, manifest: Manifest) -> bool:
        is_same = self._sha256 is None or manifest.sha256 == self._sha256.hex()
        return is_same and manifest.size_bytes == self._stored.size_bytes


def _digest(reader: SealedReader) -> bytes:
    digest = hashlib.sha256()
    for piece in reader.pieces():
        digest.update(piece)
    return digest.digest()
