"""Decided cases for trials are what the review makes of such cases."""

from pathlib import Path

from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.flow.installation import Installation
from safelight.review import steps
from safelight.review.case import CaseState
from safelight.review.decision import Finding, IncidentType
from safelight.review.decision_queries import holding_on
from safelight.review.queries import evidence_of, find_case
from safelight.roles import Actor
from safelight.testing.decided_cases import add_decided_case, confirm_case
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs


def _place(engine: Engine, clock, folder: Path) -> Installation:
    blobs = DiskBlobs(folder / "vault")
    blobs.create()
    return Installation(engine=engine, blobs=blobs, keys=MemoryKeys(), clock=clock)


def test_everything_in_it_is_confirmed_and_sealed(engine: Engine, clock, actor: Actor, tmp_path: Path) -> None:
    place = _place(engine, clock, tmp_path)
    made = add_decided_case(place, actor, tmp_path / "spool", [b"one", b"two"], subject_id="account 1")
    with read(engine) as tx:
        assert find_case(tx, made.case_id).state is CaseState.DECIDED
        assert sorted(evidence_of(tx, made.case_id)) == sorted(made.evidence_ids)
        held = holding_on(tx, made.case_id)
    assert len(held) == 2
    assert {each.finding for each in held.values()} == {Finding.CONFIRMED}


def test_what_is_found_of_it_can_be_said(engine: Engine, clock, actor: Actor, tmp_path: Path) -> None:
    place = _place(engine, clock, tmp_path)
    made = add_decided_case(place, actor, tmp_path / "spool", [b"one"], subject_id="account 1")
    with write(engine) as tx:
        steps.reopen_case(tx, clock, actor, made.case_id, reason="an appeal")
    confirm_case(place, actor, made.case_id, incident_type=IncidentType.ENTICEMENT, is_imminent=True)
    with read(engine) as tx:
        (held,) = holding_on(tx, made.case_id).values()
    assert (held.incident_type, held.is_imminent) == (IncidentType.ENTICEMENT, True)
