"""A manifest is read for a purpose and a reason, and its evidence's custody says so before anything is given."""

import json

import pytest

from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotAllowed, NotFound
from safelight.flow.evidence.manifests import read_manifest
from safelight.flow.installation import Installation
from safelight.roles import Actor, Permission
from safelight.testing.evidence import destroy_evidence, seal_bytes
from safelight.vault.purpose import Purpose
from safelight.vault.queries import custody
from safelight.vault.vault import Vault


@pytest.fixture
def evidence_id(source: Installation, actor: Actor, tmp_path) -> str:
    return seal_bytes(source, actor, tmp_path / "spool", [b"bytes"], told={"subject_id": "account-1"}).id


def _read(source: Installation, actor: Actor, evidence_id: str, *, reason: str = "a case") -> dict:
    vault = Vault(blobs=source.blobs, keys=source.keys, clock=source.clock)
    return json.loads(read_manifest(source.engine, vault, actor, evidence_id, purpose=Purpose.REVIEW, reason=reason))


def _custody(source: Installation, evidence_id: str) -> list[tuple[str, str | None]]:
    with read(source.engine) as tx:
        return [(entry.verb, entry.reason) for entry in custody(tx, evidence_id)]


def test_a_manifest_is_given_and_its_opening_is_on_record(source, actor, evidence_id) -> None:
    assert _read(source, actor, evidence_id)["subject_id"] == "account-1"
    assert _custody(source, evidence_id)[-1] == ("open_evidence", "a case")


def test_without_a_reason_or_the_permission_nothing_is_given_or_recorded(source, actor, evidence_id) -> None:
    before = _custody(source, evidence_id)
    with pytest.raises(InvalidValue, match="reason"):
        _read(source, actor, evidence_id, reason=" ")
    stranger = Actor(kind=actor.kind, name="stranger", permissions=frozenset({Permission.EVIDENCE_CHECK}))
    with pytest.raises(NotAllowed, match="evidence:review"):
        _read(source, stranger, evidence_id)
    assert _custody(source, evidence_id) == before


def test_of_destroyed_evidence_there_is_no_manifest(source, actor, evidence_id) -> None:
    destroy_evidence(source, actor, evidence_id)
    with pytest.raises(NotFound, match="destroyed"):
        _read(source, actor, evidence_id)
