"""A check that opens everything finds what is damaged, and leaves a trace in every evidence's custody."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from safelight.database.transaction import read, write
from safelight.errors import KeysUnusable, NotAllowed, StoreUnusable
from safelight.flow.installation import Installation
from safelight.roles import EVERY_PERMISSION, Permission
from safelight.testing.evidence import seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.checking_opened import OpeningCheck
from safelight.vault.finding import FindingKind
from safelight.vault.queries import custody
from safelight.vault.store.tables import objects, occurrences, secrets
from safelight.vault.vault import Vault


@pytest.fixture
def place(engine, clock, tmp_path) -> Installation:
    blobs = DiskBlobs(tmp_path / "vault")
    blobs.create()
    return Installation(engine=engine, blobs=blobs, keys=MemoryKeys(), clock=clock)


@pytest.fixture
def seal(place, actor, tmp_path):
    return lambda data, **told: seal_bytes(place, actor, tmp_path / "spool", [data], told=told).id


@pytest.fixture
def check(place, actor):
    def make(**changed) -> OpeningCheck:
        vault = Vault(blobs=place.blobs, keys=place.keys, clock=place.clock)
        usual = OpeningCheck(engine=place.engine, vault=vault, keys=place.keys, actor=actor, reason="weekly check")
        return replace(usual, **changed)

    return make


def _found(check: OpeningCheck) -> list[tuple[FindingKind, str]]:
    return [(found.kind, found.subject) for found in check.run()]


def _change(place: Installation, statement) -> None:
    with write(place.engine) as tx:
        tx.execute(statement)


def _damage(place: Installation, offset: int = 60) -> None:
    (path,) = place.blobs.folder.glob("blobs/*/*/*")
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.write_bytes(data)


def _verbs(place: Installation, evidence_id: str) -> list[str]:
    with read(place.engine) as tx:
        return [entry.verb for entry in custody(tx, evidence_id)]


def test_a_sound_vault_has_no_findings(check, seal) -> None:
    assert _found(check()) == []
    for data in (b"", b"one", b"x" * 3_000_000, b"one"):
        seal(data, subject_id="account-1")
    assert _found(check()) == []


def test_each_evidence_has_its_opening_recorded_with_purpose_reason_and_name(check, place, seal, actor) -> None:
    first, second = seal(b"same"), seal(b"same")
    assert _found(check()) == []
    for evidence_id in (first, second):
        with read(place.engine) as tx:
            entry = list(custody(tx, evidence_id))[-1]
        assert (entry.verb, entry.details, entry.reason) == ("open_evidence", {"purpose": "check"}, "weekly check")
        assert entry.actor.name == actor.name


def test_the_opening_is_recorded_before_the_first_byte_is_read(check, place, seal, monkeypatch) -> None:
    evidence_id, seen = seal(b"x"), []
    real = DiskBlobs.open

    def look(self, blob_id: str):
        seen.append(_verbs(place, evidence_id)[-1])
        return real(self, blob_id)

    monkeypatch.setattr(DiskBlobs, "open", look)
    assert _found(check()) == []
    assert seen
    assert set(seen) == {"open_evidence"}


@pytest.mark.parametrize("offset", [0, 20, 60, -1])
def test_one_bit_of_the_bytes_is_found_once_for_all_who_have_them(check, place, seal, offset: int) -> None:
    data = b"x" * 100
    evidence_ids = {seal(data), seal(data)}
    _damage(place, offset)
    found = _found(check())
    assert {kind for kind, _ in found} == {FindingKind.BYTES_DAMAGED}
    assert {subject for _, subject in found} == {f"evidence:{evidence_id}" for evidence_id in evidence_ids}


def test_damage_behind_the_first_chunk_is_found(check, place, seal) -> None:
    evidence_id = seal(b"x" * 2_500_000)
    _damage(place, 2_400_000)
    assert _found(check()) == [(FindingKind.BYTES_DAMAGED, f"evidence:{evidence_id}")]


def test_a_missing_blob_is_found_and_the_manifest_is_checked_all_the_same(check, place, seal) -> None:
    evidence_id = seal(b"x")
    next(iter(place.blobs.folder.glob("blobs/*/*/*"))).unlink()
    assert _found(check()) == [(FindingKind.BLOB_MISSING, f"evidence:{evidence_id}")]


def test_bytes_that_are_others_than_were_recorded_are_found(check, place, seal) -> None:
    evidence_id = seal(b"x")
    _change(place, update(objects).values(content_digest=b"\0" * 32))
    assert _found(check()) == [(FindingKind.BYTES_DIFFER, f"evidence:{evidence_id}")]


def test_a_damaged_manifest_is_found(check, place, seal) -> None:
    evidence_id = seal(b"x")
    with write(place.engine) as tx:
        sealed = bytearray(tx.execute(select(occurrences.c.manifest)).scalar_one())
        sealed[20] ^= 1
        tx.execute(update(occurrences).values(manifest=bytes(sealed)))
    assert _found(check()) == [(FindingKind.MANIFEST_DAMAGED, f"evidence:{evidence_id}")]


@pytest.mark.parametrize("other", [{"size_bytes": 3}, {"sha256": "0" * 64}])
def test_a_manifest_about_other_bytes_is_found(check, seal, monkeypatch, other) -> None:
    monkeypatch.setattr("safelight.vault.vault._check_about", lambda sealable, manifest: None)
    evidence_id = seal(b"xx", **other)
    assert _found(check()) == [(FindingKind.MANIFEST_DIFFERS, f"evidence:{evidence_id}")]


def test_wraps_that_were_exchanged_are_found(check, place, seal) -> None:
    first, second = seal(b"one"), seal(b"two")
    with write(place.engine) as tx:
        rows = dict(tx.execute(select(occurrences.c.id, occurrences.c.wrapped_key)).all())
        for mine, other in ((first, second), (second, first)):
            tx.execute(update(occurrences).where(occurrences.c.id == mine).values(wrapped_key=rows[other]))
    assert sorted(_found(check())) == sorted((FindingKind.KEY_REFUSED, f"evidence:{each}") for each in (first, second))


def test_what_needs_a_key_that_is_not_there_is_left_closed(check, place, seal) -> None:
    evidence_id = seal(b"x")
    others = MemoryKeys()
    vault = Vault(blobs=place.blobs, keys=others, clock=place.clock)
    assert _found(check(keys=others, vault=vault)) == [(FindingKind.KEY_REFUSED, "secret:content-digest")]
    assert "open_evidence" not in _verbs(place, evidence_id)


def test_a_lost_secret_of_the_digests_is_found_and_not_made_anew(check, place, seal) -> None:
    seal(b"x")
    _change(place, delete(secrets))
    assert _found(check()) == [(FindingKind.KEY_REFUSED, "secret:content-digest")]
    with read(place.engine) as tx:
        assert tx.execute(select(secrets)).all() == []


def test_a_row_that_lost_its_key_is_left_to_the_check_of_rows(check, place, seal) -> None:
    seal(b"x")
    _change(place, update(occurrences).values(wrapped_key=None))
    assert _found(check()) == []


def test_evidence_that_is_destroyed_meanwhile_is_not_blamed(check, place, seal, monkeypatch) -> None:
    seal(b"x")
    gone = {"object_id": None, "key_id": None, "wrapped_key": None, "manifest": None}
    real = Vault.read

    def destroy_first(self, engine, grant):
        _change(place, update(occurrences).values(gone | {"destroyed_at": place.clock.now()}))
        return real(self, engine, grant)

    monkeypatch.setattr(Vault, "read", destroy_first)
    assert _found(check()) == []


def test_who_may_not_check_opens_nothing(check, place, seal, actor) -> None:
    evidence_id = seal(b"x")
    without = replace(actor, permissions=EVERY_PERMISSION - {Permission.EVIDENCE_CHECK})
    with pytest.raises(NotAllowed, match="evidence:check"):
        _found(check(actor=without))
    assert "open_evidence" not in _verbs(place, evidence_id)


def test_a_store_that_is_not_there_ends_the_check(check, place, seal) -> None:
    seal(b"x")
    (place.blobs.folder / "safelight-vault").unlink()
    next(iter(place.blobs.folder.glob("blobs/*/*/*"))).unlink()
    with pytest.raises(StoreUnusable):
        _found(check())


def test_keys_that_cannot_be_asked_end_the_check(check, monkeypatch) -> None:
    def refuse(self):
        raise KeysUnusable("the key service does not answer")

    monkeypatch.setattr(MemoryKeys, "describe", refuse)
    with pytest.raises(KeysUnusable):
        _found(check())
