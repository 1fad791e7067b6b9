"""`safelight init` makes a workspace, and a second one brings it up to date."""

from pathlib import Path

import pytest

from safelight.cli.main import main


def test_init_makes_settings_and_database_and_may_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "new"]) == 0
    settings = tmp_path / "new" / "safelight.toml"
    settings.write_text("scan_workers = 1\n")
    assert main(["init", "new"]) == 0
    assert settings.read_text() == "scan_workers = 1\n"
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "safelight.db").stat().st_mode & 0o077 == 0


def test_a_file_is_no_place_for_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert main(["init", str(tmp_path / "file")]) == 73


def test_settings_that_cannot_be_used_are_status_78(tmp_path: Path) -> None:
    main(["init", str(tmp_path / "w")])
    (tmp_path / "w" / "safelight.toml").write_text("no_such_setting = 1\n")
    assert main(["bank", "list", "-w", str(tmp_path / "w")]) == 78
