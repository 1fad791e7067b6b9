"""Destruction: the key first and for good, the record before the blob, and every moment survived."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import pytest
from sqlalchemy import select, text

from safelight.audit.queries import page_entries
from safelight.boundary import unwatched
from safelight.database.transaction import read, write
from safelight.errors import ClockWrong, DatabaseUnusable, EvidenceHeld, NotFound, StoreUnusable, UsageError
from safelight.jobs.queries import page_jobs
from safelight.testing.evidence import read_bytes
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.destroy_boundary import DestroyBoundary
from safelight.vault.destroying import (
    RECORD_DESTRUCTION,
    REMOVE_BLOB,
    Remover,
    ask_removals,
    certificate_of,
    destroy_key,
    record_destruction,
    remove_blob,
    waiting_removals,
)
from safelight.vault.hold import law_enforcement_hold, operator_hold
from safelight.vault.holding import add_hold, close_review, start_report_hold
from safelight.vault.ledger import read_record
from safelight.vault.store.tables import holds as hold_table
from safelight.vault.store.tables import objects, occurrences

_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)


class Died(BaseException):
    """The process ends here."""


@pytest.fixture
def sealed(place, seal, actor) -> Callable[..., str]:
    """Seal bytes whose review has ended: nothing keeps them any more."""

    def seal_ended(data: bytes | None = None) -> str:
        evidence_id: str = seal(data)
        with write(place.engine) as tx:
            close_review(tx, place.clock, actor, evidence_id, closed_at=place.clock.now(), appeal_days=0)
        return evidence_id

    return seal_ended


def _destroy(place, actor, evidence_id: str, reach=unwatched):
    with write(place.engine) as tx:
        return destroy_key(tx, place.clock, actor, evidence_id, "its time is over", reach=reach)


def _blob_of(place, evidence_id: str) -> str:
    with read(place.engine) as tx:
        question = select(objects.c.blob_id).join(occurrences).where(occurrences.c.id == evidence_id)
        return str(tx.execute(question).scalar_one())


def _remove(place, actor, blob_id: str, reach=unwatched) -> None:
    remover = Remover(engine=place.engine, blobs=place.blobs, keys=place.keys, clock=place.clock, reach=reach)
    remove_blob(remover, actor, blob_id, step=lambda: write(place.engine))


def _verbs(place, evidence_id: str) -> list[str]:
    with read(place.engine) as tx:
        return [entry.verb for entry in page_entries(tx, target=f"evidence:{evidence_id}")]


def _jobs(place) -> list[tuple[str, dict[str, int | str]]]:
    with read(place.engine) as tx:
        return [(job.kind, dict(job.args)) for job in page_jobs(tx)]


def _waiting(place) -> list[str]:
    with read(place.engine) as tx:
        return [removal.blob_id for removal in waiting_removals(tx, before=place.clock.now() + _DAY)]


def test_destroyed_evidence_cannot_be_read_though_its_blob_is_still_there(place, actor, sealed) -> None:
    evidence_id = sealed(b"bytes")
    blob_id = _blob_of(place, evidence_id)
    assert read_bytes(place, actor, evidence_id) == b"bytes"
    _destroy(place, actor, evidence_id)
    assert list(place.blobs.blob_ids()) == [blob_id]
    with pytest.raises(NotFound, match="destroyed"):
        read_bytes(place, actor, evidence_id)
    with read(place.engine) as tx:
        (row,) = tx.execute(select(occurrences)).all()
    assert (row.key_id, row.wrapped_key, row.manifest, row.object_id) == (None, None, None, None)
    assert (row.id, row.destroyed_at) == (evidence_id, place.clock.now())


def test_the_certificate_is_in_the_audit_log_with_the_holds_that_ended(place, actor, sealed) -> None:
    evidence_id = sealed(b"bytes")
    certificate = _destroy(place, actor, evidence_id)
    with read(place.engine) as tx:
        entry = page_entries(tx, target=f"evidence:{evidence_id}")[-1]
        assert certificate_of(tx, evidence_id) == certificate
    assert (entry.verb, entry.reason, entry.actor.name) == ("destroy_evidence", "its time is over", actor.name)
    assert entry.details["size_bytes"] == 5
    (hold,) = certificate.holds
    assert entry.details[f"hold_{hold.id}"] == f"under_review ended {place.clock.now().isoformat()}"


def test_the_record_lies_in_the_ledger_and_the_blob_is_gone_after_the_job(place, actor, sealed) -> None:
    evidence_id = sealed()
    blob_id = _blob_of(place, evidence_id)
    certificate = _destroy(place, actor, evidence_id)
    assert _jobs(place) == [(REMOVE_BLOB, {"blob_id": blob_id})]
    _remove(place, actor, blob_id)
    ((name, record),) = place.blobs.ledger()
    assert name == evidence_id
    assert read_record(record, place.keys.describe().public_keys) == certificate
    assert list(place.blobs.blob_ids()) == []
    assert _waiting(place) == []
    assert _verbs(place, evidence_id)[-1] == "remove_blob"


@pytest.mark.parametrize("kind", ["review", "report", "law_enforcement", "operator", "not begun"])
def test_nothing_under_hold_is_destroyed_up_to_the_last_microsecond(place, seal, actor, moving, kind: str) -> None:
    evidence_id, now = seal(), place.clock.now()
    with write(place.engine) as tx:
        close_review(tx, place.clock, actor, evidence_id, closed_at=now, appeal_days=3 if kind == "review" else 0)
        if kind == "report":
            start_report_hold(tx, place.clock, actor, evidence_id, receipt_at=now, reference="1")
        elif kind == "law_enforcement":
            add_hold(tx, place.clock, actor, evidence_id, law_enforcement_hold(now, reference="1"))
        elif kind != "review":
            begins = now + _DAY if kind == "not begun" else now
            add_hold(tx, place.clock, actor, evidence_id, operator_hold(begins, now + 5 * _DAY, reason="x"))
        end = max(hold for (hold,) in tx.execute(select(hold_table.c.until_at)))
    for moment in (now, end - _TICK):
        moving.at = moment
        with write(place.engine) as tx, pytest.raises(EvidenceHeld, match="hold"):
            destroy_key(tx, moving, actor, evidence_id, "x", most_jump=400 * _DAY)
    assert read_bytes(place, actor, evidence_id)
    moving.at = end
    with write(place.engine) as tx:
        destroy_key(tx, moving, actor, evidence_id, "x", most_jump=400 * _DAY)


def test_evidence_in_review_is_held_for_ever(place, seal, actor, moving) -> None:
    evidence_id = seal()
    moving.at += 3000 * _DAY
    with write(place.engine) as tx, pytest.raises(EvidenceHeld, match="without an end"):
        destroy_key(tx, moving, actor, evidence_id, "x", most_jump=4000 * _DAY)


def test_evidence_that_was_never_held_is_not_destroyed(place, seal, actor) -> None:
    evidence_id = seal()
    with write(place.engine) as tx:
        tx.execute(hold_table.delete())
    with pytest.raises(EvidenceHeld, match="never held"):
        _destroy(place, actor, evidence_id)


def test_what_is_gone_or_never_was_is_told(place, actor, sealed) -> None:
    evidence_id = sealed()
    _destroy(place, actor, evidence_id)
    with pytest.raises(UsageError, match="was destroyed on"):
        _destroy(place, actor, evidence_id)
    with pytest.raises(NotFound):
        _destroy(place, actor, "0" * 32)
    with read(place.engine) as tx, pytest.raises(NotFound):
        certificate_of(tx, "0" * 32)


@pytest.mark.parametrize(("off", "why"), [(-_DAY, "set back"), (31 * _DAY, "beyond")])
def test_a_wrong_clock_destroys_nothing(place, actor, sealed, moving, *, off: timedelta, why: str) -> None:
    evidence_id = sealed()
    moving.at += off
    with pytest.raises(ClockWrong, match=why):
        _destroy(place, actor, evidence_id)
    moving.at -= off
    assert read_bytes(place, actor, evidence_id)


def test_bytes_that_other_evidence_needs_stay_and_the_destruction_is_recorded(place, actor, sealed) -> None:
    first, second = sealed(b"the same"), sealed(b"the same")
    blob_id = _blob_of(place, first)
    _destroy(place, actor, first)
    assert _jobs(place) == [(RECORD_DESTRUCTION, {"evidence_id": first})]
    remover = Remover(engine=place.engine, blobs=place.blobs, keys=place.keys, clock=place.clock)
    for _ in range(2):
        record_destruction(remover, actor, first, step=lambda: write(place.engine))
    assert [name for name, _ in place.blobs.ledger()] == [first]
    assert read_bytes(place, actor, second) == b"the same"
    _destroy(place, actor, second)
    _remove(place, actor, blob_id)
    assert {name for name, _ in place.blobs.ledger()} == {first, second}
    assert list(place.blobs.blob_ids()) == []


def test_of_two_that_go_at_once_the_later_takes_the_bytes_with_it(place, actor, sealed) -> None:
    first, second = sealed(b"the same"), sealed(b"the same")
    blob_id = _blob_of(place, first)
    thread = threading.Thread(target=_destroy, args=(place, actor, second))
    with write(place.engine) as tx:
        destroy_key(tx, place.clock, actor, first, "its time is over")
        thread.start()
        thread.join(timeout=0.3)
        assert thread.is_alive()  # it waits
    thread.join()
    assert _waiting(place) == [blob_id]


def test_living_evidence_is_not_recorded_as_destroyed(place, actor, sealed) -> None:
    evidence_id = sealed()
    remover = Remover(engine=place.engine, blobs=place.blobs, keys=place.keys, clock=place.clock)
    with pytest.raises(NotFound):
        record_destruction(remover, actor, evidence_id, step=lambda: write(place.engine))
    assert list(place.blobs.ledger()) == []


def test_a_blob_that_living_evidence_needs_is_never_removed(place, actor, sealed) -> None:
    evidence_id = sealed(b"bytes")
    blob_id = _blob_of(place, evidence_id)
    with write(place.engine) as tx:
        tx.execute(
            text("INSERT INTO vault_removals (blob_id, since_at) VALUES (:blob, '2026-01-01 00:00:00')"),
            {"blob": blob_id},
        )
    with pytest.raises(EvidenceHeld, match="fault of ours"):
        _remove(place, actor, blob_id)
    assert read_bytes(place, actor, evidence_id) == b"bytes"


def test_a_store_that_is_gone_leaves_the_removal_to_be_done(place, actor, sealed, tmp_path: Path) -> None:
    evidence_id = sealed()
    blob_id = _blob_of(place, evidence_id)
    _destroy(place, actor, evidence_id)
    away = replace(place, blobs=DiskBlobs(tmp_path / "not mounted"))
    with pytest.raises(StoreUnusable):
        _remove(away, actor, blob_id)
    assert _waiting(place) == [blob_id]
    _remove(place, actor, blob_id)
    assert _waiting(place) == []


def test_a_removal_without_a_job_is_asked_for_again(place, actor, sealed) -> None:
    evidence_id = sealed()
    blob_id = _blob_of(place, evidence_id)
    _destroy(place, actor, evidence_id)
    with write(place.engine) as tx:
        tx.execute(text("DELETE FROM jobs"))
        place.clock.at += _DAY
        assert ask_removals(tx, place.clock) == 1
        assert ask_removals(tx, place.clock) == 1
    assert _jobs(place) == [(REMOVE_BLOB, {"blob_id": blob_id})]


def test_removing_what_is_removed_only_closes_the_step(place, actor, sealed) -> None:
    evidence_id = sealed()
    blob_id = _blob_of(place, evidence_id)
    _destroy(place, actor, evidence_id)
    _remove(place, actor, blob_id)
    before = _verbs(place, evidence_id)
    _remove(place, actor, blob_id)
    assert _verbs(place, evidence_id) == before


def _destroy_and_remove(place, actor, evidence_id: str, reach) -> None:
    blob_id = _blob_of(place, evidence_id)
    _destroy(place, actor, evidence_id, reach)
    _remove(place, actor, blob_id, reach)


def _dying_at(boundary: StrEnum, hits: list[StrEnum]):
    def reach(reached: StrEnum) -> None:
        hits.append(reached)
        if reached == boundary:
            raise Died

    return reach


@pytest.mark.few_on_postgresql(DestroyBoundary.CERTIFIED, DestroyBoundary.RECORDED)
@pytest.mark.parametrize("boundary", DestroyBoundary)
def test_a_death_at_any_moment_leaves_evidence_whole_or_destroyed_and_the_same_calls_finish(
    place, actor, sealed, tmp_path: Path, boundary: DestroyBoundary
) -> None:
    evidence_id = sealed(b"bytes")
    blob_id = _blob_of(place, evidence_id)
    hits: list[StrEnum] = []
    reach = _dying_at(boundary, hits)
    with pytest.raises(Died):
        _destroy_and_remove(place, actor, evidence_id, reach)
    assert hits[-1] == boundary
    again = replace(place, blobs=DiskBlobs(tmp_path / "blobs"))  # new objects on the same folder and database
    if boundary in {DestroyBoundary.ERASED, DestroyBoundary.CERTIFIED}:
        assert read_bytes(again, actor, evidence_id) == b"bytes"
        assert _waiting(again) == []
        _destroy(again, actor, evidence_id)
    with pytest.raises(NotFound):
        read_bytes(again, actor, evidence_id)
    if blob_id not in again.blobs.blob_ids():
        assert [name for name, _ in again.blobs.ledger()] == [evidence_id]  # the record is there before the blob goes
    assert _waiting(again) == [blob_id]
    _remove(again, actor, blob_id)
    assert [name for name, _ in again.blobs.ledger()] == [evidence_id]
    assert (list(again.blobs.blob_ids()), _waiting(again)) == ([], [])
    verbs = _verbs(again, evidence_id)
    assert (verbs.count("destroy_evidence"), verbs.count("remove_blob")) == (1, 1)


def test_every_moment_is_reached_in_its_order(place, actor, sealed) -> None:
    evidence_id = sealed()
    blob_id = _blob_of(place, evidence_id)
    hits: list[StrEnum] = []
    _destroy(place, actor, evidence_id, hits.append)
    _remove(place, actor, blob_id, hits.append)
    assert hits == list(DestroyBoundary)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_wrapped_key_and_the_manifest_are_in_no_file_of_the_database(place, actor, sealed) -> None:
    """Of many, so that the rows lie on many pages and some manifests on pages of their own."""
    ids = [sealed() for _ in range(40)]
    with read(place.engine) as tx:
        rows = tx.execute(select(occurrences.c.wrapped_key, occurrences.c.manifest)).all()
    gone = [value for row in rows for value in row]
    blobs = [_blob_of(place, evidence_id) for evidence_id in ids]
    folder = Path(place.engine.url.database).parent

    def on_disk() -> int:
        held = b"".join(path.read_bytes() for path in folder.glob("safelight.db*"))
        return sum(value in held for value in gone)

    assert on_disk() == 80
    for evidence_id in ids:
        _destroy(place, actor, evidence_id)
    for blob_id in blobs:
        _remove(place, actor, blob_id)
    assert on_disk() == 0


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_destruction_is_not_closed_while_old_copies_are_in_the_log(
    place, actor, sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safelight.database.engine._BUSY_TIMEOUT_MS", 50)
    place.engine.dispose()
    evidence_id = sealed()
    blob_id = _blob_of(place, evidence_id)
    with read(place.engine) as reader:
        reader.execute(select(objects.c.id)).all()
        _destroy(place, actor, evidence_id)
        with pytest.raises(DatabaseUnusable, match="older state"):
            _remove(place, actor, blob_id)
    assert _waiting(place) == [blob_id]
    _remove(place, actor, blob_id)
    assert _waiting(place) == []
