"""Figures of a transparency report are written to a new file, of a time that is named or of this year."""

import csv
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.usefixtures("reportable")
def test_the_figures_are_written_as_rows_without_a_name(run: Any, tmp_path: Path) -> None:
    assert run("report", "export", tmp_path / "figures.csv") == 0
    with (tmp_path / "figures.csv").open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {"items", "decisions"} <= {row["figure"] for row in rows}
    assert "account 9" not in (tmp_path / "figures.csv").read_text()
    assert run("report", "export", tmp_path / "figures.csv") == 73


def test_a_time_of_no_sense_is_refused(run: Any, reviewed: Any, tmp_path: Path) -> None:
    span = ("--since", "2027-01-01", "--until", "2026-01-01T00:00:00Z")
    assert run("report", "export", tmp_path / "figures.csv", *span) == 64
    assert not (tmp_path / "figures.csv").exists()
