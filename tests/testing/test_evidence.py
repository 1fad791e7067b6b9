"""Evidence for tests is sealed, read and destroyed as any other."""

import hashlib
from pathlib import Path

import pytest

from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.errors import NotFound
from safelight.flow.installation import Installation
from safelight.roles import Actor
from safelight.testing.evidence import destroy_evidence, keep_bytes, read_bytes, remove_rest, seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.purpose import Purpose
from safelight.vault.vault import Vault


def test_bytes_become_evidence_and_go_again(engine: Engine, clock: FixedClock, actor: Actor, tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path / "vault")
    blobs.create()
    place = Installation(engine=engine, blobs=blobs, keys=MemoryKeys(), clock=clock)
    evidence = seal_bytes(place, actor, tmp_path / "spool", [b"some ", b"bytes"])
    assert read_bytes(place, actor, evidence.id) == b"some bytes"
    destroy_evidence(place, actor, evidence.id, removes_blob=False)
    assert len(list(blobs.blob_ids())) == 1
    with pytest.raises(NotFound):
        read_bytes(place, actor, evidence.id)
    remove_rest(place, actor)
    assert list(blobs.blob_ids()) == []
    assert [name for name, _ in blobs.ledger()] == [evidence.id]
    assert list(blobs.blob_ids()) == []
    assert keep_bytes(place, actor, tmp_path / "spool", b"waits") in list(blobs.blob_ids())


def test_evidence_says_what_it_is_told_to_say(engine: Engine, clock: FixedClock, actor: Actor, tmp_path: Path) -> None:
    blobs, keys = DiskBlobs(tmp_path / "vault"), MemoryKeys()
    blobs.create()
    place = Installation(engine=engine, blobs=blobs, keys=keys, clock=clock)
    evidence = seal_bytes(place, actor, tmp_path / "spool", [], told={"subject_id": "account-1"})
    vault = Vault(blobs=blobs, keys=keys, clock=clock)
    with write(engine) as tx:
        grant = vault.open(tx, actor, evidence.id, Purpose.CHECK, "a test")
    manifest = vault.manifest(engine, grant)
    assert (manifest.subject_id, manifest.size_bytes) == ("account-1", 0)
    assert manifest.md5 == hashlib.md5(b"", usedforsecurity=False).hexdigest()
