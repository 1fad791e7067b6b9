"""Evidence is what was sealed, to who may open it and to nobody else; whatever dies or collides on the way."""

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Table, delete, func, select

from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.transaction import read, write
from safelight.errors import (
    ClockWrong,
    InvalidValue,
    KeysNotExported,
    NotAllowed,
    NotFound,
)
from safelight.flow.installation import Installation
from safelight.flow.scans.preserving import preserve
from safelight.intake.spool import Spool
from safelight.intake.spooled import Spooled
from safelight.roles import EVERY_PERMISSION, Actor, Permission
from safelight.testing.evidence import plain_manifest, remove_rest
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.destroying import destroy_key
from safelight.vault.evidence import Evidence
from safelight.vault.grant import Grant
from safelight.vault.holding import active_holds, close_review
from safelight.vault.manifest import Neighbour
from safelight.vault.purpose import Purpose
from safelight.vault.seal_boundary import SealBoundary
from safelight.vault.sealable import Prepared, PreparedStale
from safelight.vault.store.tables import grants, holds, objects, occurrences, spools
from safelight.vault.store.tables import secrets as vault_secrets
from safelight.vault.vault import Vault

DATA = np.random.default_rng(5).bytes((2 << 20) + 77)


class Died(BaseException):
    """The process died at a boundary."""


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with Spool(tmp_path / "spool", memory_bytes=1000) as spool:
        yield spool


@pytest.fixture
def vault(place: Installation) -> Vault:
    return Vault(blobs=place.blobs, keys=place.keys, clock=place.clock)


def receive(spool: Spool, data: bytes = DATA) -> Spooled:
    return spool.receive([data], max_bytes=1 << 30)


def seal(place: Installation, vault: Vault, actor: Actor, spool: Spool, data: bytes = DATA, **told: Any) -> Evidence:
    with receive(spool, data) as spooled:
        return preserve(place.engine, vault, actor, spooled, replace(plain_manifest(spooled), **told))


def let_in(place: Installation, vault: Vault, actor: Actor, evidence_id: str) -> Grant:
    with write(place.engine) as tx:
        return vault.open(tx, actor, evidence_id, Purpose.REVIEW, "a look")


def read_all(place: Installation, vault: Vault, actor: Actor, evidence_id: str) -> bytes:
    grant = let_in(place, vault, actor, evidence_id)
    with vault.read(place.engine, grant) as reader:
        return b"".join(bytes(piece) for piece in reader.pieces())


def count(place: Installation, table: Table) -> int:
    with read(place.engine) as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


def blobs_without_a_row(place: Installation) -> set[str]:
    with read(place.engine) as tx:
        known = set(tx.execute(select(objects.c.blob_id).union(select(spools.c.id))).scalars())
    return set(place.blobs.blob_ids()) - known


def let_hold_end(place: Installation, actor: Actor, moving: Any, evidence_id: str) -> None:
    """Close the review of evidence, and let the time for an appeal go by."""
    with write(place.engine) as tx:
        close_review(tx, moving, actor, evidence_id, closed_at=moving.now())
    moving.at += timedelta(days=31)


def destroy(place: Installation, actor: Actor, evidence_id: str) -> None:
    with write(place.engine) as tx:
        destroy_key(tx, place.clock, actor, evidence_id, "a test", most_jump=timedelta(days=1000))


def seal_and_die(place: Installation, vault: Vault, actor: Actor, prepared: Prepared) -> None:
    with write(place.engine) as tx:
        vault.seal(tx, actor, prepared)
        raise Died


@pytest.mark.parametrize("data", [b"", b"small", DATA], ids=["nothing", "in memory", "in a file"])
def test_what_was_sealed_is_read_with_its_manifest(
    place: Installation, vault: Vault, actor: Actor, spool: Spool, data: bytes
) -> None:
    evidence = seal(place, vault, actor, spool, data, subject_id="account 7", neighbours=(Neighbour(relation="album"),))
    assert (evidence.size_bytes, evidence.sealed_at) == (len(data), place.clock.now())
    assert read_all(place, vault, actor, evidence.id) == data
    manifest = vault.manifest(place.engine, let_in(place, vault, actor, evidence.id))
    assert (manifest.subject_id, manifest.neighbours) == ("account 7", (Neighbour(relation="album"),))


def test_a_seal_is_recorded_and_held_in_one_transaction(
    place: Installation, vault: Vault, actor: Actor, spool: Spool
) -> None:
    evidence = seal(place, vault, actor, spool)
    with read(place.engine) as tx:
        verbs = [entry.verb for entry in page_entries(tx, target=f"evidence:{evidence.id}")]
        assert verbs[0] == "seal_evidence"
        assert len(active_holds(tx, evidence.id, place.clock.now())) == 1


def test_what_was_prepared_and_not_committed_is_no_evidence(
    place: Installation, vault: Vault, actor: Actor, spool: Spool
) -> None:
    with receive(spool) as spooled:
        prepared = vault.prepare(place.engine, spooled, plain_manifest(spooled))
        with pytest.raises(Died):
            seal_and_die(place, vault, actor, prepared)
        assert count(place, occurrences) == count(place, holds) == count(place, objects) == 0
        with write(place.engine) as tx:
            evidence = vault.seal(tx, actor, prepared)
    assert read_all(place, vault, actor, evidence.id) == DATA


def test_before_a_recovery_copy_of_the_keys_nothing_is_written(place: Installation, vault: Vault, spool: Spool) -> None:
    locked = replace(vault, keys=MemoryKeys(is_exported=False))
    with receive(spool) as spooled, pytest.raises(KeysNotExported):
        locked.prepare(place.engine, spooled, plain_manifest(spooled))
    assert count(place, vault_secrets) == 0
    assert list(place.blobs.blob_ids()) == []


def test_a_manifest_about_other_bytes_is_refused(place: Installation, vault: Vault, spool: Spool) -> None:
    with receive(spool) as spooled, pytest.raises(ValueError, match="other bytes"):
        vault.prepare(place.engine, spooled, replace(plain_manifest(spooled), sha256="00" * 32))


def test_sealing_and_opening_take_their_permissions(
    place: Installation, vault: Vault, actor: Actor, spool: Spool
) -> None:
    sealer = replace(actor, permissions=frozenset({Permission.EVIDENCE_SEAL}))
    reviewer = replace(actor, permissions=EVERY_PERMISSION - {Permission.EVIDENCE_HAND_OVER, Permission.EVIDENCE_SEAL})
    evidence = seal(place, vault, sealer, spool)
    with receive(spool) as spooled:
        prepared = vault.prepare(place.engine, spooled, plain_manifest(spooled))
        with pytest.raises(NotAllowed), write(place.engine) as tx:
            vault.seal(tx, reviewer, prepared)
    for who, purpose in [(sealer, Purpose.REVIEW), (reviewer, Purpose.HAND_OVER)]:
        with pytest.raises(NotAllowed), write(place.engine) as tx:
            vault.open(tx, who, evidence.id, purpose, "a look")
    assert count(place, grants) == 0


def test_opening_is_recorded_with_who_what_for_and_why(
    place: Installation, vault: Vault, actor: Actor, spool: Spool
) -> None:
    evidence = seal(place, vault, actor, spool)
    grant = let_in(place, vault, actor, evidence.id)
    with read(place.engine) as tx:
        entry = next(entry for entry in page_entries(tx) if entry.id == grant.audit_entry_id)
    assert (entry.verb, entry.target, entry.reason) == ("open_evidence", f"evidence:{evidence.id}", "a look")
    assert entry.actor.name == actor.name
    assert entry.details == {"purpose": "review"}


def test_opening_takes_a_reason(place: Installation, vault: Vault, actor: Actor, spool: Spool) -> None:
    evidence = seal(place, vault, actor, spool)
    with pytest.raises(InvalidValue, match="reason"), write(place.engine) as tx:
        vault.open(tx, actor, evidence.id, Purpose.REVIEW, "  ")


def test_no_bytes_come_before_the_opening_is_committed(
    place: Installation, vault: Vault, actor: Actor, spool: Spool
) -> None:
    evidence = seal(place, vault, actor, spool)
    with write(place.engine) as tx:
        grant = vault.open(tx, actor, evidence.id, Purpose.REVIEW, "a look")
        with pytest.raises(NotAllowed, match="not committed"), vault.read(place.engine, grant):
            pass
        with pytest.raises(NotAllowed):
            vault.manifest(place.engine, grant)
    with vault.read(place.engine, grant) as reader:
        assert reader.read(0, 9) == DATA[:9]


def test_no_bytes_come_by_an_expired_or_altered_leave(
    place: Installation, vault: Vault, actor: Actor, spool: Spool
) -> None:
    evidence, other = seal(place, vault, actor, spool), seal(place, vault, actor, spool, b"other")
    grant = let_in(place, vault, actor, evidence.id)
    later = replace(vault, clock=FixedClock(at=place.clock.now() + timedelta(minutes=10)))
    for asked, given in [
        (later, grant),
        (vault, replace(grant, evidence_id=other.id)),
        (vault, replace(grant, actor_name="somebody else")),
        (vault, replace(grant, expires_at=grant.expires_at + timedelta(days=1))),
        (vault, replace(grant, id="0" * 64)),
    ]:
        with pytest.raises(NotAllowed), asked.read(place.engine, given):
            pass


def test_evidence_that_is_not_there_or_destroyed_is_told(
    place: Installation, vault: Vault, actor: Actor, spool: Spool, moving: Any
) -> None:
    evidence = seal(place, vault, actor, spool)
    with pytest.raises(NotFound, match="no evidence"):
        let_in(place, vault, actor, "0" * 32)
    let_hold_end(place, actor, moving, evidence.id)
    grant = let_in(place, vault, actor, evidence.id)
    destroy(place, actor, evidence.id)
    with pytest.raises(NotFound, match="was destroyed"), vault.read(place.engine, grant):
        pass
    with pytest.raises(NotFound, match="was destroyed"):
        let_in(place, vault, actor, evidence.id)


def test_a_clock_that_was_set_back_seals_and_opens_nothing(
    place: Installation, vault: Vault, actor: Actor, spool: Spool
) -> None:
    evidence = seal(place, vault, actor, spool)
    before = replace(vault, clock=FixedClock(at=place.clock.now() - timedelta(hours=1)))
    with pytest.raises(ClockWrong):
        seal(place, before, actor, spool, b"other")
    with pytest.raises(ClockWrong):
        let_in(place, before, actor, evidence.id)


def test_the_same_content_is_stored_once_and_lives_as_long_as_any_of_its_evidence(
    place: Installation, vault: Vault, actor: Actor, spool: Spool, moving: Any
) -> None:
    one = seal(place, vault, actor, spool, subject_id="one")
    other = seal(place, vault, actor, spool, subject_id="other")
    assert count(place, objects) == len(list(place.blobs.blob_ids())) == 1
    assert vault.manifest(place.engine, let_in(place, vault, actor, other.id)).subject_id == "other"
    let_hold_end(place, actor, moving, one.id)
    destroy(place, actor, one.id)
    remove_rest(place, actor)
    assert read_all(place, vault, actor, other.id) == DATA
    with pytest.raises(NotFound):
        let_in(place, vault, actor, one.id)


def test_a_seal_whose_stored_copy_appeared_meanwhile_is_stale_and_leaves_its_blob_for_removal(
    place: Installation, vault: Vault, actor: Actor, spool: Spool
) -> None:
    with receive(spool) as spooled:
        stale = vault.prepare(place.engine, spooled, plain_manifest(spooled))
        seal(place, vault, actor, spool)
        with pytest.raises(PreparedStale), write(place.engine) as tx:
            vault.seal(tx, actor, stale)
        evidence = preserve(place.engine, vault, actor, spooled, plain_manifest(spooled))
    assert count(place, objects) == 1
    remove_rest(place, actor)
    assert blobs_without_a_row(place) == set()
    assert read_all(place, vault, actor, evidence.id) == DATA


def test_a_seal_whose_stored_copy_went_meanwhile_is_stale_and_seals_its_own_bytes_then(
    place: Installation, vault: Vault, actor: Actor, spool: Spool, moving: Any
) -> None:
    first = seal(place, vault, actor, spool)
    with receive(spool) as spooled:
        stale = vault.prepare(place.engine, spooled, plain_manifest(spooled))
        let_hold_end(place, actor, moving, first.id)
        destroy(place, actor, first.id)
        with pytest.raises(PreparedStale), write(place.engine) as tx:
            vault.seal(tx, actor, stale)
        evidence = preserve(place.engine, vault, actor, spooled, plain_manifest(spooled))
    assert read_all(place, vault, actor, evidence.id) == DATA


def test_a_seal_whose_key_was_retired_meanwhile_is_stale_and_takes_the_new_key_then(
    place: Installation, vault: Vault, actor: Actor, spool: Spool
) -> None:
    keys = MemoryKeys()
    turning = replace(vault, keys=keys)
    with receive(spool) as spooled:
        stale = turning.prepare(place.engine, spooled, plain_manifest(spooled))
        rewrapped = keys.describe().active_key_id
        keys.rotate()
        with write(place.engine) as tx:
            tx.execute(delete(vault_secrets))  # what re-wrapping does for it
        keys.retire(rewrapped)
        with pytest.raises(PreparedStale, match="retired"), write(place.engine) as tx:
            turning.seal(tx, actor, stale)
        assert count(place, occurrences) == 0
        evidence = preserve(place.engine, turning, actor, spooled, plain_manifest(spooled))
    assert read_all(place, turning, actor, evidence.id) == DATA


def test_seals_of_the_same_content_at_once_make_one_object(
    place: Installation, vault: Vault, actor: Actor, spool: Spool
) -> None:
    for turn in range(4):
        data, made, ready = os.urandom(5000), [], threading.Barrier(3)

        def seal_it(data: bytes = data, made: list[str] = made, ready: threading.Barrier = ready) -> None:
            with receive(spool, data) as spooled:
                ready.wait()
                made.append(preserve(place.engine, vault, actor, spooled, plain_manifest(spooled)).id)

        run_at_once([seal_it] * 3)
        assert count(place, objects) == turn + 1
        assert [read_all(place, vault, actor, evidence_id) for evidence_id in made] == [data] * 3
    remove_rest(place, actor)
    assert blobs_without_a_row(place) == set()


def test_a_seal_against_the_destruction_of_the_last_copy_loses_nothing(
    place: Installation, vault: Vault, actor: Actor, spool: Spool, moving: Any
) -> None:
    for _ in range(6):
        data, made, ready = os.urandom(5000), [], threading.Barrier(2)
        first = seal(place, vault, actor, spool, data)
        let_hold_end(place, actor, moving, first.id)

        def destroy_it(first: Evidence = first, ready: threading.Barrier = ready) -> None:
            ready.wait()
            destroy(place, actor, first.id)

        def seal_it(data: bytes = data, made: list[str] = made, ready: threading.Barrier = ready) -> None:
            with receive(spool, data) as spooled:
                ready.wait()
                made.append(preserve(place.engine, vault, actor, spooled, plain_manifest(spooled)).id)

        run_at_once([destroy_it, seal_it])
        with pytest.raises(NotFound):
            let_in(place, vault, actor, first.id)
        remove_rest(place, actor)
        assert read_all(place, vault, actor, made[0]) == data
        assert blobs_without_a_row(place) == set()


def run_at_once(calls: list[Any]) -> None:
    faults: list[BaseException] = []

    def run(call: Any) -> None:
        try:
            call()
        except BaseException as fault:  # noqa: BLE001 - told by the assertion below
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


@pytest.mark.parametrize("boundary", SealBoundary)
def test_a_death_at_any_moment_of_a_seal_leaves_evidence_or_nothing_and_a_new_try_succeeds(
    place: Installation, vault: Vault, actor: Actor, spool: Spool, tmp_path: Path, *, boundary: SealBoundary
) -> None:
    reached = []

    def die(moment: StrEnum) -> None:
        reached.append(moment)
        if moment is boundary:
            raise Died

    with receive(spool) as spooled:
        with pytest.raises(Died):
            preserve(place.engine, replace(vault, reach=die), actor, spooled, plain_manifest(spooled))
        assert reached[-1] is boundary
        assert count(place, occurrences) == count(place, objects) == count(place, holds) == 0
        assert blobs_without_a_row(place) <= {spooled.blob_id}
        again = Vault(blobs=DiskBlobs(tmp_path / "blobs"), keys=place.keys, clock=place.clock)
        evidence = preserve(place.engine, again, actor, spooled, plain_manifest(spooled))
    assert read_all(place, again, actor, evidence.id) == DATA
    assert count(place, objects) == count(place, occurrences) == 1
    assert blobs_without_a_row(place) == set()
