"""Deadlines are as the operator has set them."""

from datetime import timedelta
from pathlib import Path

from safelight.app.deadline_parts import deadline_rules, open_alarming
from safelight.app.evidence_parts import job_periods
from safelight.flow.reporting.deadlines import RAISE_REPORT_ALARMS
from safelight.reporting.deadline import DeadlineRules
from safelight.settings import Settings


def test_the_settings_say_until_when_a_case_must_be_reported(tmp_path: Path) -> None:
    assert deadline_rules(Settings(workspace=tmp_path)) == DeadlineRules()
    settings = Settings(workspace=tmp_path, report_due_hours=8, report_due_imminent_minutes=15)
    rules = DeadlineRules(due=timedelta(hours=8), due_imminent=timedelta(minutes=15))
    assert deadline_rules(settings) == rules
    assert open_alarming(settings, [].append).rules == rules


def test_a_worker_looks_every_five_minutes() -> None:
    assert job_periods()[RAISE_REPORT_ALARMS] == timedelta(minutes=5)
