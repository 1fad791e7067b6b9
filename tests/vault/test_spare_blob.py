"""A blob that nobody needs is removed by a job that comes with the transaction."""

import uuid

import pytest
from sqlalchemy import select

from safelight.database.transaction import read, write
from safelight.flow.installation import Installation
from safelight.jobs.store import jobs
from safelight.roles import Actor
from safelight.testing.evidence import remove_rest
from safelight.vault.destroying import REMOVE_BLOB, waiting_removals
from safelight.vault.spare_blob import leave_blob


class Undone(Exception):
    """The transaction was undone."""


def leave_and_undo(place: Installation, blob_id: str) -> None:
    with write(place.engine) as tx:
        leave_blob(tx, place.clock, blob_id, place.clock.now())
        raise Undone


def test_it_is_noted_and_its_job_asked_for_or_neither(place: Installation, actor: Actor) -> None:
    blob_id = uuid.uuid4().hex
    with pytest.raises(Undone):
        leave_and_undo(place, blob_id)
    with write(place.engine) as tx:
        assert tx.execute(select(jobs)).all() == []
        leave_blob(tx, place.clock, blob_id, place.clock.now())
    with read(place.engine) as tx:
        assert [job.kind for job in tx.execute(select(jobs))] == [REMOVE_BLOB]
    remove_rest(place, actor)
    with read(place.engine) as tx:
        assert waiting_removals(tx, before=place.clock.now()) == []
