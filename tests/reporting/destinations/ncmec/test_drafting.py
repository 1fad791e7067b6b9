"""A draft says what is known of a case, quotes what was complained of, and can be sent as it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safelight.intake.media import Answer, Origin
from safelight.reporting.destinations.ncmec.drafting import ESCALATION, draft
from safelight.reporting.destinations.ncmec.forming import faults_of, report_of
from safelight.reporting.destinations.ncmec.model.contact import Email
from safelight.reporting.destinations.ncmec.model.incident import IncidentType
from safelight.reporting.destinations.ncmec.model.person import Person
from safelight.reporting.destinations.ncmec.model.reporter import Reporter
from safelight.reporting.destinations.ncmec.setup import Profile
from safelight.reporting.facts import CaseFacts, Complaint, EarlierReport, FileFacts
from safelight.reporting.paper import MOST_FILES, Paper, paper_bytes, read_paper
from safelight.review import decision as review
from safelight.review.exposure.viewing import Viewed

MakeFacts = Callable[..., CaseFacts]
MakeFile = Callable[..., FileFacts]
NOW = datetime(2026, 11, 23, 12, 30, 15, tzinfo=UTC)


def _earlier(receipt: str, destination: str = "ncmec", number: int = 1) -> EarlierReport:
    return EarlierReport(report_id=number, destination=destination, receipt=receipt, filed_at=NOW - timedelta(days=9))


def _sendable(paper: Paper) -> Paper:
    assert faults_of(read_paper(paper_bytes(paper)), NOW) == []
    return paper


def test_what_is_known_stands_in_its_field(
    profile: Profile, facts: MakeFacts, file_facts: MakeFile, now: datetime
) -> None:
    first = Origin(
        uploaded_at=now - timedelta(days=2), ip_address="192.0.2.7", port=5, location_url="https://example.org/a"
    )
    second = replace(first, location_url="https://example.org/b")
    files = (file_facts(origin=first), file_facts(evidence_id="e2", origin=second), file_facts(evidence_id="e3"))
    paper = _sendable(draft(profile, facts(files=files, earlier=(_earlier("4711"),)), now, "ncmec"))
    at = "2026-11-21T12:30:15.000Z"
    assert paper.evidence_ids == ("e1", "e2", "e3")
    assert paper.report == {
        "incidentSummary": {
            "incidentType": "Child Pornography (possession, manufacture, and distribution)",
            "platform": "Example",
            "incidentDateTime": at,
            "incidentDateTimeDescription": "The time of an upload, as the platform told it.",
        },
        "internetDetails": [{"webPageIncident": {"url": ["https://example.org/a", "https://example.org/b"]}}],
        "reporter": {"reportingPerson": {"email": [{"text": "safety@example.org"}]}},
        "personOrUserReported": [
            {
                "espIdentifier": "account 7",
                "espService": "Example Pictures",
                "ipCaptureEvent": [{"ipAddress": "192.0.2.7", "eventName": "Upload", "dateTime": at, "port": 5}],
                "priorCTReports": [4711],
            }
        ],
    }


def test_each_type_of_incident_has_the_authoritys_word(profile: Profile, facts: MakeFacts, now: datetime) -> None:
    drafts = [draft(profile, facts(incident_type=each), now, "ncmec") for each in review.IncidentType]
    assert {each.report["incidentSummary"]["incidentType"] for each in drafts} == set(IncidentType)


def test_a_case_of_words_alone_is_a_report(profile: Profile, facts: MakeFacts, now: datetime) -> None:
    said = Complaint(
        item_id=2,
        flagged_at=now - timedelta(hours=3),
        category="enticement",
        place="https://example.org/room",
        words="He asks\x00 children.",
        content_id="message 9",
    )
    told = facts(
        incident_type=review.IncidentType.ENTICEMENT, complaints=(said, replace(said, place="room 5", words=""))
    )
    paper = _sendable(draft(profile, told, now, "ncmec"))
    assert paper.files == ()
    summary = paper.report["incidentSummary"]
    assert summary["incidentDateTime"] == "2026-11-23T09:30:15.000Z"
    assert summary["incidentDateTimeDescription"] == "The time at which a complaint came in."
    assert paper.report["internetDetails"] == [{"webPageIncident": {"url": ["https://example.org/room"]}}]
    begins = "A complaint of 2026-11-23T09:30:15.000Z (category: enticement, about the content message 9, at"
    assert paper.report["additionalInfo"].split("\n\n") == [
        f'{begins} https://example.org/room). In the words of who complained: "He asks\\u0000 children."',
        f"{begins} room 5).",
    ]


def test_an_imminent_danger_is_escalated_in_words_that_are_true_as_they_stand(
    profile: Profile, facts: MakeFacts, now: datetime
) -> None:
    summary = draft(profile, facts(is_imminent=True), now, "ncmec").report["incidentSummary"]
    said = summary["escalateToHighPriority"]
    assert "at 2026-11-23T12:29:15.000Z that a child may be in danger" in said
    assert ESCALATION.fullmatch(said)
    assert "escalateToHighPriority" not in draft(profile, facts(), now, "ncmec").report["incidentSummary"]


def test_the_time_lies_in_the_past_and_says_what_it_is(
    profile: Profile, facts: MakeFacts, file_facts: MakeFile, now: datetime
) -> None:
    def time(**changes: Any) -> tuple[str, str]:
        summary = _sendable(draft(profile, facts(**changes), now, "ncmec")).report["incidentSummary"]
        return summary["incidentDateTime"], summary["incidentDateTimeDescription"]

    unknown = "When it happened is not known. This is the time at which it came to be checked."
    assert time(detected_at=now) == ("2026-11-23T12:30:10.000Z", unknown)
    assert time(detected_at=now - timedelta(days=1)) == ("2026-11-22T12:30:15.000Z", unknown)

    def files(*uploaded: datetime) -> tuple[FileFacts, ...]:
        return tuple(file_facts(evidence_id=f"e{at}", origin=Origin(uploaded_at=at)) for at in uploaded)

    assert time(files=files(now + timedelta(days=1), datetime(1, 1, 1, tzinfo=UTC)))[1] == unknown
    assert time(files=files(now - timedelta(days=2), now - timedelta(days=3))) == (
        "2026-11-20T12:30:15.000Z",
        "The time of an upload, as the platform told it. It is the earliest that is known.",
    )


def test_only_what_was_filed_by_the_same_way_is_named_as_an_earlier_report(
    profile: Profile, facts: MakeFacts, now: datetime
) -> None:
    earlier = (
        _earlier("4711"),
        _earlier("4712", "police"),
        _earlier("PSNI/7"),
        _earlier("0"),
        _earlier("9" * 19),
        _earlier("٤"),
    )
    paper = _sendable(draft(profile, facts(earlier=earlier), now, "ncmec"))
    assert paper.report["personOrUserReported"][0]["priorCTReports"] == [4711]
    followed = draft(profile, facts(subject_id="", earlier=(_earlier("4711"),)), now, "ncmec")
    assert followed.report["personOrUserReported"] == [{"espService": "Example Pictures", "priorCTReports": [4711]}]


def test_of_an_account_that_nobody_knows_nothing_is_said(profile: Profile, facts: MakeFacts, now: datetime) -> None:
    assert "personOrUserReported" not in draft(profile, facts(subject_id=""), now, "ncmec").report
    long = draft(profile, facts(subject_id="y" * 256), now, "ncmec")
    assert "espIdentifier" not in long.report["personOrUserReported"][0]
    assert "y" * 256 in long.report["additionalInfo"]


def test_what_lies_twice_in_a_case_is_sent_once(
    profile: Profile, facts: MakeFacts, file_facts: MakeFile, now: datetime
) -> None:
    files = (file_facts(), file_facts(item_id=2), file_facts(evidence_id="e2"))
    assert _sendable(draft(profile, facts(files=files), now, "ncmec")).evidence_ids == ("e1", "e2")


def test_a_case_of_more_files_than_a_report_has_says_so(
    profile: Profile, facts: MakeFacts, file_facts: MakeFile, now: datetime
) -> None:
    files = tuple(file_facts(evidence_id=f"e{number}") for number in range(MOST_FILES + 2))
    paper = draft(profile, facts(files=files), now, "ncmec")
    assert len(read_paper(paper_bytes(paper)).files) == MOST_FILES
    assert "2 more files belong to this case" in paper.report["additionalInfo"]


_ANY_TEXT = st.text(st.characters(), max_size=30) | st.just("x" * 3000) | st.just(" ")
_ANY_TIME = st.none() | st.datetimes(timezones=st.none() | st.just(UTC))
_ORIGINS = st.builds(
    Origin,
    platform_content_id=_ANY_TEXT,
    original_file_name=_ANY_TEXT,
    uploaded_at=_ANY_TIME,
    ip_address=_ANY_TEXT | st.ip_addresses().map(str),
    port=st.none() | st.integers(-1, 70_000),
    location_url=_ANY_TEXT | st.just("https://example.org/a?b=1"),
    publicly_available=st.sampled_from(Answer),
)
_COMPLAINTS = st.builds(
    Complaint,
    item_id=st.just(2),
    flagged_at=st.just(NOW),
    category=st.just("text"),
    place=_ANY_TEXT | st.just("https://example.org/room"),
    words=_ANY_TEXT,
    content_id=_ANY_TEXT,
)


@given(st.lists(_ORIGINS, max_size=2), st.lists(_COMPLAINTS, max_size=2), _ANY_TEXT)
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_whatever_a_platform_told_the_draft_can_be_sent_and_nothing_is_lost(
    origins: list[Origin], complaints: list[Complaint], subject_id: str
) -> None:
    files = tuple(
        FileFacts(
            evidence_id=f"e{place}",
            item_id=place,
            media_type="image/png",
            size_bytes=1,
            md5="a" * 32,
            sha1="b" * 40,
            sha256="c" * 64,
            arrived_at=NOW,
            origin=origin,
            viewed=Viewed(answer=Answer.UNKNOWN, sentence=""),
        )
        for place, origin in enumerate(origins)
    )
    case = CaseFacts(
        case_id=1,
        subject_id=subject_id,
        opened_at=NOW,
        detected_at=NOW,
        decided_at=NOW,
        incident_type=review.IncidentType.CSAM,
        files=files,
        complaints=tuple(complaints),
    )
    reporter = Reporter(reporting_person=Person(emails=(Email(text="safety@example.org"),)))
    paper = _sendable(draft(Profile(reporter=reporter), case, NOW, "ncmec"))
    said = report_of(paper, "mark", NOW)
    for complaint in complaints:
        assert complaint.words.isprintable() <= (complaint.words.strip() in (said.additional_info or ""))
    for origin, file in zip(origins, paper.files, strict=True):
        for told in (origin.original_file_name, origin.location_url, origin.ip_address):
            assert told.isprintable() <= (not told or told in _texts(file.details))


def _texts(tree: Any) -> str:
    if isinstance(tree, dict):
        return "\n".join(map(_texts, tree.values()))
    return "\n".join(map(_texts, tree)) if isinstance(tree, list) else str(tree)


@pytest.mark.parametrize("name", ["espService", "platform"])
def test_what_a_company_does_not_say_of_itself_is_left_out(facts: MakeFacts, now: datetime, name: str) -> None:
    reporter = Reporter(reporting_person=Person(emails=(Email(text="safety@example.org"),)))
    assert name not in str(draft(Profile(reporter=reporter), facts(), now, "ncmec").report)
