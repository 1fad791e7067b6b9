"""Evidence of synthetic bytes, sealed and destroyed by the functions that do it for real: for tests and trials."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from safelight.database.transaction import write
from safelight.flow.installation import Installation
from safelight.flow.scans.preserving import preserve
from safelight.intake.spool import Spool
from safelight.roles import Actor
from safelight.vault.destroying import Remover, destroy_key, remove_blob, waiting_removals
from safelight.vault.evidence import Evidence
from safelight.vault.holding import close_review
from safelight.vault.keeping import Keeping
from safelight.vault.manifest import Manifest
from safelight.vault.purpose import Purpose
from safelight.vault.sealable import Sealable
from safelight.vault.vault import Vault

_END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)
_ARRIVED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
_NOTHING: Mapping[str, Any] = {}


def plain_manifest(sealable: Sealable) -> Manifest:
    """Return a manifest that says no more than it must."""
    sha256 = sealable.sha256.hex()
    return Manifest(
        media_id=sealable.blob_id,
        md5="",
        sha1="",
        sha256=sha256,
        size_bytes=sealable.size_bytes,
        arrived_at=_ARRIVED_AT,
        sealed_by="tester",
    )


def seal_bytes(
    place: Installation, actor: Actor, folder: Path, pieces: Iterable[bytes], *, told: Mapping[str, Any] = _NOTHING
) -> Evidence:
    """Spool bytes in a folder and seal them; `told` are further fields of the manifest."""
    vault = Vault(blobs=place.blobs, keys=place.keys, clock=place.clock)
    with Spool(folder, memory_bytes=1 << 16) as spool, spool.receive(pieces, max_bytes=1 << 40) as spooled:
        digests = spooled.digests
        manifest = replace(plain_manifest(spooled), md5=digests.md5.hex(), sha1=digests.sha1.hex())
        return preserve(place.engine, vault, actor, spooled, replace(manifest, **told))


def keep_bytes(place: Installation, actor: Actor, folder: Path, data: bytes) -> str:
    """Keep bytes that wait to be scanned; return their id."""
    keeping = Keeping(blobs=place.blobs, keys=place.keys, clock=place.clock)
    with Spool(folder, memory_bytes=1 << 16) as spool, spool.receive([data], max_bytes=1 << 30) as spooled:
        prepared = keeping.prepare(spooled, plain_manifest(spooled))
        with write(place.engine) as tx:
            return keeping.keep_spool(tx, actor, prepared)


def read_bytes(place: Installation, actor: Actor, evidence_id: str) -> bytes:
    """Open evidence to check it, and return its bytes."""
    vault = Vault(blobs=place.blobs, keys=place.keys, clock=place.clock)
    with write(place.engine) as tx:
        grant = vault.open(tx, actor, evidence_id, Purpose.CHECK, "a test")
    with vault.read(place.engine, grant) as reader:
        return reader.read(0, reader.size_bytes)


def destroy_evidence(place: Installation, actor: Actor, evidence_id: str, *, removes_blob: bool = True) -> None:
    """Let the hold under review end at once, destroy the key, and then remove the blob unless told not to."""
    closed_at = place.clock.now() - timedelta(seconds=1)
    with write(place.engine) as tx:
        close_review(tx, place.clock, actor, evidence_id, closed_at=closed_at, appeal_days=0)
        destroy_key(tx, place.clock, actor, evidence_id, "a test")
    if removes_blob:
        remove_rest(place, actor)


def remove_rest(place: Installation, actor: Actor) -> None:
    """Remove every blob that is to be removed, as the jobs do."""
    remover = Remover(engine=place.engine, blobs=place.blobs, keys=place.keys, clock=place.clock)
    with write(place.engine) as tx:
        waiting = [removal.blob_id for removal in waiting_removals(tx, before=_END_OF_TIME)]
    for blob_id in waiting:
        remove_blob(remover, actor, blob_id, step=lambda: write(place.engine))
