"""Bytes that wait have a row until they are scanned."""

from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.keys.interface import Wrapped
from safelight.vault.store import removal_rows, spool_rows


def test_bytes_that_wait_are_found_until_they_are_removed(engine: Engine, clock: FixedClock) -> None:
    wrapped = Wrapped(key_id="key", data=b"wrapped")
    spool = spool_rows.SealedSpool(
        id="a" * 32, size_bytes=7, wrapped=wrapped, manifest=b"manifest", kept_at=clock.now()
    )
    with write(engine) as tx:
        spool_rows.add(tx, spool)
        assert spool_rows.find(tx, spool.id) == spool
        assert spool_rows.remove(tx, spool.id)
        assert not spool_rows.remove(tx, spool.id)
        assert spool_rows.find(tx, spool.id) is None


def test_a_blob_that_never_was_evidence_is_left_to_be_removed(engine: Engine, clock: FixedClock) -> None:
    with write(engine) as tx:
        spool_rows.leave_to_remove(tx, "a" * 32, clock.now())
        removal = removal_rows.find_removal(tx, "a" * 32)
    assert removal == removal_rows.Removal(blob_id="a" * 32, evidence_id=None, since_at=clock.now())
