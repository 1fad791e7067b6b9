"""Checking the ledger of destructions against the rows of evidence, both ways. Nothing is repaired."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.errors import EvidenceDamaged
from safelight.keys.interface import KeyService
from safelight.vault.blobs.interface import BlobStore
from safelight.vault.finding import Finding, FindingKind
from safelight.vault.ledger import read_record
from safelight.vault.store import check_rows

PAGE = 500
PATIENCE = timedelta(days=1)
"""How long a destruction may be without its record before it is a finding: a worker writes it right afterwards."""

_HEAD_DIGITS = 16


def check_ledger(engine: Engine, blobs: BlobStore, keys: KeyService, clock: Clock) -> Iterator[Finding]:
    """Give what is wrong between the ledger and the rows.

    That is: damaged records, evidence that lives in spite of one, and destroyed evidence that has none. Of every record
    8 bytes stay in memory until the end. Records of evidence that this database never had are in order: it may have
    been restored from a time before.
    """
    public_keys = keys.describe().public_keys
    recorded = array("Q")
    records = iter(blobs.ledger())
    while page := list(islice(records, PAGE)):
        told = []
        for name, data in page:
            try:
                told.append(read_record(data, public_keys).evidence_id)
            except EvidenceDamaged as error:
                yield Finding(kind=FindingKind.LEDGER_DAMAGED, subject=f"ledger:{name}", detail=str(error))
        with read(engine) as tx:
            living = check_rows.living(tx, told)
        for evidence_id in sorted(living):
            yield Finding(kind=FindingKind.DESTROYED_LIVES, subject=f"evidence:{evidence_id}")
        recorded.extend(_head(evidence_id) for evidence_id in told)
    yield from _check_destroyed(engine, clock, array("Q", sorted(recorded)))


def _check_destroyed(engine: Engine, clock: Clock, recorded: "array[int]") -> Iterator[Finding]:
    before, after_id = clock.now() - PATIENCE, ""
    while True:
        with read(engine) as tx:
            page = check_rows.page_destroyed(tx, before=before, after_id=after_id, limit=PAGE)
        if not page:
            return
        for evidence_id in page:
            place = bisect_left(recorded, _head(evidence_id))
            if place == len(recorded) or recorded[place] != _head(evidence_id):
                yield Finding(kind=FindingKind.DESTRUCTION_UNRECORDED, subject=f"evidence:{evidence_id}")
        after_id = page[-1]


def _head(evidence_id: str) -> int:
    """Return the first 64 bits of a random id."""
    return int(evidence_id[:_HEAD_DIGITS], 16)
