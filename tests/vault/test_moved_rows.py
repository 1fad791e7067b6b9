"""What was changed or moved among the rows of evidence and their blobs opens nothing, and is not relied on."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select, update

from safelight.database.transaction import write
from safelight.errors import EvidenceDamaged, KeysUnusable, SafelightError
from safelight.flow.installation import Installation
from safelight.flow.scans.preserving import preserve
from safelight.intake.spool import Spool
from safelight.roles import Actor
from safelight.testing.evidence import plain_manifest
from safelight.vault.evidence import Evidence
from safelight.vault.grant import Grant
from safelight.vault.purpose import Purpose
from safelight.vault.store.tables import objects, occurrences
from safelight.vault.vault import Vault

DATA = np.random.default_rng(5).bytes((2 << 20) + 77)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with Spool(tmp_path / "spool", memory_bytes=1000) as spool:
        yield spool


@pytest.fixture
def vault(place: Installation) -> Vault:
    return Vault(blobs=place.blobs, keys=place.keys, clock=place.clock)


def seal(place: Installation, vault: Vault, actor: Actor, spool: Spool, data: bytes = DATA) -> Evidence:
    with spool.receive([data], max_bytes=1 << 30) as spooled:
        return preserve(place.engine, vault, actor, spooled, plain_manifest(spooled))


def let_in(place: Installation, vault: Vault, actor: Actor, evidence_id: str) -> Grant:
    with write(place.engine) as tx:
        return vault.open(tx, actor, evidence_id, Purpose.REVIEW, "a look")


def exchange(place: Installation, one: str, other: str, column: str) -> None:
    """Exchange what a column of two rows of evidence holds."""
    mine = [occurrences.c.id == row for row in (one, other)]
    with write(place.engine) as tx:
        kept = [tx.execute(select(occurrences.c[column]).where(row)).scalar_one() for row in mine]
        for row, value in zip(mine, reversed(kept), strict=True):
            tx.execute(update(occurrences).where(row).values({column: value}))


def open_wholly(place: Installation, vault: Vault, grant: Grant) -> None:
    vault.manifest(place.engine, grant)
    with vault.read(place.engine, grant) as reader:
        reader.read(0, reader.size_bytes)


@pytest.mark.parametrize("columns", [["wrapped_key"], ["object_id"], ["object_id", "wrapped_key"], ["manifest"]])
def test_what_is_moved_to_other_evidence_opens_nothing(
    place: Installation, vault: Vault, actor: Actor, spool: Spool, *, columns: list[str]
) -> None:
    one, other = seal(place, vault, actor, spool), seal(place, vault, actor, spool, DATA[::-1])
    for column in columns:
        exchange(place, one.id, other.id, column)
    with pytest.raises((EvidenceDamaged, KeysUnusable)):
        open_wholly(place, vault, let_in(place, vault, actor, one.id))


@pytest.mark.parametrize("columns", [["wrapped_key"], ["manifest"], ["wrapped_key", "manifest"]])
def test_nor_does_what_is_moved_to_other_evidence_of_the_same_bytes(
    place: Installation, vault: Vault, actor: Actor, spool: Spool, *, columns: list[str]
) -> None:
    one, other = seal(place, vault, actor, spool), seal(place, vault, actor, spool)
    for column in columns:
        exchange(place, one.id, other.id, column)
    with pytest.raises((EvidenceDamaged, KeysUnusable)):
        open_wholly(place, vault, let_in(place, vault, actor, one.id))


def test_exchanged_blobs_are_refused(
    place: Installation, vault: Vault, actor: Actor, spool: Spool, tmp_path: Path
) -> None:
    pair = [seal(place, vault, actor, spool, data) for data in (DATA, DATA[::-1])]
    one, other = [path for path in (tmp_path / "blobs" / "blobs").rglob("*") if path.is_file()]
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)
    for evidence in pair:
        with pytest.raises(EvidenceDamaged):
            open_wholly(place, vault, let_in(place, vault, actor, evidence.id))


def test_a_length_that_was_changed_in_the_database_is_refused(
    place: Installation, vault: Vault, actor: Actor, spool: Spool
) -> None:
    evidence = seal(place, vault, actor, spool)
    grant = let_in(place, vault, actor, evidence.id)
    for table in (objects, occurrences):
        with write(place.engine) as tx:
            tx.execute(update(table).values(size_bytes=table.c.size_bytes - 1))
        with pytest.raises(EvidenceDamaged), vault.read(place.engine, grant):
            pass


def test_bytes_are_not_given_up_for_a_stored_copy_that_is_missing_or_cut_off(
    place: Installation, vault: Vault, actor: Actor, spool: Spool, tmp_path: Path
) -> None:
    seal(place, vault, actor, spool)
    (blob_id,) = place.blobs.blob_ids()
    path = next((tmp_path / "blobs").rglob(blob_id))
    os.truncate(path, 100)
    with spool.receive([DATA], max_bytes=1 << 30) as spooled:
        with pytest.raises(EvidenceDamaged, match="not of its length"):
            vault.prepare(place.engine, spooled, plain_manifest(spooled))
        path.unlink()
        with pytest.raises(EvidenceDamaged):
            vault.prepare(place.engine, spooled, plain_manifest(spooled))
        assert spooled.read(0, 9) == DATA[:9]


def harm_rows(place: Installation, vault: Vault, actor: Actor, spool: Spool, cases: int) -> int:
    """Change one bit of a wrap or a manifest at a time, and see that nothing opens."""
    evidence = seal(place, vault, actor, spool)
    grant = let_in(place, vault, actor, evidence.id)
    chance = np.random.default_rng(3)
    for case in range(cases):
        column = ("wrapped_key", "manifest")[case % 2]
        with write(place.engine) as tx:
            kept = bytes(tx.execute(select(occurrences.c[column])).scalar_one())
            harmed = bytearray(kept)
            harmed[int(chance.integers(len(kept)))] ^= 1 << int(chance.integers(8))
            tx.execute(update(occurrences).values({column: bytes(harmed)}))
        with pytest.raises(SafelightError):
            vault.manifest(place.engine, grant)
        with write(place.engine) as tx:
            tx.execute(update(occurrences).values({column: kept}))
    assert vault.manifest(place.engine, grant).sha256
    return cases


def test_one_bit_changed_in_a_wrap_or_a_manifest_opens_nothing(
    place: Installation, vault: Vault, actor: Actor, spool: Spool
) -> None:
    assert harm_rows(place, vault, actor, spool, 40) == 40


@pytest.mark.long
def test_one_bit_changed_in_a_wrap_or_a_manifest_opens_nothing_in_a_thousand_ways(
    place: Installation, vault: Vault, actor: Actor, spool: Spool
) -> None:
    print(f"{harm_rows(place, vault, actor, spool, 1_000)} changed wraps and manifests were refused")
