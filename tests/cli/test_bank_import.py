"""`safelight bank import` and `export`: whole lists or nothing."""

import io
import os
import sys
from pathlib import Path

import pytest

MD5S = [f"{number:032x}" for number in range(1, 6)]


@pytest.fixture
def hash_list(tmp_path: Path) -> Path:
    path = tmp_path / "list.txt"
    path.write_text("".join(f"md5 {value}\n" for value in MD5S))
    return path


def test_a_list_is_imported_and_matches(run, hash_list: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("bank", "import", "known", hash_list) == 0
    assert "5 lines: 5 entries added" in capfd.readouterr().out
    assert run("match", f"md5:{MD5S[0]}") == 1
    run("bank", "import", "known", hash_list)
    assert "5 were there already" in capfd.readouterr().out


def test_a_csv_with_other_column_names_is_mapped(run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"id,digest,class\n7,{MD5S[0]},A1\n")
    columns = ["--column", "value=digest", "--column", "label=3", "--column", "entry_id=id"]
    assert run("bank", "import", "known", path, "--format", "csv", *columns, "--source", "s", "--type", "md5") == 0
    assert run("match", f"md5:{MD5S[0]}") == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"md5 {MD5S[0]}\nmd5 {MD5S[1][:-4]}\n", "ine 2"),
        (f"md5 {MD5S[0]}\nmd5 {MD5S[1]}", "no line end"),
        (f"md5 {MD5S[0]}\nnonsense\n", "ine 2"),
    ],
)
def test_a_malformed_list_is_refused_whole(
    run, tmp_path: Path, content: str, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.txt"
    path.write_text(content)
    assert run("bank", "import", "known", path) == 65
    error = capfd.readouterr().err
    assert said in error
    assert MD5S[1][:-4] not in error
    assert run("match", f"md5:{MD5S[0]}") == 0


def test_a_column_map_names_fields(run, hash_list: Path) -> None:
    for column in ("colour=1", "value"):
        assert run("bank", "import", "known", hash_list, "--format", "csv", "--column", column) == 64


def test_a_truncated_list_is_noticed_by_its_count_too(run, hash_list: Path) -> None:
    assert run("bank", "import", "known", hash_list, "--expect", 6) == 65
    assert run("bank", "import", "known", hash_list, "--expect", 5) == 0


def test_what_is_no_list_says_what_it_is(run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "list.gz"
    path.write_bytes(b"\x1f\x8b\x08" + bytes(100))
    assert run("bank", "import", "known", path) == 65
    assert "gzip" in capfd.readouterr().err
    assert run("bank", "import", "known", tmp_path / "missing") == 66


def test_a_list_whose_type_is_not_clear_asks(run, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"{MD5S[0]}{MD5S[1]}\n")
    assert run("bank", "import", "known", path) == 64
    assert run("bank", "import", "known", path, "--format", "bare_lines", "--type", "sha256") == 0


@pytest.mark.parametrize("list_format", ["csv", "json_lines", "dump"])
def test_an_exported_bank_imports_to_the_same_entries(
    run, tmp_path: Path, list_format: str, originals: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "export"
    assert run("bank", "export", "known", path, "--format", list_format) == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert run("bank", "export", "known", path) == 73
    run("bank", "create", "copy")
    assert run("bank", "import", "copy", path, "--format", list_format) == 0
    assert "12 entries added" in capfd.readouterr().out
    run("bank", "disable", "known")
    assert run("scan", originals / "a.png") == 1


def test_a_dump_is_known_whatever_its_name_and_its_thresholds_are_told(
    run, tmp_path: Path, originals: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "export.csv"
    run("bank", "threshold", "known", "pdq", 20)
    assert run("bank", "export", "known", path, "--format", "dump") == 0
    run("bank", "create", "copy")
    capfd.readouterr()
    assert run("bank", "import", "copy", path) == 0
    said = " ".join(capfd.readouterr().out.split())
    assert "12 entries: 12 entries added" in said
    assert "written from the bank known" in said
    assert "threshold of pdq was 20; here it is 31" in said


def test_a_damaged_dump_is_refused_whole(run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "export"
    run("bank", "export", "known", path, "--format", "dump")
    path.write_bytes(path.read_bytes()[:-10])
    run("bank", "create", "copy")
    assert run("bank", "import", "copy", path) == 65
    assert "cut short" in capfd.readouterr().err
    assert run("bank", "import", "copy", path, "--label", "A1") == 64


def test_a_dump_for_the_other_kind_of_bank_is_refused_unless_it_is_meant(
    run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "export"
    run("bank", "export", "known", path, "--format", "dump")
    run("bank", "create", "harmless", "--allow-list")
    assert run("bank", "import", "harmless", path) == 65
    said = " ".join(capfd.readouterr().err.split())
    assert "harmless is an allow-list: its entries would hide matches. Nothing was taken." in said
    assert "--other-kind" in said
    assert run("bank", "import", "harmless", path, "--other-kind") == 0


def test_an_export_that_fails_leaves_no_file(run, tmp_path: Path) -> None:
    assert run("bank", "export", "missing", tmp_path / "export") == 66
    assert list(tmp_path.glob("*export*")) == []


def test_a_lossy_export_is_refused(run, tmp_path: Path) -> None:
    assert run("bank", "export", "known", tmp_path / "x", "--format", "bare_lines") == 64
    assert not (tmp_path / "x").exists()


def test_a_list_through_a_pipe_needs_its_format(run, hash_list: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pipe() -> io.TextIOWrapper:
        ours, theirs = os.pipe()
        os.write(theirs, hash_list.read_bytes())
        os.close(theirs)
        return os.fdopen(ours)

    for status, more in ((64, []), (0, ["--format", "typed_lines"])):
        with pipe() as stream:
            monkeypatch.setattr(sys, "stdin", stream)
            assert run("bank", "import", "known", "-", *more) == status
    assert run("match", f"md5:{MD5S[0]}") == 1
