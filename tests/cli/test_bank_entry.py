from pathlib import Path

import pytest

from safelight.app import open_workspace
from safelight.cli.bank_entry import require_entry
from safelight.errors import NotFound


def test_an_entry_is_found_in_its_own_bank_alone(run, workspace: Path) -> None:
    house = open_workspace(workspace)
    assert require_entry(house, "KNOWN", 1) == 1
    for name, entry_id in (("other", 1), ("known", 999)):
        with pytest.raises(NotFound, match="bank show"):
            require_entry(house, name, entry_id)
