"""What is wrong with rows and blobs is found without opening anything, and what is sound is never blamed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, update

from safelight.clock import FixedClock
from safelight.database.transaction import read, write
from safelight.errors import StoreUnusable
from safelight.flow.installation import Installation
from safelight.testing.evidence import seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault import checking
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.checking import check_rows_alone, check_stored, unknown_blobs
from safelight.vault.finding import FindingKind
from safelight.vault.store.tables import holds, objects, occurrences, removals, spools


@pytest.fixture
def place(engine, clock, tmp_path) -> Installation:
    blobs = DiskBlobs(tmp_path / "vault")
    blobs.create()
    return Installation(engine=engine, blobs=blobs, keys=MemoryKeys(), clock=clock)


@pytest.fixture
def seal(place, actor, tmp_path):
    return lambda data: seal_bytes(place, actor, tmp_path / "spool", [data]).id


def _rows(place: Installation) -> list[tuple[FindingKind, str]]:
    return [(found.kind, found.subject) for found in check_rows_alone(place.engine, place.keys, place.clock)]


def _stored(place: Installation) -> list[tuple[FindingKind, str]]:
    return sorted((found.kind, found.subject.partition(":")[0]) for found in check_stored(place.engine, place.blobs))


def _change(place: Installation, statement) -> None:
    with write(place.engine) as tx:
        tx.execute(statement)


def _blob_file(place: Installation):
    (path,) = place.blobs.folder.glob("blobs/*/*/*")
    return path


def test_an_empty_vault_and_a_sound_one_have_no_findings(place, seal, monkeypatch) -> None:
    assert _rows(place) == _stored(place) == []
    monkeypatch.setattr(checking, "PAGE", 2)
    for number in range(5):
        seal(b"%d" % number)
    seal(b"1")
    assert _rows(place) == _stored(place) == []


def test_evidence_without_a_hold_is_found(place, seal) -> None:
    evidence_id = seal(b"x")
    _change(place, delete(holds))
    assert _rows(place) == [(FindingKind.NOT_HELD, f"evidence:{evidence_id}")]


def test_evidence_whose_holds_were_all_released_is_found(place, seal, clock) -> None:
    evidence_id = seal(b"x")
    _change(place, update(holds).values(released_at=clock.now()))
    assert _rows(place) == [(FindingKind.NOT_HELD, f"evidence:{evidence_id}")]


@pytest.mark.parametrize("column", ["wrapped_key", "manifest", "key_id"])
def test_living_evidence_that_lost_a_part_is_found(place, seal, column: str) -> None:
    evidence_id = seal(b"x")
    _change(place, update(occurrences).values({column: None}))
    assert _rows(place) == [(FindingKind.ROW_INCONSISTENT, f"evidence:{evidence_id}")]


def test_destroyed_evidence_that_still_has_its_key_is_found(place, seal, clock) -> None:
    evidence_id = seal(b"x")
    _change(place, update(occurrences).values(destroyed_at=clock.now()))
    assert _rows(place) == [(FindingKind.ROW_INCONSISTENT, f"evidence:{evidence_id}")]


def test_destroyed_evidence_without_anything_is_sound(place, seal, clock) -> None:
    seal(b"x")
    gone = {"object_id": None, "key_id": None, "wrapped_key": None, "manifest": None, "destroyed_at": clock.now()}
    _change(place, update(occurrences).values(gone))
    _change(place, delete(holds))
    assert _rows(place) == []


def test_two_sizes_of_the_same_bytes_are_found(place, seal) -> None:
    evidence_id = seal(b"x")
    _change(place, update(occurrences).values(size_bytes=2))
    assert _rows(place) == [(FindingKind.ROW_INCONSISTENT, f"evidence:{evidence_id}")]


def test_a_key_that_is_not_there_is_found(place, seal) -> None:
    evidence_id = seal(b"x")
    assert _rows(replace(place, keys=MemoryKeys())) == [(FindingKind.KEY_MISSING, f"evidence:{evidence_id}")]


def test_a_removal_is_found_when_it_has_waited_for_more_than_a_day(place, clock) -> None:
    _change(place, insert(removals).values(blob_id="a" * 32, since_at=clock.now()))
    day = timedelta(days=1)
    assert _rows(replace(place, clock=FixedClock(at=clock.now() + day))) == []
    later = replace(place, clock=FixedClock(at=clock.now() + day + timedelta(microseconds=1)))
    assert _rows(later) == [(FindingKind.REMOVAL_LEFT, "blob:" + "a" * 32)]


def test_a_missing_blob_is_found(place, seal) -> None:
    seal(b"x")
    _blob_file(place).unlink()
    assert _stored(place) == [(FindingKind.BLOB_MISSING, "object")]


@pytest.mark.parametrize("difference", [-1, 1])
def test_a_blob_of_another_size_is_found(place, seal, difference: int) -> None:
    seal(b"x" * 100)
    path = _blob_file(place)
    path.chmod(0o600)
    data = path.read_bytes()
    path.write_bytes(data[:-1] if difference < 0 else data + b"\0")
    assert _stored(place) == [(FindingKind.BLOB_RESIZED, "object")]


def test_a_blob_that_no_row_names_is_found(place, seal, tmp_path) -> None:
    seal(b"x")
    (tmp_path / "left").write_bytes(b"sealed")
    place.blobs.place("b" * 32, tmp_path / "left")
    assert list(unknown_blobs(place.engine, place.blobs)) == ["b" * 32]
    assert _stored(place) == [(FindingKind.BLOB_UNKNOWN, "blob")]


def test_a_blob_that_waits_to_be_scanned_or_removed_is_known(place, clock, tmp_path) -> None:
    for blob_id in ("b" * 32, "c" * 32):
        (tmp_path / "file").write_bytes(b"s" * (40 + 16 + 1))
        place.blobs.place(blob_id, tmp_path / "file")
    _change(place, insert(removals).values(blob_id="b" * 32, since_at=clock.now()))
    waiting = {"size_bytes": 1, "key_id": "k", "wrapped_key": b"", "manifest": b"", "kept_at": clock.now()}
    _change(place, insert(spools).values(waiting | {"id": "c" * 32}))
    assert _stored(place) == []


def test_bytes_that_wait_to_be_scanned_and_are_missing_are_found(place, clock) -> None:
    waiting = {"size_bytes": 1, "key_id": "k", "wrapped_key": b"", "manifest": b"", "kept_at": clock.now()}
    _change(place, insert(spools).values(waiting | {"id": "c" * 32}))
    assert _stored(place) == [(FindingKind.BLOB_MISSING, "spool")]


def test_bytes_to_which_no_evidence_belongs_are_found(place, seal) -> None:
    seal(b"x")
    _change(place, delete(holds))
    _change(place, delete(occurrences))
    assert _stored(place) == [(FindingKind.OBJECT_UNUSED, "object")]


def test_what_is_destroyed_while_the_check_runs_is_not_blamed(place, seal, monkeypatch) -> None:
    seal(b"x")
    path, real = _blob_file(place), checking._stored_size

    def destroy_first(blobs, blob_id: str):
        _change(place, update(occurrences).values(object_id=None))
        _change(place, delete(objects))
        path.unlink(missing_ok=True)
        return real(blobs, blob_id)

    monkeypatch.setattr(checking, "_stored_size", destroy_first)
    assert _stored(place) == []


def test_a_blob_that_is_removed_while_the_check_runs_is_not_blamed(place, tmp_path) -> None:
    class Removing(DiskBlobs):
        def blob_ids(self):
            yield "b" * 32

    assert list(unknown_blobs(place.engine, Removing(place.blobs.folder))) == []


def test_what_is_sealed_while_the_check_runs_is_not_blamed(place, seal) -> None:
    class Sealing(DiskBlobs):
        def blob_ids(self):
            seal(b"new")
            yield from DiskBlobs.blob_ids(self)

    assert list(unknown_blobs(place.engine, Sealing(place.blobs.folder))) == []


def test_a_store_that_is_not_there_is_no_finding_about_each_blob(place, seal) -> None:
    seal(b"x")
    (place.blobs.folder / "safelight-vault").unlink()
    _blob_file(place).unlink()
    with pytest.raises(StoreUnusable):
        list(check_stored(place.engine, place.blobs))


def test_nothing_is_written_by_these_checks(place, seal) -> None:
    seal(b"x")
    with read(place.engine) as tx:
        before = tx.exec_driver_sql("SELECT count(*) FROM audit_entries").scalar()
    assert _rows(place) == _stored(place) == []
    with read(place.engine) as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM audit_entries").scalar() == before
