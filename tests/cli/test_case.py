"""`safelight case` shows what a case is about and what matched, and nothing of the media; it closes and reopens."""

from collections.abc import Callable
from pathlib import Path

import pytest

from safelight.app import open_workspace
from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.hashing.signal import SignalType
from safelight.matching.match import MatchKind
from safelight.review import steps
from safelight.review.case import About, ItemMatch, NewItem
from safelight.review.queries import find_case

Run = Callable[..., int]


@pytest.fixture
def house(workspace: Path):
    """Two open cases: of an account, with one item, and of media."""
    house = open_workspace(workspace)
    match = ItemMatch(
        bank_name="known",
        entry_id=4,
        signal_type=SignalType.PDQ,
        kind=MatchKind.NEAR,
        distance=12,
        threshold=31,
        orientation="original",
    )
    item = NewItem(
        evidence_id="e" * 32, kind=MatchKind.NEAR, content_id="post\x1b9", matches=(match,), matches_omitted=3
    )
    who = (house.clock, house.actor)
    with write(house.engine) as tx:
        steps.add_item(tx, *who, steps.open_or_join(tx, *who, About(subject_id="account 7")).case_id, item)
        steps.open_or_join(tx, *who, About(media_key=b"k"))
    yield house
    house.close()


@pytest.fixture
def rows(capfd: pytest.CaptureFixture[str]):
    """Return the cells of the tables that were printed, by row, and the whole text."""

    def read_rows() -> tuple[list[list[str]], str]:
        text = capfd.readouterr().out
        lines = [line for line in text.splitlines() if line.startswith("│")]
        return [[cell.strip() for cell in line.strip("│ ").split("│")] for line in lines], text

    return read_rows


def test_cases_are_listed_with_what_they_are_about(run: Run, house, rows) -> None:
    assert run("case", "list") == 0
    told, _ = rows()
    assert [row[:3] for row in told] == [["1", "account account 7", "open"], ["2", "media of nobody known", "open"]]
    assert told[0][5:] == ["1", "0", "1"]
    run("case", "list", "--subject", "account 7", "--state", "open", "--limit", 1)
    told, text = rows()
    assert [row[0] for row in told] == ["1"]
    assert text.splitlines()[-1] == "More: --after 1"
    assert run("case", "list", "--after", 2) == 0
    assert rows()[0] == []


def test_a_case_shows_its_items_and_the_entries_that_matched_and_obeys_no_name(run: Run, house, rows) -> None:
    assert run("case", "show", 1) == 0
    ((item, _, kind, content, evidence, matched),), text = rows()
    assert (item, kind, content, evidence) == ("1", "near", r"post\x1b9", "e" * 32)
    assert matched == "known/4 pdq 12, and 3 more"
    assert "1 items: 0 exact, 1 near" in text
    run("case", "show", 1, "--limit", 1)
    assert rows()[1].splitlines()[-1] == "More: --after 1"
    assert run("case", "show", 9) == 66
    assert run("case", "show", 0) == 64


def test_a_case_is_closed_and_reopened_for_a_reason_that_is_kept(run: Run, house, rows) -> None:
    assert run("case", "close", 2) == 64
    assert run("case", "close", 1, "--reason", "no decision yet") == 64
    assert run("case", "close", 2, "--reason", "no match by eye") == 0
    assert "kept for 30 more days" in rows()[1]
    run("case", "show", 2)
    assert "closed 20" in rows()[1]
    assert run("case", "close", 2, "--reason", "again") == 64
    assert run("case", "reopen", 2, "--reason", "an appeal") == 0
    with read(house.engine) as tx:
        assert find_case(tx, 2).is_open
        entries = page_entries(tx, target="case:2")
    assert [(entry.verb, entry.reason) for entry in entries[1:]] == [
        ("close_case", "no match by eye"),
        ("reopen_case", "an appeal"),
    ]


def test_what_an_old_case_was_about_is_said_to_be_erased(run: Run, house, rows) -> None:
    with write(house.engine) as tx:
        steps.close_case(tx, house.clock, house.actor, 1, reason="why")
    with write(house.engine) as tx:
        steps.erase_closed_cases(tx, house.clock, house.actor, before=house.clock.now())
    run("case", "list", "--state", "closed")
    assert rows()[0][0][1] == "(erased)"
