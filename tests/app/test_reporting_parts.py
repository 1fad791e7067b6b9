"""What an operator sets about reporting comes to count, for whoever writes reports and for whoever files them."""

import json
from pathlib import Path

import pyrage
import pytest

import safelight
from safelight.app.reporting_parts import filing_handlers
from safelight.errors import InvalidValue, UsageError
from safelight.flow.reporting.filing import FILE_REPORT
from safelight.reporting.destinations.interface import Done
from safelight.reporting.setup import SetupKind


@pytest.fixture
def house(tmp_path: Path):
    safelight.create_workspace(tmp_path / "workspace")
    with safelight.open_workspace(tmp_path / "workspace") as house:
        yield house


def test_by_default_nothing_is_live_and_another_person_approves(house) -> None:
    desk = house.report_desk()
    assert (desk.needs_another, desk.is_alone, desk.actor) == (True, False, house.actor)
    assert house.setup_desk().destinations.is_live is False


def test_every_setting_counts(house, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFELIGHT_LIVE_REPORTING", "true")
    monkeypatch.setenv("SAFELIGHT_REPORT_APPROVAL_BY_ANOTHER", "false")
    monkeypatch.setenv("SAFELIGHT_SINGLE_PERSON_MODE", "true")
    with safelight.open_workspace(house.settings.workspace) as other:
        assert other.setup_desk().destinations.is_live is True
        assert (other.report_desk().needs_another, other.report_desk().is_alone) == (False, True)


REPORTER = {"reportingPerson": {"firstName": "Trust and Safety", "email": [{"text": "safety@example.org"}]}}
NCMEC = {"environment": "test", "username": "u", "password": "hunter2", "reporter": REPORTER}


def _bytes(**told: object) -> bytes:
    return json.dumps(told).encode()


def test_a_test_account_is_opened_and_none_that_leads_elsewhere_unless_that_is_let_through(
    house, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = house.destinations.open(SetupKind.NCMEC, "ncmec", _bytes(**NCMEC))
    assert (opened.destination.name, opened.destination.is_test) == ("ncmec", True)
    assert "hunter2" not in repr(opened)
    there = _bytes(**NCMEC, root="http://127.0.0.1:1/ispws")
    with pytest.raises(UsageError) as caught:
        house.destinations.open(SetupKind.NCMEC, "ncmec", there)
    assert "hunter2" not in str(caught.value)
    monkeypatch.setenv("SAFELIGHT_OUTBOUND_TEST_ADDRESSES", "127.0.0.1")
    with safelight.open_workspace(house.settings.workspace) as other:
        assert not isinstance(other.destinations.open(SetupKind.NCMEC, "ncmec", there).greet(), Done)


def test_a_package_has_no_wire(house, tmp_path: Path) -> None:
    told = {"recipient": "Police", "folder": str(tmp_path), "organisation": "Example", "contact": "a@example.org"}
    keys = [str(pyrage.x25519.Identity.generate().to_public())]
    opened = house.destinations.open(SetupKind.PACKAGE, "police", _bytes(**told, keys=keys))
    assert (opened.destination.is_handed_over, opened.greet) == (True, None)


@pytest.mark.parametrize("kind", SetupKind)
def test_every_kind_is_opened_by_something_and_refuses_without_a_word_of_a_secret(house, kind: SetupKind) -> None:
    with pytest.raises(InvalidValue) as caught:
        house.destinations.open(kind, "one", _bytes(password="hunter2", username="hunter2:", keys=["hunter2"]))
    assert "hunter2" not in str(caught.value)


def test_every_worker_files(house) -> None:
    assert FILE_REPORT in filing_handlers(house.destinations, house.vault, house.actor, print)
    with house.worker() as worker:
        assert FILE_REPORT in worker._kinds
