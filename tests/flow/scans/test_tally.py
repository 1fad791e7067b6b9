"""Results are counted apart from the scan: at once in memory, every few seconds on record. No fault loses any."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.database.engine import open_engine
from safelight.database.transaction import read
from safelight.flow.scans.answer import ScanAnswer
from safelight.flow.scans.tally import ScanTally
from safelight.flow.scans.unscanned import Treatment
from safelight.intake.queries import counts_between
from safelight.matching.match import Verdict

HOUR = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOTHING = ScanAnswer(id="a", verdict=Verdict.NO_KNOWN_MATCH)
HELD = ScanAnswer(id="b", verdict=Verdict.NOT_SCANNED, fault="crashed", treatment=Treatment.HOLD)


def _told(engine) -> dict[tuple[str, str, str], int]:
    with read(engine) as tx:
        found = counts_between(tx, HOUR, HOUR + timedelta(hours=1))
    return {(each.verdict, each.fault, each.treatment): each.media for _, each in found}


def test_results_are_written_down_when_it_is_closed(engine, clock) -> None:
    tally = ScanTally(engine, clock, tell=_unexpected, every_s=60)
    for answer in (NOTHING, NOTHING, HELD):
        tally.count(answer)
    assert _told(engine) == {}
    tally.close()
    assert _told(engine) == {("no_known_match", "", ""): 2, ("not_scanned", "crashed", "hold"): 1}


def _unexpected(text: str) -> None:
    raise AssertionError(text)


@pytest.fixture
def broken(tmp_path, clock):
    said: list[str] = []
    engine = open_engine(tmp_path / "not-there.db")
    yield ScanTally(engine, clock, tell=said.append, every_s=60), said, tmp_path
    engine.dispose()


def test_what_cannot_be_written_is_told_once_and_tried_again(broken, sqlite_template) -> None:
    tally, said, folder = broken
    tally.count(NOTHING)
    assert not tally.write_down()
    tally.count(NOTHING)
    assert not tally.write_down()
    assert len(said) == 1
    assert "tried again" in said[0]
    (folder / "not-there.db").write_bytes(sqlite_template.read_bytes())
    tally.close()
    engine = open_engine(folder / "not-there.db")
    assert _told(engine) == {("no_known_match", "", ""): 2}
    engine.dispose()
