"""A blob without a row is removed only when asked, only a day after it was noted, and never unrecorded."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.clock_mark import see
from safelight.database.transaction import read, write
from safelight.errors import ClockWrong, StoreUnusable
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.removing_unknown import NOTE_VERB, REMOVE_VERB, note_unknown, remove_unknown
from safelight.vault.store.tables import removals

BLOB = "b" * 32
DAY = timedelta(days=1)


@pytest.fixture
def blobs(tmp_path) -> DiskBlobs:
    blobs = DiskBlobs(tmp_path / "vault")
    blobs.create()
    (tmp_path / "left").write_bytes(b"sealed")
    blobs.place(BLOB, tmp_path / "left")
    return blobs


def _verbs(engine) -> list[str]:
    with read(engine) as tx:
        return [entry.verb for entry in page_entries(tx, target=f"blob:{BLOB}")]


def _later(clock, by: timedelta) -> FixedClock:
    return FixedClock(at=clock.now() + by)


def test_a_blob_that_was_noted_a_day_ago_is_removed(engine, blobs, clock, actor) -> None:
    note_unknown(engine, clock, actor, BLOB)
    assert remove_unknown(engine, blobs, _later(clock, DAY), actor, BLOB)
    assert list(blobs.blob_ids()) == []
    assert _verbs(engine) == [NOTE_VERB, REMOVE_VERB]


def test_a_blob_that_was_not_noted_or_only_just_stays(engine, blobs, clock, actor) -> None:
    assert not remove_unknown(engine, blobs, clock, actor, BLOB)
    note_unknown(engine, clock, actor, BLOB)
    assert not remove_unknown(engine, blobs, _later(clock, DAY - timedelta(microseconds=1)), actor, BLOB)
    assert list(blobs.blob_ids()) == [BLOB]
    assert _verbs(engine) == [NOTE_VERB]


def test_a_blob_that_a_row_names_by_now_stays(engine, blobs, clock, actor) -> None:
    note_unknown(engine, clock, actor, BLOB)
    with write(engine) as tx:
        tx.execute(insert(removals).values(blob_id=BLOB, since_at=clock.now()))
    assert not remove_unknown(engine, blobs, _later(clock, 2 * DAY), actor, BLOB)
    assert list(blobs.blob_ids()) == [BLOB]


def test_a_blob_is_noted_once(engine, blobs, clock, actor) -> None:
    note_unknown(engine, clock, actor, BLOB)
    note_unknown(engine, _later(clock, DAY), actor, BLOB)
    assert _verbs(engine) == [NOTE_VERB]


def test_the_removal_is_recorded_before_the_blob_goes(engine, blobs, clock, actor) -> None:
    class Broken(DiskBlobs):
        def remove(self, blob_id: str) -> bool:
            assert _verbs(engine) == [NOTE_VERB, REMOVE_VERB]
            raise StoreUnusable("the disk is gone")

    note_unknown(engine, clock, actor, BLOB)
    with pytest.raises(StoreUnusable):
        remove_unknown(engine, Broken(blobs.folder), _later(clock, DAY), actor, BLOB)
    assert remove_unknown(engine, blobs, _later(clock, DAY), actor, BLOB)


def test_a_clock_that_was_set_forward_removes_nothing(engine, blobs, clock, actor) -> None:
    note_unknown(engine, clock, actor, BLOB)
    with write(engine) as tx:
        see(tx, clock)
    with pytest.raises(ClockWrong):
        remove_unknown(engine, blobs, _later(clock, 40 * DAY), actor, BLOB)
    assert list(blobs.blob_ids()) == [BLOB]
