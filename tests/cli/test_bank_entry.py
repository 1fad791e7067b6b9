from pathlib import Path

import pytest

from safelight.app import open_workspace
from safelight.cli.bank_entry import require_entry
from safelight.errors import InvalidValue, NotFound


def test_an_entry_is_found_in_its_own_bank_alone(run, workspace: Path) -> None:
    house = open_workspace(workspace)
    assert require_entry(house, "KNOWN", 1) == 1
    for name, entry_id in (("other", 1), ("known", 999)):
        with pytest.raises(NotFound, match="bank show"):
            require_entry(house, name, entry_id)


@pytest.mark.parametrize("number", [0, -1, 2**63, 99_999_999_999_999_999_999])
def test_a_number_that_no_entry_can_have_is_a_wrong_value_and_no_fault_of_ours(
    run, workspace: Path, number: int
) -> None:
    with pytest.raises(InvalidValue, match="counted from 1"):
        require_entry(open_workspace(workspace), "known", number)
    assert run("bank", "opinion", "known", "confirmed", f"--entry={number}") == 64
    assert run("why", "md5:" + "0" * 32, f"--entry={number}") == 64
