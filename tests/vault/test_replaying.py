"""What was destroyed is destroyed again, whatever holds a restored database still tells of."""

from datetime import timedelta
from pathlib import Path

import pytest

from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import NotFound
from safelight.flow.installation import Installation
from safelight.jobs.queries import page_jobs
from safelight.roles import Actor
from safelight.testing.evidence import read_bytes, seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault.backing_up import destroyed_since
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.replaying import replay_destruction


@pytest.fixture
def place(engine: Engine, clock: FixedClock, tmp_path: Path) -> Installation:
    """A vault without anything in it."""
    blobs = DiskBlobs(tmp_path / "vault")
    blobs.create()
    return Installation(engine=engine, blobs=blobs, keys=MemoryKeys(), clock=clock)


def _replay(place: Installation, actor: Actor, evidence_id: str) -> bool:
    moment = place.clock.now() - timedelta(days=3)
    with write(place.engine) as tx:
        return replay_destruction(tx, place.clock, actor, evidence_id=evidence_id, destroyed_at=moment)


def test_evidence_under_hold_is_destroyed_again_as_of_the_moment_when_it_was(
    place: Installation, actor: Actor, tmp_path: Path
) -> None:
    evidence = seal_bytes(place, actor, tmp_path / "spool", [b"a"])
    assert _replay(place, actor, evidence.id)
    with pytest.raises(NotFound):
        read_bytes(place, actor, evidence.id)
    moment = place.clock.now() - timedelta(days=3)
    with read(place.engine) as tx:
        assert destroyed_since(tx, moment) == [(evidence.id, moment)]
        last = page_entries(tx, target=f"evidence:{evidence.id}")[-1]
        assert [job.kind for job in page_jobs(tx)] == ["remove_blob"]
    assert last.verb == "replay_destruction"
    assert last.at == place.clock.now()


def test_bytes_that_other_evidence_needs_stay(place: Installation, actor: Actor, tmp_path: Path) -> None:
    first, second = (seal_bytes(place, actor, tmp_path / "spool", [b"a"]) for _ in range(2))
    assert _replay(place, actor, first.id)
    assert read_bytes(place, actor, second.id) == b"a"
    with read(place.engine) as tx:
        assert [job.kind for job in page_jobs(tx)] == ["record_destruction"]


def test_what_is_destroyed_already_or_never_was_is_left_as_it_is(
    place: Installation, actor: Actor, tmp_path: Path
) -> None:
    evidence = seal_bytes(place, actor, tmp_path / "spool", [b"a"])
    assert _replay(place, actor, evidence.id)
    with read(place.engine) as tx:
        before = page_entries(tx)
    assert not _replay(place, actor, evidence.id)
    assert not _replay(place, actor, "f" * 32)
    with read(place.engine) as tx:
        assert page_entries(tx) == before
