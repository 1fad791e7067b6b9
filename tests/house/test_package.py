"""The package builds without warnings, installs from a wheel, and does without a compiler."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_NO_COMPILER = {"CC": "/bin/false", "CXX": "/bin/false"}
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


def _run(*command: str | Path, **environment: str) -> str:
    """Run a command in a small environment and give what it printed; a failure shows all of it."""
    done = subprocess.run(
        [str(part) for part in command],
        env=_ENVIRONMENT | environment,
        cwd=_ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def _build_wheel(folder: Path, *settings: str, **environment: str) -> tuple[Path, str]:
    """Build a wheel from the source tree, with a build folder of its own; give it and what the build said."""
    options = [f"--config-settings={setting}" for setting in (f"build-dir={folder / 'build'}", *settings)]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--no-deps", "--no-build-isolation"]
    said = _run(*pip, "--verbose", *options, "--wheel-dir", folder, _ROOT, **environment)
    (wheel,) = folder.glob("*.whl")
    return wheel, said


def _install(wheel: Path, folder: Path) -> Path:
    """Install a wheel into a new environment that sees this one's packages, all but our own, and give its Python."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    (place,) = folder.glob("lib/python*/site-packages")
    # A path in a .pth file is added as it is: the .pth files of the folder it names, our editable one, are not read.
    (place / "test-environment.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, "install"]
    _run(*pip, "--no-deps", "--no-index", wheel)
    return python


_REPORT = """
import importlib.util, safelight
from safelight.hashing.pdq import which_flavour
print(safelight.__file__, importlib.util.find_spec("safelight._kernel") is not None, which_flavour())
"""


def test_the_kernel_builds_with_every_warning_an_error_and_runs_from_a_wheel(tmp_path: Path) -> None:
    wheel, said = _build_wheel(tmp_path, "cmake.define.SAFELIGHT_WERROR=ON", SAFELIGHT_REQUIRE_KERNEL="1")
    assert "warning:" not in said
    python = _install(wheel, tmp_path / "venv")
    place, has_kernel, flavour = _run(python, "-I", "-c", _REPORT).split()
    assert place.startswith(str(tmp_path))
    assert (has_kernel, flavour) == ("True", "kernel")


def test_without_a_compiler_the_package_installs_on_its_plain_twins_and_says_so(tmp_path: Path) -> None:
    wheel, said = _build_wheel(tmp_path, **_NO_COMPILER)
    assert "safelight: no compiled kernel" in said
    assert "the compiled kernel was built" not in said
    python = _install(wheel, tmp_path / "venv")
    _, has_kernel, flavour = _run(python, "-I", "-c", _REPORT).split()
    assert (has_kernel, flavour) == ("False", "twin")


def test_a_release_build_without_a_compiler_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="CXX"):
        _build_wheel(tmp_path, SAFELIGHT_REQUIRE_KERNEL="1", **_NO_COMPILER)


def test_the_wheel_holds_the_migrations_and_the_typing_marker_and_nothing_of_the_tests(tmp_path: Path) -> None:
    wheel, _ = _build_wheel(tmp_path, **_NO_COMPILER)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "safelight/py.typed" in names
    assert any(name.startswith("safelight/database/migrations/versions/") for name in names)
    assert [name for name in names if name.startswith(("tests/", "docs/", "requirements/"))] == []
