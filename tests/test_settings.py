"""Settings come from a file and the environment, and every fault is told at once."""

from pathlib import Path

import pytest

from safelight.errors import SettingsInvalid, WorkspaceMissing
from safelight.settings import find_workspace, load_settings


def test_defaults_are_the_safe_side(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    assert settings.sandbox_rule == "available"
    assert settings.resolved_database_url == f"sqlite:///{tmp_path / 'safelight.db'}"
    assert settings.resolved_scan_workers >= 1


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "safelight.toml").write_text('scan_workers = 3\nkernel = "twin"\n')
    settings = load_settings(tmp_path, {"SAFELIGHT_SCAN_WORKERS": "5"})
    assert (settings.scan_workers, settings.resolved_scan_workers, settings.kernel) == (5, 5, "twin")


def test_all_faults_are_told_in_one_message(tmp_path: Path) -> None:
    (tmp_path / "safelight.toml").write_text('scan_workers = -1\nsandbox_rule = "some"\nunknown_thing = 1\n')
    with pytest.raises(SettingsInvalid) as caught:
        load_settings(tmp_path, {})
    for name in ("scan_workers", "sandbox_rule", "unknown_thing"):
        assert name in str(caught.value)


@pytest.mark.parametrize("content", [b"scan_workers = ", b"\xff\xfe"])
def test_a_file_that_is_not_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "safelight.toml").write_bytes(content)
    with pytest.raises(SettingsInvalid, match=r"safelight\.toml"):
        load_settings(tmp_path, {})


def test_the_file_cannot_move_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "safelight.toml").write_text('workspace = "/elsewhere"\n')
    with pytest.raises(SettingsInvalid, match="Remove that line"):
        load_settings(tmp_path, {})


def test_settings_cannot_be_changed_afterwards(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    with pytest.raises(ValueError, match="frozen"):
        settings.scan_workers = 4


def test_the_workspace_is_the_one_named_then_the_environments_then_a_folder_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, other, below = tmp_path / "named", tmp_path / "other", tmp_path / "here" / "deep" / "down"
    for folder in (named, other, below):
        folder.mkdir(parents=True)
    for folder in (named, other, tmp_path / "here"):
        (folder / "safelight.toml").touch()
    monkeypatch.chdir(below)
    assert find_workspace(named, {"SAFELIGHT_WORKSPACE": str(other)}) == named
    assert find_workspace(None, {"SAFELIGHT_WORKSPACE": str(other)}) == other
    assert find_workspace(None, {}) == tmp_path / "here"


def test_a_missing_workspace_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WorkspaceMissing, match="safelight init"):
        find_workspace(None, {})
    with pytest.raises(WorkspaceMissing, match="safelight init"):
        find_workspace(tmp_path, {})
