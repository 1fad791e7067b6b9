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
