"""`safelight bank …`: control of bad matches, each set, shown, refused and taken back."""

from pathlib import Path

import pytest

from safelight.app import Workspace, open_workspace
from safelight.audit.queries import page_entries as page_audit
from safelight.banks import queries
from safelight.banks.control import EntryControl
from safelight.banks.flood import FloodRule
from safelight.database.transaction import read
from safelight.flow.banks.controls import count_matches


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]):
    """Return what was printed since it was last asked."""

    def read_said() -> str:
        captured = capfd.readouterr()
        return captured.out + captured.err

    return read_said


@pytest.fixture
def house(run, workspace: Path) -> Workspace:
    return open_workspace(workspace)


def _known(house: Workspace):
    with read(house.engine) as tx:
        return queries.find_bank(tx, "known")


def _entry_of(house: Workspace, signal_type: str) -> int:
    with read(house.engine) as tx:
        return queries.page_entries(tx, queries.find_bank(tx, "known").id, signal_type=signal_type)[0].id


def _control(house: Workspace, entry_id: int) -> EntryControl | None:
    with read(house.engine) as tx:
        return queries.entry_controls(tx).get(entry_id)


def _reasons(house: Workspace) -> dict[str, str]:
    with read(house.engine) as tx:
        return {entry.verb: entry.reason for entry in page_audit(tx)}


def test_a_banks_threshold_is_set_and_taken_back(run, house: Workspace) -> None:
    assert run("bank", "threshold", "known", "pdq", 8, "--reason", "too many") == 0
    assert _known(house).threshold("pdq") == 8
    assert _reasons(house)["set_threshold"] == "too many"
    assert run("bank", "threshold", "known", "pdq", "default") == 0
    assert _known(house).thresholds == {}


def test_an_entrys_threshold_is_set_and_taken_back(run, house: Workspace) -> None:
    entry_id = _entry_of(house, "pdq")
    assert run("bank", "threshold", "known", "pdq", 8, "--entry", entry_id, "--reason", "a logo") == 0
    control = _control(house, entry_id)
    assert control is not None
    assert control.threshold == 8
    assert _known(house).threshold("pdq") == 31
    assert _reasons(house)["set_entry_threshold"] == "a logo"
    assert run("bank", "threshold", "known", "pdq", "default", "--entry", entry_id) == 0
    assert _control(house, entry_id) is None


def test_thresholds_that_mean_nothing_are_refused(run, house: Workspace) -> None:
    pdq, md5 = _entry_of(house, "pdq"), _entry_of(house, "md5")
    for words in (
        ("pdq", 65),
        ("pdq", "few"),
        ("md5", 1),
        ("pdq", 65, "--entry", pdq),
        ("md5", 1, "--entry", md5),
        ("pdq", 5, "--entry", md5),
    ):
        assert run("bank", "threshold", "known", *words) == 64
    assert run("bank", "threshold", "known", "pdq", 5, "--entry", 999) == 66


def test_an_opinion_is_given_and_taken_back(run, house: Workspace) -> None:
    entry_id = _entry_of(house, "pdq")
    for finding in ("confirmed", "deconfirmed"):
        assert run("bank", "opinion", "known", finding, "--entry", entry_id, "--reason", "looked") == 0
        control = _control(house, entry_id)
        assert control is not None
        assert (control.opinion, control.opinion_reason) == (finding, "looked")
    assert run("bank", "opinion", "known", "none", "--entry", entry_id) == 0
    assert _control(house, entry_id) is None
    assert run("bank", "opinion", "known", "maybe", "--entry", entry_id) == 64
    assert run("bank", "opinion", "known", "confirmed") == 64
    assert run("bank", "opinion", "known", "confirmed", "--entry", 999) == 66


def test_a_policy_is_set_and_set_back(run, house: Workspace) -> None:
    for policy in ("demote", "stop"):
        assert run("bank", "policy", "known", "--deconfirmed", policy, "--reason", policy) == 0
        assert _known(house).deconfirmed == policy
        assert _reasons(house)["set_deconfirmed_policy"] == policy
    assert run("bank", "policy", "known", "--deconfirmed", "ignore") == 64
    assert run("bank", "policy", "known") == 64


@pytest.mark.parametrize(("percent", "share"), [("0", 0), ("0.01", 1), ("12.5", 1_250), ("5%", 500), ("100", 10_000)])
def test_a_bank_is_rolled_out_to_a_share(run, house: Workspace, percent: str, share: int) -> None:
    assert run("bank", "rollout", "known", percent, "--reason", "slowly") == 0
    assert _known(house).rollout == share
    assert _reasons(house)["set_rollout"] == "slowly"


@pytest.mark.parametrize(
    "percent",
    ["101", "100.01", "0.001", "half", "", "nan", "snan", "-inf", "1e9", "1e9999999999", "1e-9999999999", "-1"],
)
def test_a_share_that_is_none_is_refused(run, house: Workspace, percent: str) -> None:
    assert run("bank", "rollout", "known", percent) == 64
    assert _known(house).rollout == 10_000


def test_an_allow_list_is_made_told_what_to_suppress_and_ended(run, said, house: Workspace) -> None:
    assert run("bank", "create", "harmless") == 0
    said()
    assert run("bank", "allow-list", "harmless", "yes", "--reason", "r1") == 0
    assert "safelight bank suppress harmless" in said()
    assert run("bank", "suppress", "harmless", "known", "--reason", "r2") == 0
    assert run("bank", "allow-list", "harmless", "no") == 64
    assert run("bank", "suppress", "known", "harmless") == 64
    assert run("bank", "suppress", "harmless", "nowhere") == 66
    assert run("bank", "unsuppress", "harmless", "known", "--reason", "r3") == 0
    assert run("bank", "unsuppress", "harmless", "known") == 64
    assert run("bank", "allow-list", "harmless", "no") == 0
    reasons = _reasons(house)
    assert (reasons["suppress_bank"], reasons["unsuppress_bank"]) == ("r2", "r3")


def test_a_bank_that_holds_entries_becomes_no_allow_list(run, said) -> None:
    assert run("bank", "allow-list", "known", "yes") == 64
    assert "holds entries" in said()


def test_what_is_in_quarantine_is_listed_and_released_with_a_reason(run, said, house: Workspace) -> None:
    entry_id = _entry_of(house, "pdq")
    assert run("bank", "release", "known", "--entry", entry_id, "--reason", "seen") == 64
    count_matches(house.engine, house.clock, house.actor, counts={entry_id: 100}, rule=FloodRule())
    said()
    assert run("bank", "quarantined") == 0
    listed = said()
    assert "known" in listed
    assert "matched 100 media in its first hour" in listed
    assert run("bank", "release", "known", "--entry", entry_id) == 64
    assert "--reason" in said()
    assert run("bank", "release", "known", "--entry", entry_id, "--reason", "seen") == 0
    assert _reasons(house)["release_entry"] == "seen"
    said()
    assert run("bank", "quarantined") == 0
    assert "matched" not in said()


def test_an_entry_is_controlled_only_through_its_own_bank(run, house: Workspace) -> None:
    run("bank", "create", "other")
    entry = ("--entry", _entry_of(house, "pdq"))
    assert run("bank", "threshold", "other", "pdq", 5, *entry) == 66
    assert run("bank", "opinion", "other", "confirmed", *entry) == 66
    assert run("bank", "release", "other", *entry, "--reason", "seen") == 66


def test_a_list_is_marked_as_verified_by_an_authority_or_by_nobody(run, workspace, capfd) -> None:
    assert run("bank", "verify", "known") == 64
    assert run("bank", "verify", "known", "--authority", "an authority", "--reason", "their letter") == 0
    assert "verified by an authority" in capfd.readouterr().out
    assert run("bank", "verify", "known", "--authority", "x", "--none") == 64
    assert run("bank", "verify", "known", "--none") == 0
