"""Real kills of real processes, at every boundary of a backup and of a restore."""

import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import pyrage
import pytest

from safelight.app import open_workspace
from safelight.cli.main import main
from safelight.errors import NotFound
from safelight.flow.backup.backups import make_backup
from safelight.flow.backup.boundary import BackupBoundary, RestoreBoundary
from safelight.flow.backup.restores import restore_backup
from safelight.flow.installation import Installation
from safelight.testing.evidence import destroy_evidence, read_bytes, seal_bytes

PERSON = pyrage.x25519.Identity.generate()
TO = str(PERSON.to_public())

PROGRAM = """
import os, pyrage, signal, sys
from pathlib import Path
from safelight.app import open_workspace
from safelight.flow.backup.backups import make_backup
from safelight.flow.installation import Installation
from safelight.flow.backup.restores import restore_backup

verb, boundary, folder, file, secret, store = sys.argv[1:]

def die(reached):
    if reached.name == boundary:
        os.kill(os.getpid(), signal.SIGKILL)

house = open_workspace(folder)
place = Installation(engine=house.engine, blobs=house.blobs, keys=house.keys, clock=house.clock)
identity = pyrage.x25519.Identity.from_str(secret)
if verb == "backup":
    make_backup(place, house.actor, Path(file), [str(identity.to_public())], reach=die)
else:
    with open(file, "rb") as opened:
        restore_backup(
            place, house.actor, opened, [identity], workspace=Path(folder), ledgers=[house.blobs_at(store)], reach=die
        )
"""

QUICK = {BackupBoundary.WHOLE, RestoreBoundary.REPLAYED}
"""The latest moments at which a backup is not named yet, and a restore is not committed."""

BOUNDARIES = [
    pytest.param(boundary, marks=[] if boundary in QUICK else [pytest.mark.long])
    for boundary in (*BackupBoundary, *RestoreBoundary)
]


def _place(folder: Path) -> Installation:
    house = open_workspace(folder)
    return Installation(engine=house.engine, blobs=house.blobs, keys=house.keys, clock=house.clock)


def _killed(verb: str, boundary: StrEnum, folder: Path, file: Path, store: Path) -> None:
    """Run a process that kills itself at a boundary, and see that it did."""
    arguments = [verb, boundary.name, str(folder), str(file), str(PERSON), str(store)]
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], check=False, capture_output=True, text=True)
    assert done.returncode == -9, done.stderr


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    """The file with the secret key of a recipient."""
    (tmp_path / "identity.txt").write_text(str(PERSON))
    return tmp_path / "identity.txt"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A workspace with keys, and a recovery copy of them."""
    folder = tmp_path / "house"
    for tokens in (["init", folder], ["key", "create", "-w", folder], ["bank", "create", "known", "-w", folder]):
        assert main([str(token) for token in tokens]) == 0
    assert main(["key", "export", str(tmp_path / "keys.age"), "--to", TO, "-w", str(folder)]) == 0
    return folder


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_kill_leaves_the_older_backup_alone_and_no_half_a_restore(
    house: Path, identity: Path, tmp_path: Path, boundary: StrEnum
) -> None:
    place, actor, store = _place(house), open_workspace(house).actor, house / "vault"
    first, second = (
        seal_bytes(place, actor, tmp_path / "spool", [content]) for content in (b"first" * 300_000, b"second")
    )
    destroyed = seal_bytes(place, actor, tmp_path / "spool", [b"destroyed before"])
    destroy_evidence(place, actor, destroyed.id)
    make_backup(place, actor, tmp_path / "older.age", [TO])
    older = (tmp_path / "older.age").read_bytes()
    destroy_evidence(place, actor, first.id)
    if isinstance(boundary, BackupBoundary):
        _killed("backup", boundary, house, tmp_path / "next.age", store)
        assert (tmp_path / "next.age").exists() == (boundary is BackupBoundary.NAMED)
        (tmp_path / "next.age").unlink(missing_ok=True)
        make_backup(place, actor, tmp_path / "next.age", [TO])
    assert (tmp_path / "older.age").read_bytes() == older
    fresh = tmp_path / "fresh"
    assert main(["init", str(fresh)]) == 0
    assert main(["key", "import", str(tmp_path / "keys.age"), "--identity", str(identity), "-w", str(fresh)]) == 0
    is_there = False
    if isinstance(boundary, RestoreBoundary):
        _killed("restore", boundary, fresh, tmp_path / "older.age", store)
        is_there = boundary is RestoreBoundary.COMMITTED
    target = _place(fresh)
    if not is_there:
        with (tmp_path / "older.age").open("rb") as file:
            restore_backup(target, actor, file, [PERSON], workspace=fresh, ledgers=[place.blobs])
    for gone in (first, destroyed):
        with pytest.raises(NotFound):
            read_bytes(target, actor, gone.id)
    assert read_bytes(target, actor, second.id) == b"second"
    for opened in (place, target):
        opened.engine.dispose()
