"""The C++ tests run clean under the address, undefined-behaviour and thread sanitizers."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_TOOLS = Path(sysconfig.get_path("scripts"))

pytestmark = pytest.mark.skipif(shutil.which("c++") is None, reason="there is no C++ compiler here")


def _run(*command: str | Path) -> str:
    """Run a command, with our cmake and ninja at hand, and give what it printed; a failure shows all of it."""
    done = subprocess.run(
        [str(part) for part in command],
        env={"PATH": f"{_TOOLS}:/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"},
        cwd=_ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def check(folder: Path, sanitizers: str, target: str, chosen: str, rounds: int) -> None:
    options = {
        "CPP_TESTS": "ON",
        "WERROR": "ON",
        "SANITIZERS": sanitizers,
        "CPP_ROUNDS": str(rounds),
    }
    _run("cmake", "-S", _ROOT, "-B", folder, "-G", "Ninja", *(f"-DSAFELIGHT_{k}={v}" for k, v in options.items()))
    _run("cmake", "--build", folder, "--target", target)
    said = _run("ctest", "--test-dir", folder, "--no-tests=error", "--output-on-failure", "--tests-regex", chosen)
    print(said)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("sanitizers", "target", "chosen", "rounds"),
    [
        pytest.param("address,undefined", "all_tests", ".", 20, id="memory"),
        pytest.param("thread", "hamming_tests", "hamming", 5, id="threads"),
    ],
)
def test_all_cpp_tests_run_clean_under_sanitizers_in_the_full_count(
    tmp_path: Path, sanitizers: str, target: str, chosen: str, rounds: int
) -> None:
    check(tmp_path, sanitizers, target, chosen, rounds)
