"""Keys are taken away for good, and a blob is noted for removal when the last that needs it goes."""

import pytest
from sqlalchemy import func, select, text

from safelight.database.transaction import read, write
from safelight.vault.store import removal_rows
from safelight.vault.store.tables import objects, occurrences


def _erase(place, evidence_id: str) -> str | None:
    with write(place.engine) as tx:
        return removal_rows.erase_keys(tx, evidence_id, place.clock.now())


def _count(place, table) -> int:
    with read(place.engine) as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


def test_the_blob_is_noted_when_the_last_that_needs_it_goes(place, seal) -> None:
    first, second, other = seal(b"same"), seal(b"same"), seal(b"other")
    assert _erase(place, first) is None
    assert _count(place, objects) == 2
    blob_id = _erase(place, second)
    assert _count(place, objects) == 1
    with read(place.engine) as tx:
        removal = removal_rows.find_removal(tx, str(blob_id))
        assert removal is not None
        assert (removal.blob_id, removal.evidence_id, removal.since_at) == (blob_id, second, place.clock.now())
        assert not removal_rows.is_needed(tx, removal.blob_id)
        kept = tx.execute(select(objects.c.blob_id)).scalar_one()
        assert removal_rows.is_needed(tx, kept)
        assert removal_rows.find_removal(tx, kept) is None
        living = occurrences.c.wrapped_key.is_not(None)
        assert tx.execute(select(occurrences.c.id).where(living)).scalars().all() == [other]


def test_a_removal_is_noted_as_done_once(place, seal) -> None:
    blob_id = str(_erase(place, seal()))
    with write(place.engine) as tx:
        assert removal_rows.delete_removal(tx, blob_id)
        assert not removal_rows.delete_removal(tx, blob_id)


def test_removals_wait_in_the_order_of_time(place, seal, moving) -> None:
    blobs = []
    for _ in range(3):
        moving.at = moving.at.replace(minute=moving.at.minute + 1)
        blobs.append(_erase(place, seal()))
    with read(place.engine) as tx:
        waiting = removal_rows.waiting_removals(tx, before=moving.at)
    assert [removal.blob_id for removal in waiting] == blobs[:2]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_is_erased_is_overwritten_whatever_the_build_of_sqlite_does_by_itself(place, seal) -> None:
    evidence_id = seal()
    with write(place.engine) as tx:
        tx.execute(text("PRAGMA secure_delete = OFF"))
        removal_rows.erase_keys(tx, evidence_id, place.clock.now())
        assert tx.execute(text("PRAGMA secure_delete")).scalar_one() == 1
