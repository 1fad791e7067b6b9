"""Choosing the parts that deadlines of reports take."""

from collections.abc import Callable
from datetime import timedelta

from safelight.flow.reporting.deadlines import Alarming
from safelight.reporting.deadline import DeadlineRules
from safelight.settings import Settings


def deadline_rules(settings: Settings) -> DeadlineRules:
    """Return what the operator has set about deadlines."""
    return DeadlineRules(
        due=timedelta(hours=settings.report_due_hours),
        due_imminent=timedelta(minutes=settings.report_due_imminent_minutes),
    )


def open_alarming(settings: Settings, tell: Callable[[str], None]) -> Alarming:
    """Return what tells of deadlines as they come near."""
    return Alarming(rules=deadline_rules(settings), tell=tell)
