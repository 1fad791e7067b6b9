"""A copy of a file that cannot be read any more is a doubt about what was viewed, and no fault of the report."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from safelight.database.transaction import Tx, write
from safelight.errors import EvidenceDamaged, StoreUnusable
from safelight.flow.reporting import viewing
from safelight.flow.reporting.viewing import Asking, Before
from safelight.intake.media import Answer
from safelight.testing.evidence import destroy_evidence, seal_bytes
from safelight.vault.manifest import SealedOrigin, Told
from safelight.vault.purpose import Purpose
from safelight.vault.vault import Vault


def sealed(office, tmp_path: Path) -> str:
    told = {"origin": SealedOrigin(viewed_before_intake=Told.NO)}
    return seal_bytes(office.place, office.operator, tmp_path / "spool", [b"the very same"], told=told).id


def ask(office, evidence_id: str) -> Before:
    @contextmanager
    def step() -> Iterator[Tx]:
        with write(office.place.engine) as tx:
            yield tx

    with step() as tx:
        grant = office.vault.open(tx, office.operator, evidence_id, Purpose.REPORT, "to report it")
    parts = {"vault": office.vault, "engine": office.place.engine, "actor": office.operator}
    asking = Asking(**parts, step=step, reason="whether anybody saw the same bytes before")
    return asking.before_intake(evidence_id, office.vault.manifest(office.place.engine, grant))


def failing(monkeypatch, of: str, error: Exception) -> None:
    """Let the manifest of a piece of evidence not be read."""
    real = Vault.manifest

    def manifest(self: Vault, engine, grant):
        if grant.evidence_id == of:
            raise error
        return real(self, engine, grant)

    monkeypatch.setattr(Vault, "manifest", manifest)


def test_copies_of_which_the_platform_said_no_leave_no_doubt(office, tmp_path) -> None:
    evidence_id, copy = sealed(office, tmp_path), sealed(office, tmp_path)
    assert ask(office, evidence_id) == Before(answer=Answer.NO, copies=frozenset({copy}))


def test_a_copy_that_was_destroyed_after_the_copies_were_listed_is_a_doubt(office, tmp_path, monkeypatch) -> None:
    evidence_id, copy = sealed(office, tmp_path), sealed(office, tmp_path)
    destroy_evidence(office.place, office.operator, copy)
    monkeypatch.setattr(viewing, "copies_of", lambda _tx, _evidence_id: [copy])
    assert "cannot be read any more" in ask(office, evidence_id).doubt


def test_a_copy_that_is_damaged_is_a_doubt(office, tmp_path, monkeypatch) -> None:
    evidence_id, copy = sealed(office, tmp_path), sealed(office, tmp_path)
    failing(monkeypatch, copy, EvidenceDamaged("Its row has lost its key."))
    assert "cannot be read any more" in ask(office, evidence_id).doubt


def test_a_store_that_does_not_answer_is_asked_again_later(office, tmp_path, monkeypatch) -> None:
    evidence_id, copy = sealed(office, tmp_path), sealed(office, tmp_path)
    failing(monkeypatch, copy, StoreUnusable("It does not answer."))
    with pytest.raises(StoreUnusable):
        ask(office, evidence_id)
