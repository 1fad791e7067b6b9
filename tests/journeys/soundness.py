"""What journeys through kills ask at their end: is the log whole, is the vault sound, is evidence what was sealed."""

import hashlib
from collections.abc import Iterator

from safelight.audit.verifying import verify
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.flow.audit_keeping import number_all, sign_head_now
from safelight.flow.evidence.checking import check_vault
from safelight.flow.installation import Installation
from safelight.roles import Actor
from safelight.vault import queries as evidence
from safelight.vault.finding import FindingKind
from safelight.vault.listing import EvidenceFacts, EvidenceState
from safelight.vault.manifest import Manifest
from safelight.vault.purpose import Purpose
from safelight.vault.vault import Vault

_HARMLESS = {FindingKind.BLOB_UNKNOWN, FindingKind.REMOVAL_LEFT, FindingKind.DESTRUCTION_UNRECORDED}
"""What a death may leave for the next worker, or for a person, to sweep: never anything that was sealed."""


def require_sound(place: Installation, actor: Actor, head: str = "") -> str:
    """Fail unless the audit log goes on from the head and the vault is sound; return the log's new head."""
    number_all(place.engine)
    with read(place.engine) as tx:
        keys = place.keys.describe().public_keys
        report = verify(tx, public_keys=keys, kept_heads=[head] if head else [])
    assert report.is_sound, report
    new_head = sign_head_now(place.engine, place.clock, place.keys, actor)
    found = {finding.kind for finding in check_vault(place, actor)}
    assert found <= _HARMLESS, found
    return new_head


def every_evidence(engine: Engine, state: EvidenceState) -> Iterator[EvidenceFacts]:
    """Give all evidence in a state."""
    after = None
    while True:
        with read(engine) as tx:
            page = evidence.list_evidence(tx, state=state, after_id=after, limit=1000)
        yield from page
        if len(page) < 1000:
            return
        after = page[-1].id


def open_evidence(place: Installation, vault: Vault, actor: Actor) -> Iterator[tuple[str, Manifest]]:
    """Open all living evidence, hold its bytes against its manifest, and give the id and the manifest of each."""
    for each in every_evidence(place.engine, EvidenceState.LIVING):
        with write(place.engine) as tx:
            grant = vault.open(tx, actor, each.id, Purpose.CHECK, "test")
        manifest = vault.manifest(place.engine, grant)
        with vault.read(place.engine, grant) as reader:
            digest = hashlib.sha256(reader.read(0, reader.size_bytes)).hexdigest()
        assert digest == manifest.sha256
        yield each.id, manifest
