"""No file grows past 400 lines without a reason that is listed here."""

from pathlib import Path

_ROOT = Path(__file__).parents[2]
_LONGEST = 400
_LONGER_FOR_A_REASON: dict[str, str] = {
    "tests/flow/banks/test_hash_lists.py": "one way of filling a bank serves every way that an import can go",
}
_FOLDERS = ("src", "cpp", "tests", "benchmarks")
_KINDS = {".py", ".pyi", ".hpp", ".cpp", ".html", ".js", ".css", ".sql"}


def _files() -> list[str]:
    found = [path for folder in _FOLDERS for path in (_ROOT / folder).rglob("*") if path.suffix in _KINDS]
    return sorted(str(path.relative_to(_ROOT)) for path in found)


def _lines(file: str) -> int:
    return len((_ROOT / file).read_text().splitlines())


def test_a_file_is_at_most_400_lines_long() -> None:
    files, found = _files(), {}
    for file in files:
        if (lines := _lines(file)) > _LONGEST and file not in _LONGER_FOR_A_REASON:
            found[file] = lines
    assert len(files) > 2000
    assert found == {}, "split these"


def test_every_listed_exception_still_is_one() -> None:
    assert [file for file in _LONGER_FOR_A_REASON if not (_ROOT / file).is_file() or _lines(file) <= _LONGEST] == []
