"""A check of the vault says what is wrong, records that it ran, and removes nothing unless asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.transaction import read
from safelight.errors import NotAllowed
from safelight.flow.evidence.checking import check_vault
from safelight.flow.installation import Installation
from safelight.testing.evidence import seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.finding import FindingKind

BLOB = "b" * 32


@pytest.fixture
def place(engine, clock, tmp_path) -> Installation:
    blobs = DiskBlobs(tmp_path / "vault")
    blobs.create()
    return Installation(engine=engine, blobs=blobs, keys=MemoryKeys(), clock=clock)


@pytest.fixture
def left(place, tmp_path) -> None:
    """A blob that no row names."""
    (tmp_path / "left").write_bytes(b"sealed")
    place.blobs.place(BLOB, tmp_path / "left")


def _runs(place: Installation) -> list[tuple[str, dict]]:
    with read(place.engine) as tx:
        return [(entry.verb, dict(entry.details)) for entry in page_entries(tx, target="vault:all")]


def test_a_sound_vault_has_no_findings_and_the_run_is_recorded(place, actor, tmp_path) -> None:
    seal_bytes(place, actor, tmp_path / "spool", [b"bytes"])
    assert list(check_vault(place, actor, reason="monthly")) == []
    assert _runs(place) == [("begin_check", {"opens": "yes"}), ("finish_check", {"findings": 0})]
    with read(place.engine) as tx:
        assert {entry.reason for entry in page_entries(tx, target="vault:all")} == {"monthly"}


def test_findings_of_all_kinds_of_checks_come_together(place, actor, tmp_path, left) -> None:
    seal_bytes(place, actor, tmp_path / "spool", [b"bytes"])
    path = next(path for path in place.blobs.folder.glob("blobs/*/*/*") if path.name != BLOB)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    (place.blobs.folder / "ledger" / "aa" / "aa").mkdir(parents=True)
    (place.blobs.folder / "ledger" / "aa" / "aa" / ("a" * 32)).write_bytes(b"{}")
    kinds = [finding.kind for finding in check_vault(place, actor)]
    assert kinds == [FindingKind.BLOB_UNKNOWN, FindingKind.LEDGER_DAMAGED, FindingKind.BYTES_DAMAGED]
    assert _runs(place)[-1] == ("finish_check", {"findings": 3})


def test_a_quick_check_opens_nothing(place, actor, tmp_path) -> None:
    evidence = seal_bytes(place, actor, tmp_path / "spool", [b"bytes"])
    assert list(check_vault(place, actor, opens=False)) == []
    with read(place.engine) as tx:
        verbs = [entry.verb for entry in page_entries(tx, target=f"evidence:{evidence.id}")]
    assert verbs == ["seal_evidence", "add_hold"]
    assert _runs(place)[0] == ("begin_check", {"opens": "no"})


def test_what_no_row_names_stays_until_a_later_check_is_asked_to_remove_it(place, actor, left) -> None:
    def check(after: timedelta, **asked: bool) -> list[str]:
        later = replace(place, clock=FixedClock(at=place.clock.now() + after))
        return [finding.detail for finding in check_vault(later, actor, opens=False, **asked)]

    day = timedelta(days=1)
    assert check(timedelta(), removes_unknown=True) == [""]
    assert check(day) == [""]
    assert list(place.blobs.blob_ids()) == [BLOB]
    assert check(day, removes_unknown=True) == ["removed now"]
    assert list(place.blobs.blob_ids()) == []
    assert check(day, removes_unknown=True) == []


def test_who_may_not_check_is_refused_before_anything(place, actor) -> None:
    with pytest.raises(NotAllowed):
        list(check_vault(place, replace(actor, permissions=frozenset())))
    assert _runs(place) == []
