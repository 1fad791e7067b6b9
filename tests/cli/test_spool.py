"""`safelight spool` tells what waits and what could not be scanned, and has it tried again or dropped."""

from collections.abc import Callable
from pathlib import Path

import pytest

from safelight.app import open_workspace
from safelight.database.transaction import read, write
from safelight.flow.installation import Installation
from safelight.intake.counted import Counted
from safelight.intake.counting import count_media
from safelight.jobs.queries import page_jobs
from safelight.testing.evidence import keep_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.queries import list_kept

Run = Callable[..., int]


@pytest.fixture
def house(workspace: Path):
    house = open_workspace(workspace)
    yield house
    house.close()


@pytest.fixture
def keep(house, tmp_path: Path):
    """Keep bytes, held for a reason if one is named; return their id."""
    blobs = DiskBlobs(tmp_path / "blobs")
    blobs.create()
    place = Installation(engine=house.engine, blobs=blobs, keys=MemoryKeys(), clock=house.clock)

    def keep_one(fault: str = "") -> str:
        spool_id = keep_bytes(place, house.actor, tmp_path / "spool", b"benign")
        if fault:
            with write(house.engine) as tx:
                house.keeping.hold_kept(tx, house.actor, spool_id, fault)
        return spool_id

    return keep_one


@pytest.fixture
def rows(capfd: pytest.CaptureFixture[str]):
    """Return the cells of the tables that were printed, by row, and the whole text."""

    def read_rows() -> tuple[list[list[str]], str]:
        text = capfd.readouterr().out
        lines = [line for line in text.splitlines() if line.startswith("│")]
        return [[cell.strip() for cell in line.strip("│ ").split("│")] for line in lines], text

    return read_rows


def test_what_waits_and_what_is_held_is_listed_with_why_and_until_when(run: Run, keep, rows) -> None:
    waiting, held = keep(), keep("timed_out")
    assert run("spool", "list") == 0
    told, text = rows()
    cells = {row[0]: row[2:] for row in told}
    assert cells[waiting] == ["6", "waits"]
    assert cells[held][:3] == ["6", "held", "timed_out"]
    assert cells[held][3]
    assert "2 media, 12 bytes; room for 10000 media." in text
    for options in (("--held",), ("--for", "timed_out")):
        run("spool", "list", *options)
        assert [row[0] for row in rows()[0]] == [held]
    run("spool", "list", "--for", "crashed")
    assert rows()[0] == []
    run("spool", "list", "--limit", 1)
    assert f"More: --after {waiting}" in rows()[1]
    run("spool", "list", "--after", waiting)
    assert [row[0] for row in rows()[0]] == [held]


def test_results_of_the_last_day_are_told(run: Run, house, rows) -> None:
    held = Counted(verdict="not_scanned", fault="crashed", treatment="hold", media=3)
    count_media(house.engine, house.clock, [held])
    run("spool", "list")
    assert rows()[0] == [["not_scanned", "crashed", "hold", "3"]]


def test_held_media_is_scanned_again_one_or_all_or_all_of_a_reason(run: Run, house, keep, rows) -> None:
    one, _, _ = keep("timed_out"), keep("timed_out"), keep("crashed")
    assert run("spool", "retry", one, "--reason", "why") == 0
    assert rows()[1].startswith("Job ")
    assert run("spool", "retry", "--for", "timed_out") == 0
    assert rows()[1] == "1 are scanned again.\n"
    assert run("spool", "retry", "--all-held") == 0
    assert rows()[1] == "1 are scanned again.\n"
    with read(house.engine) as tx:
        assert [job.kind for job in page_jobs(tx)] == ["scan_kept"] * 3
        assert not any(facts.is_held for facts in list_kept(tx))


def test_held_media_is_dropped_with_a_reason(run: Run, house, keep) -> None:
    held = keep("crashed")
    assert run("spool", "drop", held) == 64
    assert run("spool", "drop", held, "--reason", "our own test file") == 0
    assert run("spool", "drop", held, "--reason", "again") == 66
    with read(house.engine) as tx:
        assert list_kept(tx) == []


@pytest.mark.parametrize(
    "tokens", [("retry",), ("retry", "a" * 32, "--all-held"), ("retry", "--for", "low_quality"), ("list", "--for", "x")]
)
def test_what_makes_no_sense_is_refused(run: Run, house, tokens) -> None:
    assert run("spool", *tokens) == 64
