"""A workspace of its own, for what needs banks, a follower and the entries all together."""

from pathlib import Path

import pytest

from safelight.app import Workspace, create_workspace, open_workspace
from safelight.banks.entry import NewEntry
from safelight.flow import banks


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with the enabled bank `alpha`, which is empty."""
    monkeypatch.setenv("SAFELIGHT_SCAN_WORKERS", "1")
    create_workspace(tmp_path / "workspace")
    house = open_workspace(tmp_path / "workspace")
    banks.create_bank(house.engine, house.clock, house.actor, name="alpha")
    return house


@pytest.fixture
def add(house: Workspace):
    """Add an entry to a bank; the entries of a workspace are numbered from 1."""

    def add_entry(value: bytes, signal_type: str = "pdq", *, bank: str = "alpha", label: str | None = None) -> None:
        entry = NewEntry(signal_type=signal_type, value=value, label=label)
        banks.add_entries(house.engine, house.clock, house.actor, bank=bank, entries=[entry])

    return add_entry
