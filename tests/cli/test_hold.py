"""`safelight hold` adds, renews and lists holds, and destroys lawfully with two people."""

from datetime import UTC, datetime, timedelta

import pytest
from cyclopts import App

from safelight.app import open_workspace
from safelight.cli import hold as commands
from safelight.clock import FixedClock
from safelight.database.clock_mark import see
from safelight.database.transaction import read, write
from safelight.errors import ClockWrong, EvidenceHeld, InvalidValue, NotAllowed, NotFound, UsageError
from safelight.flow.evidence import holds as flow
from safelight.flow.installation import Installation
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.testing.evidence import seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.holding import close_review, holds_of
from safelight.vault.order import NewOrder

_DAY = timedelta(days=1)
_BO = Actor(kind=ActorKind.PERSON, name="Bo", permissions=EVERY_PERMISSION)


@pytest.fixture
def house(workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SAFELIGHT_WORKSPACE", str(workspace))
    monkeypatch.setenv("COLUMNS", "250")
    house = open_workspace(workspace)
    yield house
    house.engine.dispose()


@pytest.fixture
def evidence_id(house, tmp_path) -> str:
    """Evidence under review."""
    blobs = DiskBlobs(tmp_path / "blobs")
    blobs.create()
    place = Installation(engine=house.engine, blobs=blobs, keys=MemoryKeys(), clock=house.clock)
    return seal_bytes(place, house.actor, tmp_path / "spool", [b"bytes"]).id


@pytest.fixture
def hold(house):
    """Run one of the commands, as the command line does."""
    app = App(name="hold", result_action="return_value")
    app.command(commands.add, name="add")
    app.command(commands.list_holds, name="list")
    app.command(commands.renew, name="renew")
    app.command(commands.release, name="release")
    app.command(commands.accept_clock, name="accept-clock")
    return lambda *tokens: app([str(token) for token in tokens], exit_on_error=False)


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]):
    """Return what was printed since it was last asked."""

    def read_said() -> str:
        captured = capfd.readouterr()
        return captured.out + captured.err

    return read_said


def _holds(house, evidence_id: str):
    with read(house.engine) as tx:
        return holds_of(tx, evidence_id)


def test_a_hold_of_the_operators_own_takes_a_reason_and_an_end(house, hold, said, evidence_id) -> None:
    end = f"{house.clock.now() + 100 * _DAY:%Y-%m-%d}"
    words = ("add", evidence_id, "--kind", "operator")
    with pytest.raises(UsageError, match="--until"):
        hold(*words, "--reason", "x")
    with pytest.raises(InvalidValue, match="reason"):
        hold(*words, "--until", end)
    assert hold(*words, "--until", end, "--reason", "a civil case", "--legal-basis", "law", "--reference", "7 C 3") == 0
    added = _holds(house, evidence_id)[-1]
    assert f"hold {added.id} (operator, until {end} 00:00 UTC)" in said()
    assert added.until_at == datetime.fromisoformat(end).replace(tzinfo=UTC)
    assert (added.reason, added.legal_basis, added.reference) == ("a civil case", "law", "7 C 3")


def test_a_request_by_law_enforcement_lasts_by_its_rule_and_is_renewed(house, hold, said, evidence_id) -> None:
    began = f"{house.clock.now() - 3 * _DAY:%Y-%m-%d}"
    words = ("add", evidence_id, "--kind", "law_enforcement", "--from", f"{began}T00:00:00")
    with pytest.raises(UsageError, match="leave its end"):
        hold(*words, "--reference", "Az. 1", "--until", "2099-01-01")
    with pytest.raises(InvalidValue, match="reference"):
        hold(*words)
    assert hold(*words, "--reference", "Az. 1") == 0
    first = _holds(house, evidence_id)[-1]
    assert first.from_at == datetime.fromisoformat(began).replace(tzinfo=UTC)
    assert first.until_at == first.from_at + 90 * _DAY
    assert hold("renew", first.id, "--reference", "Az. 2") == 0
    assert _holds(house, evidence_id)[-1].until_at == first.from_at + 180 * _DAY
    assert said().count("law enforcement") == 2


def test_a_report_made_elsewhere_is_held_a_year(house, hold, evidence_id) -> None:
    assert hold("add", evidence_id, "--kind", "report", "--reference", "123456") == 0
    added = _holds(house, evidence_id)[-1]
    assert timedelta(days=365) <= added.until_at - added.from_at <= timedelta(days=366)


def test_the_settings_say_how_long_reports_and_requests_hold(house, hold, evidence_id, monkeypatch) -> None:
    monkeypatch.setenv("SAFELIGHT_LAW_ENFORCEMENT_HOLD_DAYS", "180")
    monkeypatch.setenv("SAFELIGHT_REPORT_HOLD_YEARS", "5")
    hold("add", evidence_id, "--kind", "report", "--reference", "1")
    hold("add", evidence_id, "--kind", "law_enforcement", "--reference", "1")
    report, request = _holds(house, evidence_id)[-2:]
    assert report.until_at.year == report.from_at.year + 5
    assert request.until_at - request.from_at == 180 * _DAY


def test_nobody_adds_a_review_by_hand(hold, evidence_id) -> None:
    with pytest.raises(Exception, match="under_review"):
        hold("add", evidence_id, "--kind", "under_review")


def test_the_holds_of_evidence_are_listed_with_the_one_that_governs(house, hold, said, evidence_id) -> None:
    hold("add", evidence_id, "--kind", "report", "--reference", "1\x1b[2J")
    said()
    assert hold("list", evidence_id) == 0
    listed = said()
    assert "under_review" in listed
    assert "1\\x1b[2J" in listed  # nothing that was typed is obeyed by a terminal
    assert "The longest governs: hold 1 (under review, without an end yet)." in listed
    with pytest.raises(NotFound):
        hold("list", "0" * 32)


@pytest.mark.parametrize("words", [[], ["x", "--orders"], ["--orders", "--ending", "3"]])
def test_one_thing_is_listed_at_a_time(hold, words: list[str]) -> None:
    with pytest.raises(UsageError, match="Name one"):
        hold("list", *words)


def test_what_is_destroyed_soon_is_listed(house, hold, said, evidence_id) -> None:
    hold("list", "--ending", 40)
    assert evidence_id not in said()
    with write(house.engine) as tx:
        close_review(tx, house.clock, house.actor, evidence_id, closed_at=house.clock.now())
    hold("list", "--ending", 29)
    assert evidence_id not in said()
    hold("list", "--ending", 31)
    assert evidence_id in said()


def test_one_asks_another_confirms_and_the_evidence_is_gone(house, hold, said, evidence_id) -> None:
    new = NewOrder(evidence_id=evidence_id, hold_ids=(1,), legal_basis="l", authority="a court", reference="r")
    order = flow.ask_release(house.engine, house.clock, _BO, new)
    hold("list", "--orders")
    listed = said()
    assert "a court" in listed
    assert "is yours" not in listed
    assert hold("release", "--confirm", order.id) == 0
    assert f"Evidence {evidence_id} is destroyed" in said()
    hold("list", evidence_id)
    assert f"by order {order.id}" in said()
    with pytest.raises(UsageError, match="destroyed"):
        hold("add", evidence_id, "--kind", "report", "--reference", "1")


def test_who_asked_is_told_to_wait_for_another(hold, said, evidence_id) -> None:
    grounds = ("--legal-basis", "l", "--authority", "a", "--reference", "r")
    with pytest.raises(EvidenceHeld, match="hold 1 "):
        hold("release", evidence_id, *grounds)
    with pytest.raises(InvalidValue, match="authority"):
        hold("release", evidence_id, "--hold", 1, "--legal-basis", "l", "--reference", "r")
    assert hold("release", evidence_id, "--hold", 1, *grounds) == 0
    assert "safelight hold release --confirm 1" in said()
    with pytest.raises(NotAllowed):
        hold("release", "--confirm", 1)
    hold("list", "--orders")
    assert "Order 1 is yours" in said()


def test_in_single_person_mode_one_person_does_both(hold, evidence_id, monkeypatch, said) -> None:
    hold("add", evidence_id, "--kind", "report", "--from", "2026-11-01", "--reference", "123456789")
    grounds = ("--legal-basis", "l", "--authority", "a", "--reference", "r")
    assert hold("release", evidence_id, "--hold", 1, "--hold", 2, *grounds) == 0
    monkeypatch.setenv("SAFELIGHT_SINGLE_PERSON_MODE", "true")
    assert hold("release", "--confirm", 1) == 0


def test_a_release_says_what_is_asked_or_what_is_confirmed(hold, evidence_id) -> None:
    with pytest.raises(UsageError, match="alone"):
        hold("release", evidence_id, "--confirm", 1)
    with pytest.raises(UsageError, match="Name the evidence"):
        hold("release")


def test_a_clock_that_was_wrong_is_accepted_with_a_reason(house, hold, said, evidence_id) -> None:
    with write(house.engine) as tx:
        see(tx, FixedClock(at=house.clock.now() + _DAY))
    with pytest.raises(ClockWrong):
        hold("add", evidence_id, "--kind", "report", "--reference", "1")
    with pytest.raises(InvalidValue):
        hold("accept-clock")
    assert hold("accept-clock", "--reason", "the battery was empty") == 0
    assert "Accepted" in said()
    assert hold("add", evidence_id, "--kind", "report", "--reference", "1") == 0
