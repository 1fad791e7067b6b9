"""`safelight demo` finds every altered copy and nothing else, and leaves nothing behind."""

import tempfile
from pathlib import Path

import pytest

from safelight.app import Workspace
from safelight.banks.entry import NewEntry
from safelight.cli import demo, demo_service
from safelight.flow.banks import edits as banks
from safelight.testing.demo_media import InboxPicture
from safelight.testing.synthetic import paint

pytestmark = pytest.mark.usefixtures("logs_as_before")


def test_the_demo_finds_every_altered_copy_and_nothing_else(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(demo_service, "fill_cases", lambda _house: None)  # tests/journeys/console/test_demo.py has them
    assert run("demo", "--once") == 0
    text = capfd.readouterr().out
    assert "62 of 62 altered copies found, 0 of 20 unrelated pictures matched" in text
    for word in ("file", "verdict", "distance", "bank entry", "orientation", "why"):
        assert word in text.splitlines()[1]
    assert "The service answers on http://127.0.0.1:" in text
    assert "open, about demo-account" in text
    assert "The console answers on http://localhost:" in text
    assert "Password" not in text
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("safelight-demo-")]


def test_a_missed_copy_is_a_failure(run, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def write_one(folder: Path) -> list[InboxPicture]:
        folder.mkdir()
        paint(1, width=200, height=200).save(folder / "one.png")
        return [InboxPicture(path=folder / "one.png", expected="one", alteration="unaltered")]

    def fill_with_something_else(house: Workspace, *_: object) -> None:
        banks.create_bank(house.engine, house.clock, house.actor, name=demo.BANK)
        entry = NewEntry(signal_type="md5", value=b"\7" * 16)
        banks.add_entries(house.engine, house.clock, house.actor, bank=demo.BANK, entries=[entry])

    monkeypatch.setattr(demo_service, "fill_cases", lambda _house: None)
    monkeypatch.setattr(demo, "write_bank_pictures", lambda _: [])
    monkeypatch.setattr(demo, "write_inbox", write_one)
    monkeypatch.setattr(demo, "_fill_bank", fill_with_something_else)
    assert run("demo", "--once") == 70
    assert "0 of 1 altered" in capfd.readouterr().out
