"""What an operator sets about reporting comes to count, for whoever writes reports and for whoever files them."""

from pathlib import Path

import pytest

import safelight
from safelight.app import reporting_parts
from safelight.app.reporting_parts import filing_handlers
from safelight.flow.reporting.filing import FILE_REPORT
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


def test_each_kind_is_opened_by_the_settings_and_every_worker_files(house, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setitem(reporting_parts.OPENERS, SetupKind.NCMEC, lambda settings: seen.append(settings) or (lambda: 0))
    assert SetupKind.NCMEC in house.setup_desk().destinations.openers
    assert seen == [house.settings]
    assert FILE_REPORT in filing_handlers(house.settings, house.engine, house.vault, house.actor, print)
    with house.worker() as worker:
        assert FILE_REPORT in worker._kinds
