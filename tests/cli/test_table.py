"""In however narrow a terminal, nothing of a table is lost, and ids stay in one piece."""

import pytest

from safelight.cli.table import new_table
from safelight.cli.voice import Voice


def test_ids_stay_whole_and_the_rest_is_folded(capsys: pytest.CaptureFixture[str]) -> None:
    table = new_table("id", "why", whole=("id",))
    table.add_row("a" * 32, "b" * 60)
    Voice(width=60).print(table)
    told = capsys.readouterr().out
    assert "a" * 32 in told
    assert told.count("b") == 60
    assert "…" not in told
