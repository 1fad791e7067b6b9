"""The examples in README, in the reference and in the package's own description run as they stand."""

import re
import shlex
import shutil
from pathlib import Path

import pyrage
import pytest

import safelight
from safelight.cli.main import main
from safelight.testing.synthetic import paint

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make what the examples take for granted: a workspace with a bank, a list, an upload."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAFELIGHT_SCAN_WORKERS", "1")
    (tmp_path / "uploads").mkdir()
    paint(8, width=160, height=120).save(tmp_path / "upload.jpg")
    shutil.copy(tmp_path / "upload.jpg", tmp_path / "uploads")
    main(["init", "my-workspace"])
    for name in ("known", "my-bank"):
        main(["bank", "create", name, "-w", "my-workspace"])
        main(["bank", "add", name, "upload.jpg", "-w", "my-workspace"])
    main(["bank", "export", "known", "list.csv", "-w", "my-workspace"])
    return tmp_path


def test_the_python_example_of_the_readme_runs(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    exec(compile(example, "README.md", "exec"), {})
    said = capsys.readouterr().out
    assert said.startswith("exact\n")
    assert "known pdq 0 original" in said


def test_the_example_of_the_package_runs(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert safelight.__doc__ is not None
    example = re.search(r"((?:    .*\n|\n)+)", safelight.__doc__[safelight.__doc__.index("    import safelight") :])
    assert example is not None
    exec(compile("\n".join(line[4:] for line in example.group(1).splitlines()), "package", "exec"), {})
    assert capsys.readouterr().out.startswith("exact")


def test_the_examples_of_the_hamming_index_run_and_print_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "reference" / "hamming-index.md").read_text()
    examples = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, object] = {}
    for example in examples:
        exec(compile(example, "hamming-index.md", "exec"), names)
    told = re.findall(r"print\(.*\)  # (.*)", "\n".join(examples))
    assert len(told) >= 5
    assert capsys.readouterr().out.splitlines() == told


def _run_where_it_stands(place: Path, words: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a command of the README; after `&& cd FOLDER` the next ones run in there, beside the list."""
    if "&&" not in words:
        return main(words)
    status = main(words[: words.index("&&")])
    monkeypatch.chdir(place / words[-1])
    shutil.copy(place / "list.csv", "list.csv")
    return status


def test_the_commands_of_the_readme_run(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (ROOT / "README.md").read_text()
    commands = [shlex.split(line, comments=True)[1:] for line in readme.splitlines() if line.startswith("safelight ")]
    shutil.rmtree("my-workspace")
    placeholders = {
        "/srv/uploads": str(place / "uploads"),
        "/mnt/backups/today.age": str(place / "today.age"),
        "FILE": str(place / "upload.jpg"),
        "age1…": str(pyrage.x25519.Identity.generate().to_public()),
    }
    findings = []
    for command in commands:
        words = [placeholders.get(word, word) for word in command]
        words += ["--once"] if words == ["worker"] else []  # else it would work for ever
        findings.append((words[0], _run_where_it_stands(place, words, monkeypatch)))
        said = capsys.readouterr().out
        if words[:2] == ["evidence", "seal"]:
            placeholders["EVIDENCE"] = said.split()[0]
    found = [(name, status) for name, status in findings if status]
    assert found == [("scan", 1), ("scan", 1)]
    assert len(findings) == 13
