"""`safelight evidence list` and `show` tell facts, holds and custody, and nothing of the media."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from safelight.app import open_workspace
from safelight.database.transaction import write
from safelight.flow.installation import Installation
from safelight.testing.evidence import destroy_evidence, seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.holding import close_review

Run = Callable[..., int]


@pytest.fixture
def place(workspace: Path, tmp_path: Path):
    """The workspace's database, with blobs and keys of the tests' own."""
    house = open_workspace(workspace)
    blobs = DiskBlobs(tmp_path / "blobs")
    blobs.create()
    yield Installation(engine=house.engine, blobs=blobs, keys=MemoryKeys(), clock=house.clock)
    house.engine.dispose()


@pytest.fixture
def seal(place: Installation, workspace: Path, tmp_path: Path):
    actor = open_workspace(workspace).actor
    return lambda data: seal_bytes(place, actor, tmp_path / "spool", [data]).id


@pytest.fixture
def destroy(place: Installation, workspace: Path):
    actor = open_workspace(workspace).actor
    return lambda evidence_id: destroy_evidence(place, actor, evidence_id)


@pytest.fixture
def rows(capfd: pytest.CaptureFixture[str]):
    """Return the cells of the tables that were printed since it was last asked, by row."""

    def read_rows() -> list[list[str]]:
        lines = capfd.readouterr().out.splitlines()
        return [[cell.strip() for cell in line.strip("│ ").split("│")] for line in lines if line.startswith("│")]

    return read_rows


def test_evidence_is_listed_with_what_keeps_it(run: Run, seal, destroy, rows) -> None:
    ids = [seal(b"one"), seal(b"two")]
    destroy(ids[0])
    assert run("evidence", "list") == 0
    told = {row[0]: row[2:] for row in rows()}
    assert told[ids[0]][:2] == ["3", "destroyed"]
    assert told[ids[1]] == ["3", "living", "1", "open"]
    assert run("evidence", "list", "--state", "destroyed") == 0
    assert [row[0] for row in rows()] == [ids[0]]


def test_what_ends_soon_is_listed_alone(run: Run, seal, place, workspace, rows) -> None:
    ending, _ = seal(b"one"), seal(b"two")
    actor = open_workspace(workspace).actor
    with write(place.engine) as tx:
        closed_at = place.clock.now() - timedelta(seconds=1)
        close_review(tx, place.clock, actor, ending, closed_at=closed_at, appeal_days=10)
    assert run("evidence", "list", "--ending", 9) == 0
    assert rows() == []
    assert run("evidence", "list", "--ending", 11) == 0
    assert [row[0] for row in rows()] == [ending]
    assert run("evidence", "list", "--ending", -1) == 64


def test_a_list_goes_on_where_its_page_ended(run: Run, seal, capfd) -> None:
    ids = [seal(bytes([number])) for number in range(3)]
    assert run("evidence", "list", "--limit", 2) == 0
    told = capfd.readouterr().out
    after = told.splitlines()[-1].rpartition(" ")[2]
    assert run("evidence", "list", "--after", after) == 0
    rest = capfd.readouterr().out
    assert sorted(each for each in ids if each in told) + [each for each in ids if each in rest] != []
    assert all((each in told) != (f"│ {each}" in rest) for each in ids)


def test_evidence_is_shown_with_holds_and_custody(run: Run, seal, capfd) -> None:
    evidence_id = seal(b"one")
    assert run("evidence", "show", evidence_id) == 0
    told = capfd.readouterr().out
    assert f"Evidence {evidence_id}: living" in told
    assert "kept until: open" in told
    assert "under_review" in told
    assert "seal_evidence" in told


def test_destroyed_evidence_is_shown_as_unreadable(run: Run, seal, destroy, capfd) -> None:
    evidence_id = seal(b"one")
    destroy(evidence_id)
    assert run("evidence", "show", evidence_id) == 0
    told = capfd.readouterr().out
    assert "its key is gone, and nobody can read it" in told
    assert "destroy_evidence" in told
    assert run("evidence", "show", "f" * 32) == 66


def test_a_manifest_takes_a_reason_and_is_shown_without_what_a_terminal_obeys(
    run: Run, workspace: Path, tmp_path: Path, capfd
) -> None:
    import pyrage

    to = str(pyrage.x25519.Identity.generate().to_public())
    path = tmp_path / "evil\x1b[2J.jpg"
    path.write_bytes(b"bytes")
    for words in (("init", workspace), ("key", "create"), ("key", "export", tmp_path / "keys.age", "--to", to)):
        assert run(*words) == 0
    capfd.readouterr()
    assert run("evidence", "seal", path, "--subject", "account-1") == 0
    evidence_id = capfd.readouterr().out.split()[0]
    assert run("evidence", "show", evidence_id, "--manifest") == 64
    capfd.readouterr()
    assert run("evidence", "show", evidence_id, "--manifest", "--reason", "a case") == 0
    told = capfd.readouterr().out
    assert '"account-1"' in told
    assert "\x1b" not in told
    assert "open_evidence" in told
