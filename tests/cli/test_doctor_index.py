"""The doctor tells what is saved, how far it is behind, why it was refused, and what floods."""

from pathlib import Path

import pytest

from safelight.app import open_workspace
from safelight.cli.doctor_index import index_lines, search_words
from safelight.errors import InvalidValue
from safelight.hashing.pdq import HAS_KERNEL, Flavour
from safelight.hashing.signal import SignalType
from safelight.matching.follower import Follower
from safelight.matching.saved import SavedIndexes, file_name


def _save(workspace: Path, flavour: Flavour = Flavour.AUTO) -> Path:
    house = open_workspace(workspace)
    files = SavedIndexes(workspace / "index", flavour)
    Follower(house.engine, house.clock, files, flavour=flavour, save_above=0).close()
    return workspace / "index"


@pytest.fixture
def saved(workspace: Path) -> Path:
    """The folder of indexes that were saved."""
    return _save(workspace)


def _text(workspace: Path) -> str:
    return "\n".join(f"{name} {text}" for name, text in index_lines(open_workspace(workspace)))


def test_the_code_that_searches_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert search_words("auto").startswith(("kernel (processor level: ", "twin"))
    assert search_words("twin") == "twin, slower"
    monkeypatch.setattr("safelight.hashing.pdq.HAS_KERNEL", False)
    with pytest.raises(InvalidValue):
        search_words("kernel")


def test_without_files_every_type_says_so(workspace: Path) -> None:
    assert _text(workspace).count("3 entries; no saved index") == 4


def test_a_saved_index_tells_its_size_and_how_far_it_is_behind(run, workspace: Path, saved: Path) -> None:
    assert "pdq: 3 entries; saved index of" in _text(workspace)
    assert "with 3 entries, at change 4 of 4 (0 behind)" in _text(workspace)
    run("bank", "disable", "known", "--entry", 1)
    assert "at change 4 of 5 (1 behind)" in _text(workspace)


@pytest.mark.parametrize("flavour", [Flavour.TWIN, Flavour.KERNEL])
def test_either_flavour_tells_of_its_own_file(
    workspace: Path, flavour: Flavour, monkeypatch: pytest.MonkeyPatch
) -> None:
    if flavour is Flavour.KERNEL and not HAS_KERNEL:
        pytest.skip("the kernel is not installed")
    monkeypatch.setenv("SAFELIGHT_KERNEL", flavour.value)
    assert "pdq: 3 entries; no saved index" in _text(workspace)
    _save(workspace, flavour)
    assert "pdq: 3 entries; saved index of" in _text(workspace)
    assert _text(workspace).count("with 3 entries, at change 4 of 4 (0 behind)") == 4


def test_a_damaged_file_is_told_with_its_reason_and_changes_nothing(run, workspace: Path, saved: Path) -> None:
    (saved / file_name(SignalType.PDQ, Flavour.AUTO)).write_bytes(b"nothing of the kind")
    assert "pdq: 3 entries; saved index refused: The index file" in _text(workspace)
    assert (saved / file_name(SignalType.PDQ, Flavour.AUTO)).read_bytes() == b"nothing of the kind"


def test_entries_in_quarantine_are_a_notice_and_no_fault(
    run, originals: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAFELIGHT_FLOOD_GUARD_MINIMUM", "1")
    monkeypatch.setenv("SAFELIGHT_FLOOD_GUARD_FIRST_DAY_MINIMUM", "0")
    run("scan", originals / "a.png")
    assert run("doctor") == 0
    assert "notice     entries in quarantine: 4" in capfd.readouterr().out
