"""A batched report is about one picture that went around, and says of accounts only who they are."""

import pytest
from lxml import etree
from lxml.etree import _Element as Element

from safelight.testing.authority.rules.batched import breaches_of_batch

_PERSON = "<personOrUserReported><espIdentifier>1</espIdentifier></personOrUserReported>"
_FILE = "<fileAnnotations><viral/><potentialMeme/></fileAnnotations>"


def _file(inner: str = _FILE) -> Element:
    return etree.fromstring(f"<fileDetails>{inner}</fileDetails>")


def _breaches(inner: str, *files: Element | None) -> list[str]:
    root = etree.fromstring(f"<report><batchedReport/>{inner}</report>")
    return [breach.path for breach in breaches_of_batch(root, files)]


def test_this_is_one() -> None:
    classified = f"{_FILE}<industryClassification>B2</industryClassification>"
    assert _breaches(_PERSON * 3, _file(f"<fileRelevance>Reported</fileRelevance>{classified}")) == []


@pytest.mark.parametrize("name", ["internetDetails", "lawEnforcement", "intendedRecipient", "victim", "additionalInfo"])
def test_it_has_none_of_these(name: str) -> None:
    assert _breaches(f"<{name}/>{_PERSON}", _file()) == [f"report/{name}"]


def test_it_is_not_escalated() -> None:
    summary = "<incidentSummary><escalateToHighPriority>Now</escalateToHighPriority></incidentSummary>"
    assert _breaches(f"{summary}{_PERSON}", _file()) == ["report/incidentSummary/escalateToHighPriority"]


@pytest.mark.parametrize(
    "persons", ["", "<personOrUserReported/>", _PERSON.replace("</p", "<screenName>a</screenName></p")]
)
def test_accounts_are_named_by_their_identifiers_alone(persons: str) -> None:
    assert _breaches(persons, _file()) == ["report/personOrUserReported"]


def test_it_has_exactly_one_file_and_its_details() -> None:
    assert _breaches(_PERSON) == ["report"]
    assert _breaches(_PERSON, _file(), _file()) == ["report"]
    assert _breaches(_PERSON, None) == ["fileDetails"]


@pytest.mark.parametrize(
    "annotations",
    ["", "<fileAnnotations/>", "<fileAnnotations><viral/><infant/></fileAnnotations>", "<potentialMeme/>"],
)
def test_the_file_went_around_or_may_be_meant_as_a_joke_and_nothing_else(annotations: str) -> None:
    assert _breaches(_PERSON, _file(annotations)) == ["fileDetails/fileAnnotations"]


@pytest.mark.parametrize(
    "name",
    ["fileName", "originalFileName", "locationOfFile", "originalFileHash", "ipCaptureEvent", "deviceId", "details"],
)
def test_the_file_is_not_described_further(name: str) -> None:
    assert _breaches(_PERSON, _file(f"<{name}/>{_FILE}")) == [f"fileDetails/{name}"]


def test_the_file_is_no_supplement() -> None:
    supplement = _file(f"<fileRelevance>Supplemental Reported</fileRelevance>{_FILE}")
    assert _breaches(_PERSON, supplement) == ["fileDetails/fileRelevance"]
