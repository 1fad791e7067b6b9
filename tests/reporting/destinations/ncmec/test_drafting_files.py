"""The details of a file say what the platform told and what was decided, and nothing that nobody knows."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from safelight.intake.media import Answer, Origin
from safelight.reporting.destinations.ncmec.drafting_files import draft_file
from safelight.reporting.destinations.ncmec.fitting import Fitting
from safelight.reporting.destinations.ncmec.model.file import FileAnnotation
from safelight.reporting.facts import FileFacts, MatchFact
from safelight.reporting.paper import PaperFile
from safelight.review.decision import Annotation
from safelight.review.scheme import Classification

MakeFile = Callable[..., FileFacts]
Draft = Callable[..., PaperFile]


@pytest.fixture
def draft(now: datetime) -> Draft:
    def make(facts: FileFacts, *, shares_hashes: bool = True) -> PaperFile:
        return draft_file(facts, Fitting(now=now), shares_hashes=shares_hashes)

    return make


def test_what_is_known_stands_in_its_field(draft: Draft, file_facts: MakeFile, now: datetime) -> None:
    origin = Origin(
        platform_content_id="content 9",
        original_file_name="a b.png",
        uploaded_at=now - timedelta(days=1),
        ip_address="2001:db8::7",
        port=443,
        location_url="https://example.org/a",
        publicly_available=Answer.NO,
        viewed_before_intake=Answer.NO,
    )
    matches = (
        MatchFact(bank_name="Industry", kind="exact", signal_type="md5", distance=0),
        MatchFact(bank_name="Hotline", kind="near", signal_type="pdq", distance=12),
    )
    facts = file_facts(
        origin=origin,
        classification=Classification(scheme="ncmec", label="B2"),
        annotations=frozenset({Annotation.INFANT, Annotation.VIRAL}),
        matches=matches,
        is_unviewed_path=True,
    )
    file = draft(facts)
    assert (file.evidence_id, file.viewed_before_intake) == ("e1", Answer.NO)
    at = "2026-11-22T12:30:15.000Z"
    assert file.details == {
        "originalFileName": "a b.png",
        "uploadedToEspTimestamp": at,
        "locationOfFile": "https://example.org/a",
        "publiclyAvailable": False,
        "fileRelevance": "Reported",
        "fileAnnotations": ["viral", "infant"],
        "industryClassification": "B2",
        "originalFileHash": [
            {"text": "a" * 32, "hashType": "MD5"},
            {"text": "b" * 40, "hashType": "SHA1"},
            {"text": "c" * 64, "hashType": "SHA256"},
        ],
        "ipCaptureEvent": {"ipAddress": "2001:db8::7", "eventName": "Upload", "dateTime": at, "port": 443},
        "additionalInfo": [
            "The platform's identifier of this content: content 9",
            "It matched exactly an entry of the hash list Industry, by md5.",
            "It matched nearly, at the distance 12, an entry of the hash list Hotline, by pdq.",
            "No person decided on this file: it was confirmed by its match alone, as this company has set up.",
        ],
    }


def test_what_is_not_known_is_left_out(draft: Draft, file_facts: MakeFile) -> None:
    file = draft(file_facts())
    assert set(file.details) == {"fileRelevance", "originalFileHash", "additionalInfo"}
    assert file.details["additionalInfo"] == [
        "When it was uploaded is not known. It came to be checked at 2026-11-23T11:30:15.000Z."
    ]


def test_the_industrys_classification_needs_the_memorandum(draft: Draft, file_facts: MakeFile) -> None:
    facts = file_facts(classification=Classification(scheme="ncmec", label="A1"))
    assert draft(facts).details["industryClassification"] == "A1"
    unsigned = draft(facts, shares_hashes=False).details
    assert "industryClassification" not in unsigned
    assert "A1" not in str(unsigned["additionalInfo"])


def test_a_label_of_another_scheme_is_told_as_what_it_is(draft: Draft, file_facts: MakeFile) -> None:
    details = draft(file_facts(classification=Classification(scheme="iwf", label="A"))).details
    assert "industryClassification" not in details
    assert any(each.startswith("This company classified it as A (") for each in details["additionalInfo"])


def test_every_annotation_has_its_word(draft: Draft, file_facts: MakeFile) -> None:
    details = draft(file_facts(annotations=frozenset(Annotation))).details
    assert details["fileAnnotations"] == [each.value for each in FileAnnotation]


def test_what_its_field_cannot_hold_is_told(draft: Draft, file_facts: MakeFile, now: datetime) -> None:
    origin = Origin(
        original_file_name="x" * 2057,
        uploaded_at=now + timedelta(hours=1),
        ip_address="unknown",
        port=0,
        location_url="C:\\my pictures",
    )
    details = draft(file_facts(origin=origin)).details
    assert set(details) == {"fileRelevance", "originalFileHash", "additionalInfo"}
    told = " ".join(details["additionalInfo"])
    for each in ("x" * 2057, "2026-11-23T13:30:15.000Z", "unknown", ": 0", "C:\\my pictures"):
        assert each in told


def test_a_port_without_an_address_is_told(draft: Draft, file_facts: MakeFile) -> None:
    details = draft(file_facts(origin=Origin(port=443))).details
    assert "The port of the upload, of which no IP address can be given: 443" in details["additionalInfo"]
