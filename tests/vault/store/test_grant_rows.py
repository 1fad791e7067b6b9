"""A grant comes back as it was given."""

from datetime import timedelta

from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.keys.interface import Wrapped
from safelight.roles import ActorKind
from safelight.vault.evidence import Evidence
from safelight.vault.grant import Grant
from safelight.vault.purpose import Purpose
from safelight.vault.store import grant_rows, object_rows, occurrence_rows


def test_a_grant_comes_back_as_it_was_given(engine: Engine, clock: FixedClock) -> None:
    evidence = Evidence(id="e" * 32, size_bytes=7, sealed_at=clock.now())
    grant = Grant(
        id="1" * 64,
        evidence_id=evidence.id,
        actor_kind=ActorKind.PERSON,
        actor_name="tester",
        purpose=Purpose.HAND_OVER,
        opened_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=10),
        audit_entry_id=3,
    )
    with write(engine) as tx:
        object_id = object_rows.add(tx, content_digest=b"digest", blob_id="a" * 32, size_bytes=7)
        assert object_id is not None
        wrapped = Wrapped(key_id="key", data=b"wrapped")
        occurrence_rows.add(tx, evidence, object_id=object_id, wrapped=wrapped, manifest=b"manifest")
        assert grant_rows.find(tx, grant.id) is None
        grant_rows.add(tx, grant)
        assert grant_rows.find(tx, grant.id) == grant
