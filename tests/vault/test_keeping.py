"""Bytes that wait to be scanned outlive the process that took them in, become evidence uncopied, or go for good."""

import os
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select, update

from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.errors import EvidenceDamaged, KeysNotExported, KeysUnusable, NotFound
from safelight.flow.installation import Installation
from safelight.flow.scans.preserving import preserve
from safelight.intake.content import take_digests
from safelight.intake.spool import Spool
from safelight.jobs.store import jobs
from safelight.roles import Actor
from safelight.testing.evidence import plain_manifest, read_bytes, remove_rest
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.keeping import Keeping
from safelight.vault.listing import KeptTotals
from safelight.vault.queries import kept_by_reason
from safelight.vault.seal_boundary import KeepBoundary
from safelight.vault.sealable import PreparedStale
from safelight.vault.store.tables import objects, removals, spools
from safelight.vault.vault import Vault

DATA = os.urandom((1 << 20) + 99)


class Died(BaseException):
    """The process died at a boundary."""


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with Spool(tmp_path / "spool", memory_bytes=1000) as spool:
        yield spool


@pytest.fixture
def keeping(place: Installation) -> Keeping:
    return Keeping(blobs=place.blobs, keys=place.keys, clock=place.clock)


@pytest.fixture
def vault(place: Installation) -> Vault:
    return Vault(blobs=place.blobs, keys=place.keys, clock=place.clock)


def keep(place: Installation, keeping: Keeping, actor: Actor, spool: Spool, data: bytes = DATA) -> str:
    with spool.receive([data], max_bytes=1 << 30) as spooled:
        prepared = keeping.prepare(spooled, replace(plain_manifest(spooled), subject_id="account 7"))
        with write(place.engine) as tx:
            return keeping.keep_spool(tx, actor, prepared)


def count(place: Installation, table: Table) -> int:
    with read(place.engine) as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.mark.parametrize("data", [b"small", DATA], ids=["in memory", "in a file"])
def test_what_was_kept_is_content_to_scan_after_its_spool_is_gone(
    place: Installation, keeping: Keeping, actor: Actor, spool: Spool, data: bytes
) -> None:
    spool_id = keep(place, keeping, actor, spool, data)
    spool.close()
    with keeping.open_kept(place.engine, spool_id) as kept:
        assert kept.read(0, kept.size_bytes) == data
        assert kept.manifest.subject_id == "account 7"
        assert take_digests(kept).sha256 == kept.sha256
        kept.check_unchanged()
        assert repr(kept.key) not in repr(kept)


def test_what_was_kept_becomes_evidence_without_a_copy(
    place: Installation, keeping: Keeping, vault: Vault, actor: Actor, spool: Spool
) -> None:
    spool_id = keep(place, keeping, actor, spool)
    with keeping.open_kept(place.engine, spool_id) as kept:
        evidence = preserve(place.engine, vault, actor, kept, kept.manifest)
    assert list(place.blobs.blob_ids()) == [spool_id]
    assert count(place, spools) == count(place, removals) == 0
    assert read_bytes(place, actor, evidence.id) == DATA


def test_kept_bytes_that_the_vault_has_already_are_sealed_and_their_blob_removed(
    place: Installation, keeping: Keeping, vault: Vault, actor: Actor, spool: Spool
) -> None:
    made = []
    for _ in range(2):
        with keeping.open_kept(place.engine, keep(place, keeping, actor, spool)) as kept:
            made.append(preserve(place.engine, vault, actor, kept, kept.manifest).id)
    assert count(place, objects) == 1
    assert count(place, jobs) == 1  # the one that removes the spare blob
    remove_rest(place, actor)
    assert len(list(place.blobs.blob_ids())) == 1
    assert [read_bytes(place, actor, evidence_id) for evidence_id in made] == [DATA, DATA]


def test_kept_bytes_that_another_took_meanwhile_are_sealed_once(
    place: Installation, keeping: Keeping, vault: Vault, actor: Actor, spool: Spool
) -> None:
    with keeping.open_kept(place.engine, keep(place, keeping, actor, spool)) as kept:
        prepared = [vault.prepare(place.engine, kept, kept.manifest) for _ in range(2)]
        with write(place.engine) as tx:
            vault.seal(tx, actor, prepared[0])
        with pytest.raises(PreparedStale), write(place.engine) as tx:
            vault.seal(tx, actor, prepared[1])


def test_dropping_takes_the_key_at_once_and_the_blob_by_a_job(
    place: Installation, keeping: Keeping, actor: Actor, spool: Spool
) -> None:
    spool_id = keep(place, keeping, actor, spool)
    with write(place.engine) as tx:
        assert keeping.drop_kept(tx, actor, spool_id)
        assert not keeping.drop_kept(tx, actor, spool_id)
    with pytest.raises(NotFound, match="scanned, or dropped"), keeping.open_kept(place.engine, spool_id):
        pass
    assert count(place, jobs) == 1
    remove_rest(place, actor)
    assert list(place.blobs.blob_ids()) == []
    with read(place.engine) as tx:
        verbs = [entry.verb for entry in page_entries(tx, target=f"spool:{spool_id}")]
    assert verbs == ["keep_spool", "drop_spool"]


def test_before_a_recovery_copy_of_the_keys_nothing_is_kept(
    place: Installation, keeping: Keeping, spool: Spool
) -> None:
    locked = replace(keeping, keys=MemoryKeys(is_exported=False))
    with spool.receive([DATA], max_bytes=1 << 30) as spooled, pytest.raises(KeysNotExported):
        locked.prepare(spooled, plain_manifest(spooled))
    assert list(place.blobs.blob_ids()) == []


def test_bytes_whose_key_was_retired_meanwhile_are_not_kept_by_it(
    place: Installation, keeping: Keeping, actor: Actor, spool: Spool
) -> None:
    keys = MemoryKeys()
    turning = replace(keeping, keys=keys)
    with spool.receive([DATA], max_bytes=1 << 30) as spooled:
        stale, old = turning.prepare(spooled, plain_manifest(spooled)), keys.describe().active_key_id
        keys.rotate()
        keys.retire(old)
        with pytest.raises(PreparedStale, match="retired"), write(place.engine) as tx:
            turning.keep_spool(tx, actor, stale)
        with write(place.engine) as tx:
            spool_id = turning.keep_spool(tx, actor, turning.prepare(spooled, plain_manifest(spooled)))
    with turning.open_kept(place.engine, spool_id) as kept:
        assert kept.read(0, 9) == DATA[:9]


@pytest.mark.parametrize("columns", [["wrapped_key"], ["manifest"], ["wrapped_key", "manifest"]])
def test_what_is_moved_to_other_bytes_opens_nothing(
    place: Installation, keeping: Keeping, actor: Actor, spool: Spool, *, columns: list[str]
) -> None:
    one, other = keep(place, keeping, actor, spool), keep(place, keeping, actor, spool)
    with write(place.engine) as tx:
        for column in columns:
            moved = tx.execute(select(spools.c[column]).where(spools.c.id == other)).scalar_one()
            tx.execute(update(spools).where(spools.c.id == one).values({column: moved}))
    with pytest.raises((EvidenceDamaged, KeysUnusable)), keeping.open_kept(place.engine, one):
        pass


@pytest.mark.parametrize("boundary", KeepBoundary)
def test_a_death_at_any_moment_leaves_kept_bytes_or_nothing_and_a_new_try_succeeds(
    place: Installation, keeping: Keeping, actor: Actor, spool: Spool, tmp_path: Path, *, boundary: KeepBoundary
) -> None:
    reached: list[Any] = []

    def die(moment: StrEnum) -> None:
        reached.append(moment)
        if moment is boundary:
            raise Died

    def keep_and_drop(keeping: Keeping) -> None:
        spool_id = keep(place, keeping, actor, spool)
        with write(place.engine) as tx:
            keeping.drop_kept(tx, actor, spool_id)

    with pytest.raises(Died):
        keep_and_drop(replace(keeping, reach=die))
    assert reached[-1] is boundary
    with read(place.engine) as tx:
        waiting = list(tx.execute(select(spools.c.id)).scalars())
    again = Keeping(blobs=DiskBlobs(tmp_path / "blobs"), keys=place.keys, clock=place.clock)
    assert len(waiting) == (boundary is KeepBoundary.SPOOL_DROPPED)  # the drop was undone, the keeping was committed
    for spool_id in [*waiting, keep(place, again, actor, spool)]:
        with again.open_kept(place.engine, spool_id) as kept:
            assert kept.read(0, len(DATA)) == DATA


def test_what_could_not_be_scanned_is_held_with_the_reason_until_it_waits_again(
    place: Installation, keeping: Keeping, actor: Actor, spool: Spool
) -> None:
    spool_id = keep(place, keeping, actor, spool)
    with write(place.engine) as tx:
        assert not keeping.is_held(tx, spool_id)
        keeping.hold_kept(tx, actor, spool_id, "timed_out")
        assert keeping.is_held(tx, spool_id)
        found = keeping.lock_kept(tx, spool_id)
    assert (found.is_held, found.held_for, found.size_bytes) == (True, "timed_out", len(DATA))
    with write(place.engine) as tx:
        keeping.unhold_kept(tx, actor, spool_id, reason="why")
        assert not keeping.is_held(tx, spool_id)
    with read(place.engine) as tx:
        entries = page_entries(tx, target=f"spool:{spool_id}")
    assert [entry.verb for entry in entries] == ["keep_spool", "hold_spool", "unhold_spool"]
    with keeping.open_kept(place.engine, spool_id) as kept:
        assert kept.read(0, 10) == DATA[:10]


def test_what_is_gone_is_neither_held_nor_locked(place: Installation, keeping: Keeping, actor: Actor) -> None:
    with write(place.engine) as tx:
        assert not keeping.is_held(tx, "a" * 32)
        for act in (
            lambda: keeping.hold_kept(tx, actor, "a" * 32, "crashed"),
            lambda: keeping.unhold_kept(tx, actor, "a" * 32),
            lambda: keeping.lock_kept(tx, "a" * 32),
        ):
            with pytest.raises(NotFound, match="scanned, or dropped"):
                act()


def test_what_is_kept_is_added_up_by_what_it_is_held_for(
    place: Installation, keeping: Keeping, actor: Actor, spool: Spool
) -> None:
    with read(place.engine) as tx:
        assert kept_by_reason(tx) == {}
    for held_for in ("", "", "crashed"):
        spool_id = keep(place, keeping, actor, spool, b"benign")
        if held_for:
            with write(place.engine) as tx:
                keeping.hold_kept(tx, actor, spool_id, held_for)
    now = place.clock.now()
    with read(place.engine) as tx:
        assert kept_by_reason(tx) == {
            "": KeptTotals(media=2, size_bytes=12, oldest_at=now),
            "crashed": KeptTotals(media=1, size_bytes=6, oldest_at=now),
        }
