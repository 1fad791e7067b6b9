"""How complete a paper is follows from what it says, and what it lacks is told with its reason."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safelight.intake.media import Answer, Origin
from safelight.reporting.completeness import weigh
from safelight.reporting.destinations.ncmec.drafting import draft
from safelight.reporting.destinations.ncmec.forming import FORM, faults_of
from safelight.reporting.destinations.ncmec.model.incident import IncidentType
from safelight.reporting.destinations.ncmec.setup import Profile
from safelight.reporting.destinations.ncmec.wants import wants_of
from safelight.reporting.facts import CaseFacts, FileFacts
from safelight.reporting.paper import Paper, PaperFile

MakeFacts = Callable[..., CaseFacts]
MakeFile = Callable[..., FileFacts]


def _paper(*files: dict[str, Any], kind: IncidentType = IncidentType.CSAM, **report: Any) -> Paper:
    papers = tuple(PaperFile(evidence_id=f"e{place}", details=each) for place, each in enumerate(files))
    return Paper(form=FORM.name, report={"incidentSummary": {"incidentType": kind.value}, **report}, files=papers)


def _names(paper: Paper, *, there: bool) -> set[str]:
    return {each.name for each in wants_of(paper) if each.is_there is there}


def _account(**fields: Any) -> dict[str, Any]:
    return {"personOrUserReported": [fields]}


def test_each_want_has_a_name_of_its_own_a_path_and_one_reason() -> None:
    every = wants_of(_paper({}, kind=IncidentType.ENTICEMENT))
    assert 12 <= len(every) <= 18
    assert len({each.name for each in every}) == len(every)
    for each in every:
        assert each.why.endswith(".")
        assert each.path.startswith(("report/", "fileDetails[1]/"))
        assert each.weight > 0


def test_what_tells_where_it_happened_weighs_most() -> None:
    wants = sorted(wants_of(_paper({})), key=lambda each: -each.weight)
    assert [each.name for each in wants[:2]] == ["ip_with_time", "contact"]
    place = {"ip_with_time", "contact", "account", "location", "upload_time", "where"}
    assert sum(each.weight for each in wants if each.name in place) * 2 > sum(each.weight for each in wants)


@pytest.mark.parametrize(
    ("name", "report"),
    [
        ("ip_with_time", _account(ipCaptureEvent=[{"ipAddress": "192.0.2.7", "dateTime": "2026-01-01T00:00:00Z"}])),
        ("account", _account(espIdentifier="7")),
        ("contact", _account(personOrUserReportedPerson={"phone": [{"text": "1"}]})),
        ("screen_name", _account(profileUrl=["https://example.org/u"])),
        ("location", _account(estimatedLocation={"city": "Leeds"})),
        ("location", _account(personOrUserReportedPerson={"address": [{"city": "Leeds"}]})),
        ("account_state", _account(accountTemporarilyDisabled={"text": True})),
        ("where", {"internetDetails": [{"webPageIncident": {}}]}),
        ("reporter_contact", {"reporter": {"contactPerson": {"email": []}}}),
        ("legal_process", {"reporter": {"companyTemplate": "Serve us by post."}}),
    ],
)
def test_what_is_said_is_there_and_nothing_else(name: str, report: dict[str, Any]) -> None:
    assert _names(_paper(**report), there=True) == {name}


def test_an_address_without_its_time_leads_nowhere() -> None:
    assert _names(_paper(**_account(ipCaptureEvent=[{"ipAddress": "192.0.2.7"}])), there=True) == set()


def test_of_a_childs_part_it_asks_where_there_is_one() -> None:
    asked = {each: _names(_paper(kind=each), there=False) for each in IncidentType}
    assert {each for each in IncidentType if "child" in asked[each]} == {
        IncidentType.ENTICEMENT,
        IncidentType.TRAFFICKING,
        IncidentType.SEX_TOURISM,
        IncidentType.MOLESTATION,
        IncidentType.UNSOLICITED_OBSCENE_MATERIAL,
    }
    assert {each for each in IncidentType if "chat" in asked[each]} == {
        IncidentType.ENTICEMENT,
        IncidentType.TRAFFICKING,
    }
    told = _paper(
        kind=IncidentType.ENTICEMENT,
        victim=[{"victimPerson": {}}],
        internetDetails=[{"onlineGamingIncident": {"content": "words"}}],
    )
    assert {"child", "chat", "where"} == _names(told, there=True)


def test_an_escalation_is_there_once_a_person_said_why(profile: Profile, facts: MakeFacts, now: datetime) -> None:
    paper = draft(profile, facts(is_imminent=True), now, "ncmec")
    assert "escalation" in _names(paper, there=False)
    summary = dict(paper.report["incidentSummary"])
    summary["escalateToHighPriority"] += " He wrote that he meets her at six."
    assert "escalation" in _names(replace(paper, report={**paper.report, "incidentSummary": summary}), there=True)
    assert "escalation" not in {each.name for each in wants_of(draft(profile, facts(), now, "ncmec"))}


def test_a_files_want_is_there_where_every_file_has_it_and_else_leads_to_the_first_that_has_not() -> None:
    has, lacks = {"originalFileName": "a.png"}, {"publiclyAvailable": False}
    (want,) = [each for each in wants_of(_paper(has, lacks)) if each.name == "file_name"]
    assert (want.path, want.is_there) == ("fileDetails[2]/originalFileName", False)
    assert "file_name" in _names(_paper(has, has), there=True)
    assert "public" in _names(_paper(lacks), there=True)  # no is an answer
    assert "file_name" not in {each.name for each in wants_of(_paper())}


def test_a_whole_draft_is_nearly_complete(
    profile: Profile, facts: MakeFacts, file_facts: MakeFile, now: datetime
) -> None:
    origin = Origin(
        original_file_name="a.png",
        uploaded_at=now - timedelta(days=1),
        ip_address="192.0.2.7",
        location_url="https://example.org/a",
        publicly_available=Answer.YES,
        viewed_before_intake=Answer.NO,
    )
    found = weigh(wants_of(draft(profile, facts(files=(file_facts(origin=origin),)), now, "ncmec")))
    lacks = [each.name for each in found.lacks]
    assert lacks == ["contact", "location", "screen_name", "account_state", "reporter_contact", "legal_process"]
    assert found.score == 66
    assert weigh(wants_of(draft(profile, facts(), now, "ncmec"))).score < 20


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["email", "x"]), inner, max_size=2),
    max_leaves=5,
)
_NAMES = ["incidentSummary", "internetDetails", "reporter", "personOrUserReported", "victim", "chatImIncident", "x"]
_TREES = st.dictionaries(
    st.sampled_from([*_NAMES, "incidentType", "escalateToHighPriority", "ipCaptureEvent"]),
    _ANYTHING | st.dictionaries(st.sampled_from(_NAMES), _ANYTHING, max_size=3),
    max_size=4,
)


@given(_TREES, _TREES)
@settings(max_examples=80, deadline=None, derandomize=True, database=None)
def test_whatever_somebody_wrote_it_is_weighed_and_its_faults_are_told(report: Any, details: Any) -> None:
    paper = Paper(form=FORM.name, report=report, files=(PaperFile(evidence_id="e", details=details),))
    assert 0 <= weigh(wants_of(paper)).score <= 100
    assert faults_of(paper, datetime.fromisoformat("2026-11-23T12:30:15Z")) != []
