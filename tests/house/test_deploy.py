"""What `deploy` holds names only what there is: commands, options, settings, paths; it stops as the service does."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from safelight.cli.main import app
from safelight.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "systemd" / "safelight@.service"
CONTAINERFILE = DEPLOY / "container" / "Containerfile"
ROLES = ("all", "api", "worker")
_USUAL = Settings(workspace=ROOT)
LONGEST_STOP_S = _USUAL.stop_seconds + _USUAL.sandbox_seconds_per_file
"""What docs/how-to/serve.md says of stopping, with the settings as they come."""


def _lines(path: Path) -> list[tuple[str, str]]:
    """Return the assignments of a unit, in their order."""
    given = [line for line in path.read_text().splitlines() if line and line[0] not in "#["]
    return [(name, value) for name, _, value in (line.partition("=") for line in given)]


def _value(name: str, path: Path = UNIT) -> str:
    (value,) = [value for each, value in _lines(path) if each == name]
    return value


def _parse(words: list[str]) -> None:
    app.parse_args(words, print_error=False, exit_on_error=False)


def _seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def _require_settings(environment: dict[str, str], folder: Path) -> None:
    assert environment
    load_settings(folder, environment)


class TestUnit:
    @pytest.mark.parametrize("role", ROLES)
    def test_it_starts_a_command_that_there_is_in_each_role(self, role: str) -> None:
        program, *words = shlex.split(_value("ExecStart").replace("%i", role))
        assert Path(program).name == "safelight"
        _parse(words)

    def test_its_variables_are_settings_or_name_the_workspace(self, tmp_path: Path) -> None:
        given = dict(value.split("=", 1) for name, value in _lines(UNIT) if name == "Environment")
        _require_settings(given, tmp_path)
        assert given["SAFELIGHT_WORKSPACE"] == _value("WorkingDirectory") == f"/var/lib/{_value('StateDirectory')}"

    def test_the_credential_becomes_the_key_file(self, tmp_path: Path) -> None:
        drop_in = DEPLOY / "systemd" / "keys-as-credential.conf"
        variable, place = _value("Environment", drop_in).split("=")
        _require_settings({variable: place}, tmp_path)
        assert place == f"%d/{_value('LoadCredentialEncrypted', drop_in).partition(':')[0]}"

    def test_it_waits_longer_than_a_graceful_stop_takes_and_asks_the_service_alone(self) -> None:
        assert (_value("KillSignal"), _value("KillMode")) == ("SIGTERM", "mixed")
        assert _seconds(_value("TimeoutStopSec")) > LONGEST_STOP_S

    def test_the_sandbox_can_still_lock_itself_in(self) -> None:
        """Without these calls a wall would be missing, which nobody sees who does not ask."""
        allowed = next(value for name, value in _lines(UNIT) if name == "SystemCallFilter").split()
        for call in ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "seccomp"):
            assert call in allowed

    def test_its_user_is_made(self) -> None:
        made = (DEPLOY / "systemd" / "safelight.sysusers.conf").read_text()
        assert f"\nu {_value('User')} " in made

    @pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd's tools are not here")
    def test_systemd_finds_nothing_wrong_with_it_and_little_exposed(self, tmp_path: Path) -> None:
        unit = tmp_path / "safelight@all.service"
        unit.write_text(UNIT.read_text().replace(_value("ExecStart"), "/bin/true"))
        checked = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")
        judge = ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit]  # 2.0
        judged = subprocess.run(judge, capture_output=True, text=True, check=False)
        assert judged.returncode == 0, judged.stdout


def _instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", " ", CONTAINERFILE.read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def _all(word: str) -> list[str]:
    return [rest for each, rest in _instructions() if each == word]


class TestContainerfile:
    def test_what_is_copied_is_there(self) -> None:
        sources = [rest.split()[:-1] for rest in _all("COPY") if not rest.startswith("--from=")]
        assert sources
        for source in (each for line in sources for each in line):
            assert (ROOT / source).exists(), source

    def test_everything_that_is_installed_is_pinned_by_its_hash_or_was_built_here(self) -> None:
        installs = [part for rest in _all("RUN") for part in rest.split("&&") if "pip install" in part]
        assert len(installs) == 3
        for each in installs:
            assert "--require-hashes" in each or "--no-index" in each
            for pinned in re.findall(r"-r (\S+)", each):
                assert "--hash=sha256:" in (ROOT / pinned).read_text()

    def test_the_kernel_is_built_or_nothing_is(self) -> None:
        assert any("SAFELIGHT_REQUIRE_KERNEL=1 python -m pip wheel" in rest for rest in _all("RUN"))

    def test_it_runs_as_a_user_of_its_own_in_the_workspace(self, tmp_path: Path) -> None:
        given = dict(word.split("=", 1) for rest in _all("ENV") for word in shlex.split(rest))
        ours = {name: value for name, value in given.items() if name.startswith("SAFELIGHT_")}
        _require_settings(ours, tmp_path)
        (user,), (folder,) = _all("USER"), _all("VOLUME")
        assert int(user.partition(":")[0]) > 1000
        assert folder == ours["SAFELIGHT_WORKSPACE"] == _all("WORKDIR")[-1]
        assert _all("EXPOSE") == [ours["SAFELIGHT_LISTEN"].rpartition(":")[2]]

    def test_it_serves(self) -> None:
        (entry,), (command,) = _all("ENTRYPOINT"), _all("CMD")
        assert yaml.safe_load(entry) == ["safelight"]
        _parse(yaml.safe_load(command))


@pytest.fixture
def compose() -> dict[str, Any]:
    """Read the compose file."""
    return yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text())


class TestCompose:
    def test_commands_and_settings_are_some(self, compose: dict[str, Any], tmp_path: Path) -> None:
        ours = [compose["services"][name] for name in ("service", "worker")]
        for each in ours:
            _parse(each["command"])
            _require_settings(each["environment"], tmp_path)

    def test_it_is_reached_from_this_machine_alone_on_the_port_of_the_image(self, compose: dict[str, Any]) -> None:
        ports = {name: each.get("ports", []) for name, each in compose["services"].items()}
        assert ports == {"service": [f"127.0.0.1:8680:{_all('EXPOSE')[0]}"], "worker": [], "database": []}

    def test_the_containers_can_write_only_the_workspace_and_gain_nothing(self, compose: dict[str, Any]) -> None:
        for name in ("service", "worker"):
            each = compose["services"][name]
            assert each["read_only"]
            assert each["cap_drop"] == ["ALL"]
            assert each["volumes"] == [f"workspace:{_all('VOLUME')[0]}"]
            assert each["ulimits"]["core"] == 0
            assert _seconds(each["stop_grace_period"]) > LONGEST_STOP_S

    def test_what_it_names_is_there(self, compose: dict[str, Any]) -> None:
        build = compose["services"]["service"]["build"]
        context = (DEPLOY / "container" / build["context"]).resolve()
        assert context == ROOT
        assert context / build["dockerfile"] == CONTAINERFILE
        for each in compose["services"].values():
            assert {volume.partition(":")[0] for volume in each["volumes"]} <= set(compose["volumes"])
            assert set(each["networks"]) <= set(compose["networks"])

    def test_its_health_is_asked_of_a_path_that_there_is(self, compose: dict[str, Any]) -> None:
        asked = compose["services"]["service"]["healthcheck"]["test"]
        compile(asked[-1], "healthcheck", "exec")
        (path,) = re.findall(r'http://127\.0\.0\.1:8680(/[a-z/]+)"', asked[-1])
        assert f'"{path}"' in (ROOT / "src" / "safelight" / "web" / "health.py").read_text()
