"""What the schema of a report cannot say."""

from datetime import UTC, datetime

from lxml import etree

from safelight.testing.authority.rules.reports import breaches_of_report, is_batched

_NOW = datetime(2026, 11, 23, tzinfo=UTC)


def _breaches(inner: str) -> list[str]:
    return [breach.path for breach in breaches_of_report(etree.fromstring(f"<report>{inner}</report>"), _NOW)]


def test_only_a_batched_report_is_about_several_accounts() -> None:
    persons = "<personOrUserReported/>" * 2
    assert _breaches(persons) == ["report/personOrUserReported"]
    assert _breaches(f"<batchedReport reason='VIRAL_POTENTIAL_MEME'/>{persons}") == []


def test_mail_addresses_of_an_incident_are_those_of_somebody() -> None:
    incident = (
        "<internetDetails><emailIncident><emailAddress>A@example.org</emailAddress></emailIncident></internetDetails>"
    )
    somebody = "<victim><victimPerson><email>{}</email></victimPerson></victim>"
    assert _breaches(incident) == ["report/internetDetails/emailIncident/emailAddress"]
    assert _breaches(incident + somebody.format("b@example.org")) != []
    assert _breaches(incident + somebody.format("a@EXAMPLE.org")) == []


def test_dates_are_looked_at() -> None:
    summary = "<incidentSummary><incidentDateTime>2026-11-23T00:00:00Z</incidentDateTime></incidentSummary>"
    assert _breaches(summary) == ["report/incidentSummary/incidentDateTime"]
    account = (
        "<accountPermanentlyDisabled disabledDate='2026-01-02T00:00:00Z' userNotifiedDate='2026-01-01T00:00:00Z'/>"
    )
    (path,) = _breaches(f"<victim>{account}</victim>")
    assert path.endswith("@userNotifiedDate")


def test_a_report_is_batched_or_not() -> None:
    assert is_batched(etree.fromstring("<report><batchedReport/></report>"))
    assert not is_batched(etree.fromstring("<report/>"))
