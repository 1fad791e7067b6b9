"""Settings come from a file and the environment, and every fault is told at once."""

from pathlib import Path

import pytest

from safelight.errors import SettingsInvalid, WorkspaceMissing
from safelight.settings import SettingSource, find_workspace, is_workspace_named, load_settings, setting_sources


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


def test_a_variable_that_is_no_setting_is_refused_and_the_nearest_setting_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"SAFELIGHT_SANDBOX_RUEL: .* mean SAFELIGHT_SANDBOX_RULE\?"):
        load_settings(tmp_path, {"SAFELIGHT_SANDBOX_RUEL": "all"})
    with pytest.raises(SettingsInvalid, match=r"SAFELIGHT_FLAVOUR: .* another beginning"):
        load_settings(tmp_path, {"SAFELIGHT_FLAVOUR": "salty"})
    load_settings(tmp_path, {"SAFELIGHT_WORKSPACE": "x", "SAFELIGHT_REQUIRE_KERNEL": "1", "OTHER": "y"})


def test_a_line_of_the_file_that_is_no_setting_is_refused_in_the_same_way(tmp_path: Path) -> None:
    (tmp_path / "safelight.toml").write_text("scan_worker = 3\n")
    with pytest.raises(SettingsInvalid, match=r"scan_worker: there is no such setting. Did you mean scan_workers\?"):
        load_settings(tmp_path, {})


def test_faults_of_the_file_and_of_the_environment_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "safelight.toml").write_text("scan_workers = -1\n")
    with pytest.raises(SettingsInvalid, match=r"(?s)SAFELIGHT_LISTENS.*scan_workers") as caught:
        load_settings(tmp_path, {"SAFELIGHT_LISTENS": "secret"})
    assert "secret" not in str(caught.value)


SERVICE = {
    "SAFELIGHT_SERVICE_HOST": "10.96.0.7",
    "SAFELIGHT_SERVICE_PORT": "8680",
    "SAFELIGHT_SERVICE_PORT_HTTP": "8680",
    "SAFELIGHT_PORT": "tcp://10.96.0.7:8680",
    "SAFELIGHT_PORT_8680_TCP": "tcp://10.96.0.7:8680",
    "SAFELIGHT_PORT_8680_TCP_PROTO": "tcp",
    "SAFELIGHT_PORT_8680_TCP_PORT": "8680",
    "SAFELIGHT_PORT_8680_TCP_ADDR": "fd00::7",
    "SAFELIGHT_WEB_SERVICE_HOST": "10.96.0.8",
    "SAFELIGHT_WEB_PORT": "tcp://10.96.0.8:80",
}


def test_what_kubernetes_says_of_a_service_of_this_name_is_no_slip(tmp_path: Path) -> None:
    load_settings(tmp_path, SERVICE)


@pytest.mark.parametrize("variable", ["SAFELIGHT_PORT", "SAFELIGHT_LISTEN_PORT", "SAFELIGHT_SERVICE_HOST"])
def test_what_a_person_might_mean_as_a_setting_is_one(tmp_path: Path, variable: str) -> None:
    with pytest.raises(SettingsInvalid, match=variable):
        load_settings(tmp_path, {variable: "localhost" if variable.endswith("HOST") else "8680"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SANDBOX_SECONDS_PER_FILE", "inf"),
        ("SANDBOX_SECONDS_PER_FILE", "1e10"),
        ("MAX_FRAMES", "99999999999"),
        ("MAX_PIXELS", "1" + "0" * 22),
        ("SANDBOX_MEMORY_MIB", "99999999"),
        ("SCAN_WORKERS", "100000"),
    ],
)
def test_values_that_no_machine_has_are_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid, match=name.lower()):
        load_settings(tmp_path, {f"SAFELIGHT_{name}": value})


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "safelight.toml").mkdir()
    with pytest.raises(SettingsInvalid, match="cannot be read"):
        load_settings(tmp_path, {})


def test_only_an_option_or_a_variable_names_a_workspace(tmp_path: Path) -> None:
    assert is_workspace_named(tmp_path, {})
    assert is_workspace_named(None, {"SAFELIGHT_WORKSPACE": "x"})
    assert not is_workspace_named(None, {})


def test_it_is_told_where_a_setting_is_from(tmp_path: Path) -> None:
    (tmp_path / "safelight.toml").write_text('scan_workers = 3\nkernel = "twin"\n')
    found = setting_sources(tmp_path, {"SAFELIGHT_KERNEL": "auto"})
    assert found == {"scan_workers": SettingSource.FILE, "kernel": SettingSource.ENVIRONMENT}
