"""`safelight bank …`: edits are visible in the next scan, and say what they did."""

from pathlib import Path

import pytest


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]):
    """Return what was printed since it was last asked."""

    def read() -> str:
        captured = capfd.readouterr()
        return captured.out + captured.err

    return read


def test_a_bank_is_made_listed_renamed_and_removed(run, said) -> None:
    assert run("bank", "create", "second") == 0
    assert run("bank", "create", "SECOND") == 73
    assert run("bank", "create", "no spaces, please") == 64
    assert run("bank", "rename", "second", "third") == 0
    said()
    assert run("bank", "list") == 0
    listed = said()
    assert "third" in listed
    assert "second" not in listed
    assert "3 md5, 3 pdq" in listed
    assert run("bank", "remove", "third", "--reason", "a try") == 0
    assert run("bank", "show", "third") == 66


def test_entries_are_shown_by_the_page_and_their_values_only_in_part(run, said, originals: Path) -> None:
    assert run("bank", "show", "known", "--limit", 5) == 0
    text = said()
    assert "12 entries" in text or "3 pdq, threshold 31" in text
    assert "a.png" in text
    assert "--after" in text
    run("hash", originals / "a.png")
    values = [line.split()[1] for line in said().splitlines() if line.startswith("  ")]
    assert not any(value in text for value in values)


def _entry_numbers(text: str) -> list[str]:
    return [line.split()[1] for line in text.splitlines() if line.startswith("│") and line.split()[1].isdigit()]


def test_one_entry_is_disabled_enabled_and_removed(run, said, originals: Path) -> None:
    picture = originals / "a.png"
    run("bank", "show", "known", "--limit", 100)
    text = said()
    numbers = [line.split()[1] for line in text.splitlines() if "a.png" in line]
    assert len(numbers) == 4
    for number in numbers:
        assert run("bank", "disable", "known", "--entry", number, "--until", "2999-01-01", "--reason", "disputed") == 0
    assert run("scan", picture) == 0
    run("bank", "show", "known", "--limit", 100)
    assert "disabled until 2999-01-01" in said()
    assert run("bank", "enable", "known", "--entry", numbers[0]) == 0
    assert run("scan", picture) == 1
    assert run("bank", "remove", "known", "--entry", numbers[0]) == 0
    assert run("scan", picture) == 0
    assert run("bank", "remove", "known", "--entry", numbers[0]) == 66


def test_an_entry_is_edited_only_through_its_own_bank(run, said) -> None:
    run("bank", "create", "other")
    run("bank", "show", "known")
    number = _entry_numbers(said())[0]
    assert run("bank", "remove", "other", "--entry", number) == 66
    assert run("bank", "disable", "other", "--entry", number) == 66
    assert run("bank", "enable", "other", "--entry", number) == 66


def test_moments_and_thresholds_are_checked(run) -> None:
    assert run("bank", "disable", "known", "--until", "2999-01-01") == 64
    assert run("bank", "disable", "known", "--entry", "1", "--until", "soon") == 64
    assert run("bank", "threshold", "known", "pdq", 8) == 0
    assert run("bank", "threshold", "known", "pdq", 65) == 64
    assert run("bank", "threshold", "known", "md5", 1) == 64


def test_a_banks_threshold_counts_in_the_next_scan(run, tmp_path: Path, originals: Path) -> None:
    from PIL import Image

    with Image.open(originals / "a.png") as picture:
        picture.resize((320, 240)).save(tmp_path / "small.jpg", quality=70)
    assert run("scan", tmp_path / "small.jpg") == 1
    run("bank", "threshold", "known", "pdq", 0)
    assert run("scan", tmp_path / "small.jpg") == 0


def test_what_an_entry_says_is_shown_as_it_is(run, said) -> None:
    run("bank", "add", "known", "--signal", "md5:" + "1" * 32, "--note", "[/bold] :smile:")
    assert run("bank", "show", "known", "--limit", 100) == 0
    assert "[/bold] :smile:" in said()
