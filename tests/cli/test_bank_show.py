"""`safelight bank list` and `safelight bank show` tell what was set for a bank and its entries."""

import pytest

from safelight.app import open_workspace
from safelight.banks.flood import FloodRule
from safelight.flow.banks.controls import count_matches


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]):
    """Return what was printed since it was last asked."""

    def read() -> str:
        captured = capfd.readouterr()
        return captured.out + captured.err

    return read


def _state(text: str, entry: int) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith("│") and line.split()[1] == str(entry)]
    return line.rstrip(" │").split("│")[-1].strip()


def test_the_policies_of_banks_are_listed_where_they_are_not_as_usual(run, said) -> None:
    run("bank", "create", "harmless", "--allow-list")
    run("bank", "create", "plain")
    said()
    run("bank", "list")
    assert "suppresses matches of no bank yet" in said()
    run("bank", "suppress", "harmless", "known")
    run("bank", "rollout", "known", "12.5")
    run("bank", "policy", "known", "--deconfirmed", "demote")
    said()
    run("bank", "list")
    listed = {line.split()[1]: line for line in said().splitlines() if line.startswith("│")}
    assert "allow-list, suppresses matches of known" in listed["harmless"]
    for told in ("suppressed by harmless", "rolled out to 12.5 % of the media", "deconfirmed entries are demoted"):
        assert told in listed["known"]
    assert listed["plain"].split("│")[-2].strip() == ""


def test_a_bank_shows_its_policies(run, said) -> None:
    run("bank", "rollout", "known", "5")
    said()
    run("bank", "show", "known", "--limit", 1)
    assert "  rolled out to 5 % of the media" in said().splitlines()


def test_an_entry_shows_what_it_does_and_what_was_set_for_it(run, said, workspace) -> None:
    run("bank", "show", "known", "--limit", 100)
    text = said()
    pdq = [int(line.split()[1]) for line in text.splitlines() if "│ pdq" in line]
    run("bank", "threshold", "known", "pdq", 9, "--entry", pdq[0])
    run("bank", "opinion", "known", "deconfirmed", "--entry", pdq[1])
    run("bank", "opinion", "known", "confirmed", "--entry", pdq[2])
    house = open_workspace(workspace)
    count_matches(house.engine, house.clock, house.actor, counts={pdq[0]: 100}, rule=FloodRule())
    said()
    run("bank", "show", "known", "--limit", 100)
    text = said()
    assert _state(text, pdq[0]).startswith("in quarantine since 20")
    assert _state(text, pdq[0]).endswith(", threshold 9")
    assert _state(text, pdq[1]) == "stopped, deconfirmed"
    assert _state(text, pdq[2]) == "matches, confirmed"
    run("bank", "policy", "known", "--deconfirmed", "demote")
    run("bank", "disable", "known", "--entry", pdq[2])
    said()
    run("bank", "show", "known", "--limit", 100)
    text = said()
    assert _state(text, pdq[1]) == "matches, deconfirmed"
    assert _state(text, pdq[2]) == "disabled, confirmed"


def test_an_entry_of_an_allow_list_is_no_match(run, said) -> None:
    run("bank", "create", "harmless", "--allow-list")
    run("bank", "add", "harmless", "--signal", "md5:" + "1" * 32)
    said()
    run("bank", "show", "harmless")
    assert "│ suppresses" in said()


@pytest.mark.parametrize(
    ("commands", "state"),
    [
        ([("disable", "known")], "bank disabled"),
        ([("rollout", "known", "0")], "bank rolled out to 0 %"),
        ([("rollout", "known", "0.01")], "matches"),
        ([("disable", "known"), ("disable", "known", "--entry", 1)], "bank disabled, disabled"),
    ],
)
def test_an_entry_of_a_bank_that_is_not_matched_is_not_said_to_match(run, said, commands, state: str) -> None:
    for command in commands:
        assert run("bank", *command) == 0
    said()
    run("bank", "show", "known")
    assert _state(said(), 1) == state


def test_pages_beyond_sense_are_refused(run) -> None:
    for option, figure in (("--limit", 0), ("--limit", -1), ("--limit", 10**6), ("--after", -1), ("--after", 10**20)):
        assert run("bank", "show", "known", option, figure) == 64
