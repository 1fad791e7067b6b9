"""The row of evidence holds what opens it."""

from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.keys.interface import Wrapped
from safelight.vault.evidence import Evidence
from safelight.vault.store import object_rows, occurrence_rows

WRAPPED = Wrapped(key_id="key", data=b"wrapped")


def test_evidence_comes_back_with_its_wrap_and_its_blob(engine: Engine, clock: FixedClock) -> None:
    evidence = Evidence(id="e" * 32, size_bytes=7, sealed_at=clock.now())
    with write(engine) as tx:
        assert occurrence_rows.find(tx, evidence.id) is None
        assert occurrence_rows.find_sealed(tx, evidence.id) is None
        object_id = object_rows.add(tx, content_digest=b"digest", blob_id="a" * 32, size_bytes=7)
        assert object_id is not None
        assert occurrence_rows.any_sealed(tx, object_id) is None
        occurrence_rows.add(tx, evidence, object_id=object_id, wrapped=WRAPPED, manifest=b"manifest")
        assert occurrence_rows.find(tx, evidence.id) == evidence
        sealed = occurrence_rows.find_sealed(tx, evidence.id)
        assert sealed == occurrence_rows.any_sealed(tx, object_id)
    assert sealed == occurrence_rows.SealedOccurrence(
        evidence=evidence,
        object_id=object_id,
        blob_id="a" * 32,
        stored_bytes=7,
        wrapped=WRAPPED,
        manifest=b"manifest",
    )
