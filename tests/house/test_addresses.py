"""No file names a package registry's address or a place on somebody's machine."""

import re
import subprocess
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]

_REGISTRIES = [
    r"pypi\.(?:org|python)",
    r"pythonhosted\.",
    r"npmjs\.",
    r"deb\.debian\.",
    r"^\s*(?:--)?(?:extra-)?index-url\s*[=\s]",
    r"^\s*--find-links\s",
]
_MACHINE_PATHS = [r"(?<![\w.$}{)])/(?:work|root|home|opt|Users)/\w", r"(?<![\w.])[A-Z]:\\Users"]


def _files() -> list[Path]:
    """List what is tracked, and what is new and would be."""
    command = ["git", "-C", str(_ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
    return [_ROOT / name for name in names if name and (_ROOT / name).is_file()]


def _breaches(patterns: list[str]) -> list[str]:
    wanted = re.compile("|".join(patterns), flags=re.MULTILINE)
    return [
        f"{path.relative_to(_ROOT)}: {match.group()}"
        for path in _files()
        for match in wanted.finditer(path.read_text(errors="replace"))
    ]


def test_no_file_names_a_package_registry() -> None:
    assert _breaches(_REGISTRIES) == []


def test_no_file_names_a_place_on_a_machine() -> None:
    assert _breaches(_MACHINE_PATHS) == []


def test_the_files_are_found() -> None:
    assert len(_files()) > 20


@pytest.mark.parametrize("lock", sorted(path.name for path in (_ROOT / "requirements").glob("*.in")))
def test_every_requirement_is_locked_with_a_hash(lock: str) -> None:
    text = (_ROOT / "requirements" / lock).with_suffix(".txt").read_text()
    pins = re.findall(r"^\w[^\n]*==[^\n]*\\\n +--hash=sha256:", text, flags=re.MULTILINE)
    assert pins
    assert len(pins) == len(re.findall(r"^\w", text, flags=re.MULTILINE))
