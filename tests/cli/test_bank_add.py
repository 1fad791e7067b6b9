"""`safelight bank add`: single entries, by value or from pictures."""

from pathlib import Path

import pytest

VALUE = "0123456789abcdef" * 4


def test_a_value_is_added_once(run, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("bank", "add", "known", "--signal", f"pdq:{VALUE}", "--label", "A1", "--label-scheme", "s") == 0
    assert run("match", f"pdq:{VALUE}") == 1
    run("bank", "add", "known", "--signal", f"pdq:{VALUE}", "--label", "A1", "--label-scheme", "s")
    assert "0 entries added, 0 replaced, 1 were there already" in capfd.readouterr().out


def test_pictures_that_give_no_signal_are_told(run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "note.txt").write_text("hello")
    assert run("bank", "add", "known", tmp_path / "note.txt") == 2
    captured = capfd.readouterr()
    assert "unsupported" in captured.err
    assert "3 entries added" in captured.out


@pytest.mark.parametrize("signal", ["pdq:12", "pdq:zz", "crc:00", "md5", f"md5:{VALUE}"])
def test_malformed_values_are_refused_and_never_repeated(run, signal: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("bank", "add", "known", "--signal", signal) == 64
    assert VALUE not in capfd.readouterr().err


def test_nothing_to_add_and_no_such_bank_say_so(run) -> None:
    assert run("bank", "add", "known") == 64
    assert run("bank", "add", "unknown", "--signal", f"pdq:{VALUE}") == 66


def test_no_entry_is_made_of_a_damaged_or_empty_picture(
    run, tmp_path: Path, originals: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data = (originals / "a.png").read_bytes()
    (tmp_path / "half.png").write_bytes(data[: len(data) // 2])
    (tmp_path / "empty.png").touch()
    assert run("bank", "add", "known", tmp_path / "half.png", tmp_path / "empty.png") == 2
    captured = capfd.readouterr()
    assert "0 entries added" in captured.out
    assert captured.err.count("nothing of it was added") == 2
