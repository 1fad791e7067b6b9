"""What is known of a case, and when it happened."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.intake.media import Answer, Origin
from safelight.reporting.facts import CaseFacts, Complaint, FileFacts
from safelight.review.decision import IncidentType
from safelight.review.exposure.viewing import Viewed

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def file_facts(uploaded_at: datetime | None) -> FileFacts:
    return FileFacts(
        evidence_id="e1",
        item_id=1,
        media_type="image/png",
        size_bytes=1,
        md5="a" * 32,
        sha1="b" * 40,
        sha256="c" * 64,
        arrived_at=NOW,
        origin=Origin(uploaded_at=uploaded_at, ip_address="192.0.2.7"),
        viewed=Viewed(answer=Answer.UNKNOWN, sentence=""),
    )


def facts(*uploaded: datetime | None, flagged_at: datetime | None = None) -> CaseFacts:
    told = [] if flagged_at is None else [Complaint(item_id=2, flagged_at=flagged_at, category="csam", words="w")]
    return CaseFacts(
        case_id=1,
        subject_id="account 7",
        opened_at=NOW,
        detected_at=NOW,
        decided_at=NOW,
        incident_type=IncidentType.CSAM,
        files=tuple(map(file_facts, uploaded)),
        complaints=tuple(told),
    )


@pytest.mark.parametrize(
    ("told", "happened"),
    [
        (facts(None), NOW),
        (facts(NOW - timedelta(days=2), None, NOW - timedelta(days=3)), NOW - timedelta(days=3)),
        (facts(None, flagged_at=NOW - timedelta(hours=1)), NOW - timedelta(hours=1)),
        (facts(NOW - timedelta(days=2), flagged_at=NOW), NOW - timedelta(days=2)),
    ],
)
def test_it_happened_when_the_earliest_of_it_did_as_far_as_that_is_known(told: CaseFacts, happened: datetime) -> None:
    assert told.happened_at == happened


def test_only_the_platform_says_when_something_was_uploaded() -> None:
    assert facts(NOW, None).has_told_time
    assert not facts(None, flagged_at=NOW).has_told_time


def test_nothing_of_a_person_is_in_what_a_log_would_show() -> None:
    shown = repr(facts(NOW, flagged_at=NOW))
    for secret in ("account 7", "192.0.2.7", "a" * 32, "words"):
        assert secret not in shown
