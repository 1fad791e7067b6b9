"""The Makefile explains itself."""

import re
import subprocess
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def test_help_lists_every_target_that_a_person_may_call() -> None:
    text = (_ROOT / "Makefile").read_text()
    named = re.search(r"^\.PHONY: (.*)$", text, flags=re.MULTILINE)
    assert named
    shown = subprocess.run(["make", "-s", "help"], cwd=_ROOT, check=True, capture_output=True, text=True).stdout
    assert {line.split()[1] for line in shown.splitlines()} == set(named.group(1).split())


def test_continuous_integration_runs_the_command_that_people_run() -> None:
    script = _ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text().rstrip().endswith("make test")
