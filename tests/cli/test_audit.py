"""`safelight audit …` looks into the log, checks it, and gives out what an outsider can check."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from safelight.app import Workspace, open_workspace
from safelight.cli import audit
from safelight.database.transaction import write
from safelight.errors import AlreadyExists, InvalidValue, NotFound
from safelight.testing.keys import MemoryKeys


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> MemoryKeys:
    """Let workspaces have keys in memory."""
    keys = MemoryKeys()
    monkeypatch.setattr(Workspace, "keys", property(lambda _: keys), raising=False)
    return keys


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]):
    """Return what was printed since it was last asked."""
    return lambda: capfd.readouterr().out


@pytest.fixture
def broken(workspace: Path, keys: MemoryKeys) -> Path:
    """A workspace whose log was changed after a head was signed."""
    audit.head(out=workspace / "kept.txt", workspace=workspace)
    house = open_workspace(workspace)
    with write(house.engine) as tx:
        tx.execute(text("UPDATE audit_entries SET actor_name = 'nobody' WHERE id = 2"))
    house.engine.dispose()
    return workspace


def test_a_sound_log_is_said_to_hold_and_what_no_log_shows_is_said(workspace: Path, keys: MemoryKeys, said) -> None:
    audit.head(out=workspace / "kept.txt", workspace=workspace)
    said()
    assert audit.verify(head=[workspace / "kept.txt"], workspace=workspace) == 0
    told = said()
    assert "1 signed heads and 1 kept heads fit" in told
    assert "The log holds." in told
    assert "No log can show" in told


def test_a_log_that_was_changed_gives_status_one_and_names_the_entry(broken: Path, said) -> None:
    said()
    assert audit.verify(head=[broken / "kept.txt"], workspace=broken) == audit.BROKEN == 1
    told = said()
    assert "entry_changed: Entry 2 is not what leaf 1 was made of" in told
    assert "THE LOG DOES NOT HOLD: 1 faults." in told


def test_the_log_is_checked_with_a_public_key_where_the_keys_are_not_at_hand(
    workspace: Path, keys: MemoryKeys, monkeypatch: pytest.MonkeyPatch, said
) -> None:
    audit.head(out=workspace / "kept.txt", workspace=workspace)
    (vkey,) = [line.split(": ")[1] for line in said().splitlines() if line.startswith("Public key")]
    monkeypatch.delattr(Workspace, "keys")
    assert audit.verify(key=[vkey], workspace=workspace) == 0
    with pytest.raises(InvalidValue):
        audit.verify(key=["x"], workspace=workspace)


def test_entries_that_wait_and_unused_numbers_are_told(workspace: Path, keys: MemoryKeys, said) -> None:
    house = open_workspace(workspace)
    with write(house.engine) as tx:
        tx.execute(text("DELETE FROM audit_leaves"))
        tx.execute(text("DELETE FROM audit_tree"))
        tx.execute(text("DELETE FROM audit_waiting"))
        tx.execute(text("DELETE FROM audit_entries WHERE id = 2"))
        tx.execute(text("INSERT INTO audit_waiting SELECT id FROM audit_entries"))
    house.engine.dispose()
    assert audit.verify(workspace=workspace) == 0
    told = said()
    assert "3 entries wait for their place in the log, the oldest since 20" in told
    assert "1 numbers belong to no entry (2)" in told


def test_entries_are_shown_a_page_at_a_time(workspace: Path, keys: MemoryKeys, said, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert audit.show(limit=2, workspace=workspace) == 0
    told = said()
    assert "create_bank" in told
    assert "More: safelight audit show --after 2" in told
    assert audit.show(target="nothing:1", workspace=workspace) == 0
    assert "create_bank" not in said()
    for limit, after in ((0, 0), (10_001, 0), (1, -1), (1, 2**63)):
        with pytest.raises(InvalidValue):
            audit.show(limit=limit, after=after, workspace=workspace)


def test_an_erased_record_is_shown_as_erased(workspace: Path, keys: MemoryKeys, said, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    house = open_workspace(workspace)
    with write(house.engine) as tx:
        tx.execute(text("UPDATE audit_entries SET reason = NULL, details = NULL, salt = NULL WHERE id = 1"))
    house.engine.dispose()
    audit.show(limit=1, workspace=workspace)
    assert "(erased)" in said()


def test_a_head_is_printed_or_written_and_never_over_another_file(workspace: Path, keys: MemoryKeys, said) -> None:
    assert audit.head(workspace=workspace) == 0
    lines = said().splitlines()
    assert lines[0].startswith("safelight/")
    assert lines[-1].startswith("\N{EM DASH} safelight/")
    audit.head(out=workspace / "kept.txt", workspace=workspace)
    with pytest.raises(AlreadyExists):
        audit.head(out=workspace / "kept.txt", workspace=workspace)


def test_a_kept_head_that_is_not_there_is_told(workspace: Path, keys: MemoryKeys) -> None:
    with pytest.raises(NotFound, match=r"kept head .* cannot be opened"):
        audit.verify(head=[workspace / "nothing"], workspace=workspace)


def test_an_export_holds_by_the_verifier_that_was_put_beside_it(workspace: Path, keys: MemoryKeys, said) -> None:
    folder = workspace / "out"
    folder.mkdir()
    assert audit.export(folder / "log.jsonl", with_verifier=True, workspace=workspace) == 0
    (vkey,) = [line.split(": ")[1] for line in said().splitlines() if line.startswith("Public key")]
    assert (folder / "log.jsonl").stat().st_mode & 0o777 == 0o600
    command = [sys.executable, "-I", "verifier.py", "log.jsonl", "--key", vkey]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("entries hold\n")


def test_a_proof_is_printed_or_written_as_one_line_of_json(workspace: Path, keys: MemoryKeys, said) -> None:
    assert audit.prove(1, workspace=workspace) == 0
    printed = json.loads(said())
    assert audit.prove(1, out=workspace / "proof.json", workspace=workspace) == 0
    written = json.loads((workspace / "proof.json").read_text())
    assert printed | {"proved_at": 0} == written | {"proved_at": 0}
    assert written["entry"] == 1
    with pytest.raises(NotFound):
        audit.prove(10_000, workspace=workspace)
    for number in (0, 2**63):
        with pytest.raises(InvalidValue):
            audit.prove(number, workspace=workspace)
