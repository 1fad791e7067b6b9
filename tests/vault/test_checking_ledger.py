"""The ledger of destructions and the rows of evidence must say the same."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert

from safelight.database.transaction import write
from safelight.testing.keys import MemoryKeys
from safelight.vault import checking_ledger
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.certificate import Certificate
from safelight.vault.checking_ledger import check_ledger
from safelight.vault.finding import FindingKind
from safelight.vault.ledger import write_record
from safelight.vault.store.tables import occurrences

DAY = timedelta(days=1)


@pytest.fixture
def keys() -> MemoryKeys:
    return MemoryKeys()


@pytest.fixture
def blobs(tmp_path) -> DiskBlobs:
    blobs = DiskBlobs(tmp_path / "vault")
    blobs.create()
    return blobs


@pytest.fixture
def add(engine, clock):
    """Add a row of evidence that was destroyed so long ago; None: it lives."""

    def add_row(number: int, destroyed_for: timedelta | None) -> str:
        now, evidence_id = clock.now(), f"{number:032x}"
        destroyed_at = None if destroyed_for is None else now - destroyed_for
        row = {"id": evidence_id, "size_bytes": 1, "sealed_at": now - 9 * DAY, "destroyed_at": destroyed_at}
        with write(engine) as tx:
            tx.execute(insert(occurrences).values(row))
        return evidence_id

    return add_row


@pytest.fixture
def record(blobs, keys, clock):
    def write_one(evidence_id: str) -> None:
        certificate = Certificate(
            evidence_id=evidence_id,
            size_bytes=1,
            sealed_at=clock.now() - 9 * DAY,
            destroyed_at=clock.now(),
            holds=(),
            order_id=None,
            is_single_person=False,
        )
        assert blobs.write_ledger(evidence_id, write_record(certificate, keys))

    return write_one


@pytest.fixture
def found(engine, blobs, keys, clock):
    def find(with_keys=None) -> list[tuple[FindingKind, str]]:
        findings = check_ledger(engine, blobs, with_keys or keys, clock)
        return sorted((each.kind, each.subject) for each in findings)

    return find


def test_destroyed_evidence_with_its_record_is_sound(add, record, found, monkeypatch) -> None:
    monkeypatch.setattr(checking_ledger, "PAGE", 3)
    assert found() == []
    for number in range(10):
        record(add(number << 64, 2 * DAY))
    assert found() == []


def test_destroyed_evidence_without_its_record_is_found_after_a_day(add, record, found) -> None:
    record(add(1 << 64, 2 * DAY))
    missing = add(2 << 64, DAY + timedelta(microseconds=1))
    add(3 << 64, DAY)
    assert found() == [(FindingKind.DESTRUCTION_UNRECORDED, f"evidence:{missing}")]


def test_evidence_that_lives_in_spite_of_its_record_is_found(add, record, found) -> None:
    living = add(1, None)
    record(living)
    assert found() == [(FindingKind.DESTROYED_LIVES, f"evidence:{living}")]


def test_a_record_of_evidence_that_this_database_never_had_is_in_order(engine, add, record, found) -> None:
    record(add(1, 2 * DAY))
    with write(engine) as tx:
        tx.execute(delete(occurrences))
    assert found() == []


def test_a_record_that_was_altered_is_found(blobs, add, record, found) -> None:
    evidence_id = add(1, timedelta())
    record(evidence_id)
    (path,) = blobs.folder.glob("ledger/*/*/*")
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"size_bytes", b"size_bites"))
    assert found() == [(FindingKind.LEDGER_DAMAGED, f"ledger:{evidence_id}")]


def test_a_record_that_other_keys_signed_is_found_and_destroys_no_trust_in_what_lives(add, record, found) -> None:
    living = add(1, None)
    record(living)
    assert found(MemoryKeys()) == [(FindingKind.LEDGER_DAMAGED, f"ledger:{living}")]
