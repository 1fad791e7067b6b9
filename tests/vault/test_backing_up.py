"""What a backup asks of the vault."""

from datetime import timedelta
from pathlib import Path

import pytest

from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.flow.installation import Installation
from safelight.roles import Actor
from safelight.testing.evidence import destroy_evidence, keep_bytes, seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault import backing_up
from safelight.vault.blobs.disk import DiskBlobs


@pytest.fixture
def place(engine: Engine, clock: FixedClock, tmp_path: Path) -> Installation:
    """A vault without anything in it."""
    blobs = DiskBlobs(tmp_path / "vault")
    blobs.create()
    return Installation(engine=engine, blobs=blobs, keys=MemoryKeys(), clock=clock)


def _needed(place: Installation) -> list[str]:
    with read(place.engine) as tx:
        return [blob_id for page in backing_up.needed_blobs(tx) for blob_id in page]


def test_every_blob_of_evidence_and_of_waiting_bytes_is_needed_once(
    place: Installation, actor: Actor, tmp_path: Path
) -> None:
    for content in (b"a", b"b", b"a", b"c"):
        seal_bytes(place, actor, tmp_path / "spool", [content])
    kept = keep_bytes(place, actor, tmp_path / "spool", b"d")
    needed = _needed(place)
    assert needed == sorted(place.blobs.blob_ids())
    assert kept in needed
    with read(place.engine) as tx:
        assert backing_up.needed_among(tx, [*needed, "0" * 32]) == set(needed)


def test_an_empty_vault_needs_nothing(place: Installation) -> None:
    assert _needed(place) == []
    with read(place.engine) as tx:
        assert backing_up.needed_keys(tx) == set()


def test_the_keys_of_everything_that_is_wrapped_are_needed(place: Installation, actor: Actor, tmp_path: Path) -> None:
    assert isinstance(place.keys, MemoryKeys)
    first = place.keys.describe().active_key_id
    seal_bytes(place, actor, tmp_path / "spool", [b"a"])
    second = place.keys.rotate()
    keep_bytes(place, actor, tmp_path / "spool", b"d")
    place.keys.rotate()
    with read(place.engine) as tx:
        assert backing_up.needed_keys(tx) == {first, second}


def test_what_was_destroyed_is_told_from_a_moment_on(place: Installation, actor: Actor, tmp_path: Path) -> None:
    evidence = seal_bytes(place, actor, tmp_path / "spool", [b"a"])
    seal_bytes(place, actor, tmp_path / "spool", [b"b"])
    destroy_evidence(place, actor, evidence.id)
    now = place.clock.now()
    with read(place.engine) as tx:
        assert backing_up.destroyed_since(tx, now) == [(evidence.id, now)]
        assert backing_up.destroyed_since(tx, now + timedelta(microseconds=1)) == []


def test_a_spool_whose_bytes_are_lost_is_forgotten_once(place: Installation, actor: Actor, tmp_path: Path) -> None:
    kept = keep_bytes(place, actor, tmp_path / "spool", b"d")
    with write(place.engine) as tx:
        assert backing_up.drop_lost_spool(tx, place.clock, actor, kept)
        assert not backing_up.drop_lost_spool(tx, place.clock, actor, kept)
        assert [entry.verb for entry in page_entries(tx, target=f"spool:{kept}")] == ["keep_spool", "drop_lost_spool"]
    assert _needed(place) == []
