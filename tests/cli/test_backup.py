"""`safelight backup` and `safelight restore`, as somebody types them."""

from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import insert

from safelight.app import open_workspace
from safelight.cli.main import main
from safelight.database.transaction import write
from safelight.flow.installation import Installation
from safelight.reporting.store.tables import reports
from safelight.review.case import About
from safelight.review.steps import open_or_join
from safelight.testing.evidence import destroy_evidence, read_bytes, seal_bytes

PERSON = pyrage.x25519.Identity.generate()
TO = str(PERSON.to_public())
Run = Callable[..., int]
Told = pytest.CaptureFixture[str]


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    """Be the file with the private key of a recipient."""
    path = tmp_path / "identity.txt"
    path.write_text(f"# who restores\n{PERSON}\n")
    return path


def _installation(workspace: Path) -> Installation:
    house = open_workspace(workspace)
    return Installation(engine=house.engine, blobs=house.blobs, keys=house.keys, clock=house.clock)


@pytest.fixture
def evidence_ids(run: Run, workspace: Path, tmp_path: Path, capsys: Told) -> list[str]:
    """Have keys, a recovery copy of them, and evidence in the workspace."""
    assert run("init", workspace) == 0
    assert run("key", "create") == 0
    assert run("key", "export", tmp_path / "keys.age", "--to", TO) == 0
    actor = open_workspace(workspace).actor
    place = _installation(workspace)
    found = [seal_bytes(place, actor, tmp_path / "spool", [content]).id for content in (b"one", b"two")]
    capsys.readouterr()
    return found


@pytest.fixture
def fresh(tmp_path: Path, identity: Path, evidence_ids: list[str], run: Run) -> Path:
    """A fresh workspace with the keys of the other one."""
    assert main(["init", str(tmp_path / "fresh")]) == 0
    copy = str(tmp_path / "keys.age")
    assert main(["key", "import", copy, "--identity", str(identity), "-w", str(tmp_path / "fresh")]) == 0
    return tmp_path / "fresh"


def _restore(backup: Path, fresh: Path, identity: Path, *more: str) -> int:
    return main(["restore", str(backup), str(fresh), "--identity", str(identity), *more])


def test_a_backup_is_restored_on_a_fresh_machine_and_destroyed_evidence_stays_destroyed(
    *, run: Run, workspace: Path, fresh: Path, identity: Path, evidence_ids: list[str], tmp_path: Path, capsys: Told
) -> None:
    assert run("backup", tmp_path / "out.age", "--to", TO) == 0
    assert "2 sealed files" in capsys.readouterr().out
    actor = open_workspace(workspace).actor
    destroy_evidence(_installation(workspace), actor, evidence_ids[0])
    store = open_workspace(workspace).settings.workspace / open_workspace(workspace).settings.blob_store
    assert _restore(tmp_path / "out.age", fresh, identity, "--ledger", str(store)) == 0
    told = capsys.readouterr()
    assert "1 pieces of evidence were destroyed after it was made" in told.out
    assert "No --ledger" not in told.err
    assert read_bytes(_installation(fresh), actor, evidence_ids[1]) == b"two"
    assert main(["bank", "show", "known", "-w", str(fresh)]) == 0
    assert main(["db", "check", "-w", str(fresh)]) == 0


def test_who_names_no_ledger_is_told_what_that_means(
    run: Run, fresh: Path, identity: Path, tmp_path: Path, capsys: Told
) -> None:
    assert run("backup", tmp_path / "out.age", "--to", TO) == 0
    assert _restore(tmp_path / "out.age", fresh, identity) == 0
    assert "No --ledger was named" in capsys.readouterr().err


def test_who_restores_is_told_which_reports_may_have_been_filed_since(
    *, run: Run, workspace: Path, fresh: Path, identity: Path, tmp_path: Path, capsys: Told
) -> None:
    house = open_workspace(workspace)
    nobody = dict.fromkeys(("completed_by", "completed_key", "approved_by", "receipt", "failure"), "")
    values = {"destination": "ncmec", "is_test": False, "drafted_at": house.clock.now(), "tries": 0} | nobody
    with write(house.engine) as tx:
        case_id = open_or_join(tx, house.clock, house.actor, About(subject_id="account 7")).case_id
        for state in ("approved", "filing", "draft"):
            tx.execute(insert(reports).values(case_id=case_id, state=state, mark=state, withdrawal=False, **values))
    assert run("backup", tmp_path / "out.age", "--to", TO) == 0
    assert _restore(tmp_path / "out.age", fresh, identity) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "2 reports may have been filed after the backup was made." in told
    assert "1 reports are being written here, or wait for a person." in told
    assert main(["report", "show", "2", "-w", str(fresh)]) == 0
    shown = capsys.readouterr().out
    assert "Why it failed: It came back with a backup" in shown
    assert "with our reference filing" in shown


def test_a_ledger_that_is_not_there_is_no_empty_one(
    run: Run, fresh: Path, identity: Path, tmp_path: Path, capsys: Told
) -> None:
    assert run("backup", tmp_path / "out.age", "--to", TO) == 0
    assert _restore(tmp_path / "out.age", fresh, identity, "--ledger", str(tmp_path / "nothing")) == 69
    assert "store_unusable" in capsys.readouterr().err
    assert _restore(tmp_path / "out.age", fresh, identity) == 0


def test_without_the_keys_nothing_is_restored(
    run: Run, evidence_ids: list[str], identity: Path, tmp_path: Path, capsys: Told
) -> None:
    assert run("backup", tmp_path / "out.age", "--to", TO) == 0
    assert main(["init", str(tmp_path / "fresh")]) == 0
    assert _restore(tmp_path / "out.age", tmp_path / "fresh", identity) == 69
    assert "keys_unusable" in capsys.readouterr().err


def test_a_workspace_that_is_in_use_is_refused(
    *, run: Run, workspace: Path, evidence_ids: list[str], identity: Path, tmp_path: Path, capsys: Told
) -> None:
    assert run("backup", tmp_path / "out.age", "--to", TO) == 0
    assert _restore(tmp_path / "out.age", workspace, identity) == 65
    assert "not empty" in capsys.readouterr().err


def test_a_backup_needs_a_recipient_and_a_new_name(
    run: Run, evidence_ids: list[str], tmp_path: Path, capsys: Told
) -> None:
    assert run("backup", tmp_path / "out.age") == 64
    assert run("backup", tmp_path / "out.age", "--to", "nobody") == 64
    (tmp_path / "out.age").touch()
    assert run("backup", tmp_path / "out.age", "--to", TO) == 73


def test_without_keys_there_is_no_backup(run: Run, tmp_path: Path, capsys: Told) -> None:
    assert run("backup", tmp_path / "out.age", "--to", TO) == 69
    assert "key" in capsys.readouterr().err


def test_what_cannot_be_read_is_told(fresh: Path, identity: Path, tmp_path: Path, capsys: Told) -> None:
    assert _restore(tmp_path / "none.age", fresh, identity) == 64
    assert _restore(identity, fresh, tmp_path / "none.txt") == 64
    assert _restore(identity, fresh, identity) == 65
    assert "no backup" in capsys.readouterr().err
