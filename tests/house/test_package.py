"""The package builds without warnings, installs from a wheel, and does without a compiler."""

import subprocess
import sys
import sysconfig
import tarfile
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


def _build_wheel(folder: Path, *settings: str, source: Path = _ROOT, **environment: str) -> tuple[Path, str]:
    """Build a wheel from a source tree, with a build folder of its own; give it and what the build said."""
    options = [f"--config-settings={setting}" for setting in (f"build-dir={folder / 'build'}", *settings)]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--no-deps", "--no-build-isolation"]
    said = _run(*pip, "--verbose", *options, "--wheel-dir", folder, source, **environment)
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


@pytest.mark.long
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


_SERVE = """
import json, subprocess, sys, urllib.request
from safelight.testing.synthetic import paint
workspace, folder = sys.argv[1:]
def run(*words):
    command = [sys.executable, "-m", "safelight", *words, "-w", workspace]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
subprocess.run([sys.executable, "-m", "safelight", "init", workspace], check=True, stdout=subprocess.DEVNULL)
paint(3, width=320, height=240).save(folder + "/listed.png")
run("bank", "create", "known"), run("bank", "add", "known", folder + "/listed.png")
key = run("api-key", "create", "web", "--role", "admin")
serve = [sys.executable, "-m", "safelight", "serve", "--listen", "127.0.0.1:0", "-w", workspace]
with subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as service:
    address = service.stdout.readline().split()[1]
    asked = urllib.request.Request(address + "/m/lookup", headers={"X-API-Key": key}, method="POST")
    asked.add_header("Content-Type", "multipart/form-data; boundary=x")
    head = b'--x\\r\\nContent-Disposition: form-data; name="photo"; filename="a"\\r\\n\\r\\n'
    asked.data = head + open(folder + "/listed.png", "rb").read() + b"\\r\\n--x--\\r\\n"
    print(*json.load(urllib.request.urlopen(asked, timeout=60))["pdq"])
    service.terminate()
print(service.returncode)
"""


@pytest.mark.long
def test_a_wheel_built_from_the_source_archive_serves_and_scans_in_an_environment_of_its_own(tmp_path: Path) -> None:
    """As the image of deploy/container is built: what is pinned by its hash, then the wheel, and nothing else."""
    (tmp_path / "x").mkdir()
    build = "import sys, scikit_build_core.build as b; print(b.build_sdist(sys.argv[1]))"
    archive = tmp_path / _run(sys.executable, "-c", build, tmp_path).split()[-1]
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path / "x", filter="data")
    (source,) = (tmp_path / "x").iterdir()
    wheel, _ = _build_wheel(tmp_path, source=source, SAFELIGHT_REQUIRE_KERNEL="1")
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, "install", "--no-deps"]
    subprocess.run([*pip, "--quiet", "--require-hashes", "-r", _ROOT / "requirements" / "run.txt"], check=True)
    _run(*pip, "--no-index", wheel)
    bank, status = _run(python, "-I", "-c", _SERVE, tmp_path / "workspace", tmp_path).split()[-2:]
    assert (bank, status) == ("known", "0")


def test_the_wheel_holds_what_is_no_module_and_nothing_of_the_tests(tmp_path: Path) -> None:
    wheel, _ = _build_wheel(tmp_path, **_NO_COMPILER)
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "safelight/py.typed" in names
    assert any(name.startswith("safelight/database/migrations/versions/") for name in names)
    assert {
        "safelight/web/console/templates/layout.html",
        "safelight/web/console/texts/es/layout.toml",
        "safelight/web/console/static/console.css",
        "safelight/web/console/static/htmx.min.js",  # the build's, and in no commit
    } <= set(names)
    assert [name for name in names if name.startswith(("tests/", "docs/", "requirements/"))] == []
