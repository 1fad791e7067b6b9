"""All dates lie in the past; now is not the past."""

from datetime import UTC, datetime, timedelta

from lxml import etree

from safelight.testing.authority.model.documents import REPORT
from safelight.testing.authority.model.specimen import specimen
from safelight.testing.authority.rules.past import of_the_future

_AT = datetime(2026, 1, 2, 2, 4, 5, 678_000, UTC)
"""The moment that stands in every specimen."""


def test_what_was_before_now_is_right() -> None:
    assert list(of_the_future(specimen(REPORT), REPORT, _AT + timedelta(days=1))) == []


def test_now_and_later_are_named_wherever_they_stand() -> None:
    paths = {breach.path for breach in of_the_future(specimen(REPORT), REPORT, _AT)}
    assert {
        "report/incidentSummary/incidentDateTime",
        "report/victim/victimPerson/email/@verificationDate",
        "report/victim/estimatedLocation/@timestamp",
        "report/personOrUserReported/accountTemporarilyDisabled/@reenabledDate",
        "report/personOrUserReported/deviceId/dateTime",
    } <= paths


def test_nobody_is_born_in_the_future() -> None:
    root = specimen(REPORT)
    next(root.iter("dateOfBirth")).text = "2026-11-24"
    (breach,) = of_the_future(root, REPORT, datetime(2026, 11, 23, 23, tzinfo=UTC))
    assert breach.path.endswith("dateOfBirth"), etree.tostring(root)
