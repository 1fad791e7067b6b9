"""Processes that seal the same contents at the same time lose none, and store each once."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from safelight.clock import SystemClock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.flow.installation import Installation
from safelight.keys.file import FileKeys
from safelight.roles import Actor
from safelight.testing.evidence import read_bytes, remove_rest
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.store.tables import objects, occurrences

_PROGRAM = Path(__file__).with_name("sealing_process.py")


def race(engine: Engine, actor: Actor, folder: Path, processes: int, contents: int) -> None:
    """Let processes seal the same contents, and see that all of it is there, once."""
    blobs, keys = DiskBlobs(folder / "blobs"), FileKeys(folder / "keys.json")
    blobs.create()
    keys.create(keys.new_ring(datetime(2026, 1, 1, tzinfo=UTC)).exported(datetime(2026, 1, 1, tzinfo=UTC)))
    address = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, str(_PROGRAM), address, str(folder), str(contents)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    (folder / "start").touch()
    for process in running:
        assert process.wait(timeout=240) == 0
        assert process.stdout is not None
        process.stdout.close()
    place = Installation(engine=engine, blobs=blobs, keys=keys, clock=SystemClock())
    remove_rest(place, actor)
    with read(engine) as tx:
        evidence_ids = list(tx.execute(select(occurrences.c.id)).scalars())
        assert tx.execute(select(func.count()).select_from(objects)).scalar_one() == contents
        assert sorted(tx.execute(select(objects.c.blob_id)).scalars()) == sorted(blobs.blob_ids())
    assert len(evidence_ids) == processes * contents
    assert len({read_bytes(place, actor, evidence_id) for evidence_id in evidence_ids}) == contents


def test_two_processes_that_seal_the_same_contents(engine: Engine, actor: Actor, tmp_path: Path) -> None:
    race(engine, actor, tmp_path, processes=2, contents=8)


@pytest.mark.long
def test_four_processes_that_seal_the_same_contents(engine: Engine, actor: Actor, tmp_path: Path) -> None:
    race(engine, actor, tmp_path, processes=4, contents=100)
