"""`safelight evidence seal`, `export` and `fsck`, as somebody types them."""

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from safelight.cli.main import main

PERSON = pyrage.x25519.Identity.generate()
TO = str(PERSON.to_public())
Run = Callable[..., int]
Told = pytest.CaptureFixture[str]


@pytest.fixture
def said(run: Run, workspace: Path, tmp_path: Path, capfd: Told) -> Callable[[], str]:
    """Have a workspace with exported keys, and return what was printed since it was last asked."""
    assert run("init", workspace) == 0
    assert run("key", "create") == 0
    assert run("key", "export", tmp_path / "keys.age", "--to", TO) == 0
    capfd.readouterr()

    def read_said() -> str:
        captured = capfd.readouterr()
        return captured.out + captured.err

    return read_said


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two files; the name of one would move a terminal's cursor."""
    paths = [tmp_path / "one.jpg", tmp_path / "two\x1b[2J.jpg"]
    for number, path in enumerate(paths):
        path.write_bytes(f"file {number} ".encode() * 1000)
    return paths


@pytest.fixture
def evidence_ids(run: Run, said: Callable[[], str], files: list[Path]) -> list[str]:
    assert run("evidence", "seal", *files, "--subject", "account-1", "--note", "from a tip") == 0
    return [line.split()[0] for line in said().splitlines()]


def test_files_are_sealed_and_named_by_their_evidence(run: Run, said, files) -> None:
    assert run("evidence", "seal", *files) == 0
    lines = said().splitlines()
    assert [line.split("  ")[1] for line in lines] == ["7000 bytes", "7000 bytes"]
    assert "\\x1b" in lines[1]
    assert "\x1b" not in lines[1]


def test_a_command_that_names_nothing_or_one_id_for_two_files_is_refused(run: Run, said, files) -> None:
    assert run("evidence", "seal") == 64
    assert run("evidence", "seal", *files, "--content-id", "post-1") == 64
    assert "Name what is to be sealed" in said()
    assert run("evidence", "list") == 0
    assert files[0].name not in said()


def test_a_missing_file_is_told_and_nothing_of_it_is_sealed(run: Run, said, tmp_path) -> None:
    assert run("evidence", "seal", tmp_path / "missing") == 64
    assert "missing" in said()


def test_before_the_keys_are_exported_nothing_is_sealed(run: Run, workspace: Path, files, capfd: Told) -> None:
    assert run("init", workspace) == 0
    assert run("key", "create") == 0
    assert run("evidence", "seal", files[0]) == 78
    assert "safelight key export" in capfd.readouterr().err


def test_a_bundle_is_opened_and_checked_by_standard_tools_alone(
    run: Run, said, files, evidence_ids, tmp_path: Path
) -> None:
    out = tmp_path / "bundle.age"
    words = ("--out", out, "--to", TO, "--for", "Cyber unit", "--legal-basis", "warrant 7", "--reason", "asked")
    assert run("evidence", "export", *evidence_ids, *words) == 0
    assert "SHA-256 of the file" in said()
    opened = pyrage.decrypt(out.read_bytes(), [PERSON])
    with tarfile.open(fileobj=io.BytesIO(opened)) as archive:
        archive.extractall(tmp_path / "opened", filter="data")
    (folder,) = (tmp_path / "opened").iterdir()
    assert (folder / "evidence" / evidence_ids[0] / "original").read_bytes() == files[0].read_bytes()
    checked = subprocess.run(["sha256sum", "--check", "--quiet", "hashes.txt"], cwd=folder, check=False)
    assert checked.returncode == 0
    custody = f"evidence/{evidence_ids[0]}/custody.jsonl"
    key = (folder / "vkey.txt").read_text().split()[0]
    verify = [sys.executable, "verify.py", "--proof", custody, "--key", key]
    assert subprocess.run(verify, cwd=folder, check=False, capture_output=True).returncode == 0


def test_an_export_that_is_refused_leaves_no_file(run: Run, said, evidence_ids, tmp_path: Path) -> None:
    out = tmp_path / "bundle.age"
    words = ("--out", out, "--for", "Cyber unit", "--legal-basis", "warrant 7", "--reason", "asked")
    assert run("evidence", "export", *evidence_ids, *words, "--to", "age1nonsense") == 64
    assert run("evidence", "export", "f" * 32, *words, "--to", TO) == 66
    assert not out.exists()


def test_a_sound_vault_has_no_findings(run: Run, said, evidence_ids) -> None:
    assert run("evidence", "fsck", "--reason", "monthly") == 0
    assert said() == "The vault is sound.\n"
    assert run("evidence", "show", evidence_ids[0]) == 0
    assert "monthly" in said()


def test_what_is_damaged_is_found_and_told_with_what_to_do(
    run: Run, said, evidence_ids, workspace: Path, tmp_path: Path
) -> None:
    path = next((workspace / "vault" / "blobs").glob("*/*/*"))
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert run("evidence", "fsck") == 1
    told = said()
    assert "bytes_damaged: evidence:" in told
    assert "Restore the blob from a backup" in told
    assert told.endswith("1 findings.\n")
    assert run("evidence", "fsck", "--quick") == 0
    assert run("evidence", "fsck", "--json", tmp_path / "found.jsonl") == 1
    found, summary = (json.loads(line) for line in (tmp_path / "found.jsonl").read_text().splitlines())
    assert (found["finding"], summary["findings"]) == ("bytes_damaged", 1)


def test_findings_go_to_standard_output_alone_where_they_are_asked_there(run: Run, said, evidence_ids, capfd) -> None:
    assert main(["evidence", "fsck", "--json", "-"]) == 0
    captured = capfd.readouterr()
    assert json.loads(captured.out)["findings"] == 0
    assert captured.err == "The vault is sound.\n"
