"""The table of commands: quick to show, and honest about what is wrong."""

import subprocess
import sys
from importlib.metadata import version

import pytest

from safelight.cli.main import app, main
from safelight.errors import SafelightError

COMMANDS = ["init", "demo", "hash", "scan", "match", "bank", "doctor", "api-key", "person", "role"]
BANK_COMMANDS = ["create", "import", "add", "list", "show", "export", "enable", "disable", "rename", "remove"]


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f" {name} " in text for name in COMMANDS)


@pytest.mark.parametrize("command", [[name] for name in COMMANDS] + [["bank", name] for name in BANK_COMMANDS])
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--help"]) == 0
    assert f"Usage: safelight {' '.join(command)}" in capsys.readouterr().out


def test_help_loads_neither_database_nor_decoders_nor_settings() -> None:
    code = (
        "import sys; from safelight.cli.main import main; main(['--help']); "
        ""
        "heavy = {'sqlalchemy', 'alembic', 'numpy', 'PIL', 'simplejpeg', 'pydantic'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "safelight", "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, version("safelight"))


def test_unknown_commands_and_options_are_usage_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scam"]) == 64
    assert main(["scan", "--no-such-option"]) == 64
    assert main(["bank", "create"]) == 64


def test_errors_are_told_with_their_code(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bank", "list", "-w", str(tmp_path)]) == 66
    said = capsys.readouterr().err
    assert "safelight init" in said
    assert "[workspace_missing]" in said


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (SafelightError("ours"), 70),
        (RuntimeError("a listed value"), 70),
        (OSError(28, "No space left on device", "out"), 74),
        (KeyboardInterrupt(), 130),
    ],
)
def test_faults_have_their_status(
    monkeypatch: pytest.MonkeyPatch, raised: BaseException, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr(type(app), "__call__", fail)
    assert main([]) == status
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "a listed value" not in said


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["hash", "a", "--json"], ["hash", "a", "--json=-"]),
        (["hash", "a", "--json", "-"], ["hash", "a", "--json=-"]),
        (["hash", "--json", "--resume", "a"], ["hash", "--json=-", "--resume", "a"]),
        (["hash", "--json", "out", "a"], ["hash", "--json", "out", "a"]),
        (["hash", "a", "--", "b"], ["hash", "a", "--", "b"]),
        (["scan", "-", "--json", "out"], ["scan", "--json", "out", "--", "-"]),
        (["scan", "-", "--json"], ["scan", "--json=-", "--", "-"]),
        ([], []),
    ],
)
def test_a_bare_json_means_standard_output(monkeypatch: pytest.MonkeyPatch, given: list[str], meant: list[str]) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(type(app), "__call__", lambda self, tokens, **_: seen.append(tokens))
    main(given)
    assert seen == [meant]
