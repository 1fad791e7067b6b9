"""`safelight db upgrade` and `safelight db check`."""

from pathlib import Path

import pytest
from sqlalchemy import text

from safelight.cli.main import main
from safelight.database.engine import open_engine
from safelight.database.revision import is_current
from safelight.database.stepping import step_to
from safelight.database.transaction import write

Told = pytest.CaptureFixture[str]


def test_a_sound_database_is_told_to_be_one(run, capsys: Told) -> None:
    assert run("db", "check") == 0
    told = capsys.readouterr().out
    assert "version" in told
    assert "FAULT" not in told


def test_an_outdated_database_is_a_fault_and_an_upgrade_mends_it(tmp_path: Path, capsys: Told) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / "safelight.toml").touch()
    (folder / "safelight.db").touch()
    engine = open_engine(folder / "safelight.db")
    with write(engine) as tx:
        step_to(tx, "0002")
    assert main(["db", "check", "-w", str(folder)]) == 69
    assert "FAULT: The database was written by an older Safelight" in capsys.readouterr().out
    assert main(["db", "upgrade", "-w", str(folder)]) == 0
    assert "is up to date now" in capsys.readouterr().out
    assert is_current(engine)
    assert main(["db", "check", "-w", str(folder)]) == 0
    assert main(["db", "upgrade", "-w", str(folder)]) == 0
    assert "was up to date already" in capsys.readouterr().out
    engine.dispose()


def test_a_database_of_a_newer_program_is_refused(run, workspace: Path, capsys: Told) -> None:
    engine = open_engine(workspace / "safelight.db")
    with write(engine) as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    assert run("db", "upgrade") == 78
    assert run("db", "check") == 69
    assert "newer" in capsys.readouterr().out


def test_init_still_brings_a_database_up_to_date(tmp_path: Path) -> None:
    assert main(["init", str(tmp_path / "w")]) == 0
    engine = open_engine(tmp_path / "w" / "safelight.db")
    assert is_current(engine)
    engine.dispose()


def test_without_a_database_there_is_nothing_to_check(tmp_path: Path, capsys: Told) -> None:
    assert main(["init", str(tmp_path / "w")]) == 0
    for path in (tmp_path / "w").glob("safelight.db*"):
        path.unlink()
    assert main(["db", "check", "-w", str(tmp_path / "w")]) == 69
    assert "safelight init" in capsys.readouterr().out
