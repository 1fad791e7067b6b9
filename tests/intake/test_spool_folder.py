"""A process has a folder of its own, which others leave alone while it lives and remove when it is dead."""

import subprocess
import sys
from pathlib import Path

import pytest

from safelight.errors import StoreUnusable
from safelight.intake.spool_folder import SpoolFolder

_DIES = """
import os, signal, sys
from pathlib import Path
from safelight.intake.spool_folder import SpoolFolder
own = SpoolFolder(Path(sys.argv[1])).own()
(own / "left").write_text("sealed")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_folder_is_made_when_it_is_asked_for_and_gone_when_it_is_closed(tmp_path: Path) -> None:
    folder = SpoolFolder(tmp_path / "spool")
    assert not (tmp_path / "spool").exists()
    own = folder.own()
    assert folder.own() == own
    assert own.stat().st_mode & 0o777 == 0o700
    folder.close()
    folder.close()
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_sweep_leaves_living_processes_alone(tmp_path: Path) -> None:
    one, other = SpoolFolder(tmp_path), SpoolFolder(tmp_path)
    (one.own() / "mine").write_text("sealed")
    assert other.sweep() == 0
    assert (one.own() / "mine").exists()
    one.close()


def test_a_sweep_removes_what_a_killed_process_left(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _DIES, str(tmp_path)], check=False, timeout=60)
    assert [path.name for path in tmp_path.rglob("left")] == ["left"]
    assert SpoolFolder(tmp_path).sweep() == 1
    assert list(tmp_path.iterdir()) == []


def test_a_lock_without_its_folder_is_swept_too(tmp_path: Path) -> None:
    (tmp_path / "dead.lock").touch()
    assert SpoolFolder(tmp_path).sweep() == 1
    assert SpoolFolder(tmp_path / "nowhere").sweep() == 0


def test_a_place_that_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file")
    with pytest.raises(StoreUnusable, match="cannot be used"):
        SpoolFolder(tmp_path / "spool").own()
