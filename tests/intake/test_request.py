"""Requests are known again by keyed digests, which say nothing to who has not the secret."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from safelight.errors import IdempotencyConflict, InvalidValue
from safelight.intake.media import Digests, Origin, Subject
from safelight.intake.reference import Reference, ReferenceKind
from safelight.intake.request import IdempotencyKey, Outcome, Request, check_key, digest_request, require_same

SECRET, AT = b"s" * 32, datetime(2026, 11, 24, 12, tzinfo=UTC)
KEY = IdempotencyKey(scope="key 1", key="upload-7")
DIGESTS = Digests(md5=b"m" * 16, sha1=b"s" * 20, sha256=b"d" * 32)
ORIGIN, SUBJECT = Origin(platform_content_id="c1", uploaded_at=AT), Subject(id="account 7")


def test_the_same_request_has_the_same_digests() -> None:
    elsewhere = Origin(platform_content_id="c1", uploaded_at=AT.astimezone(timezone(timedelta(hours=5))))
    first = digest_request(SECRET, KEY, DIGESTS, ORIGIN, SUBJECT)
    assert first == digest_request(SECRET, KEY, DIGESTS, elsewhere, SUBJECT)


def test_other_bytes_another_origin_another_subject_or_other_banks_are_another_request_under_the_key() -> None:
    first = digest_request(SECRET, KEY, DIGESTS, ORIGIN, SUBJECT)
    others = [
        digest_request(SECRET, KEY, Digests(md5=b"", sha1=b"", sha256=b"e" * 32), ORIGIN, SUBJECT),
        digest_request(SECRET, KEY, DIGESTS, Origin(platform_content_id="c2", uploaded_at=AT), SUBJECT),
        digest_request(SECRET, KEY, DIGESTS, ORIGIN, Subject(id="account 8")),
        digest_request(SECRET, KEY, DIGESTS, ORIGIN, None),
        digest_request(SECRET, KEY, DIGESTS, ORIGIN, SUBJECT, bank_ids=frozenset({1})),
    ]
    assert {each.key for each in others} == {first.key}
    assert len({each.body for each in [first, *others]}) == 6


def test_media_that_is_named_is_known_by_its_name() -> None:
    named = [
        Reference(kind=ReferenceKind.URL, address="s3://a/b"),
        Reference(kind=ReferenceKind.OBJECT, address="s3://a/b"),
        Reference(kind=ReferenceKind.URL, address="https://a/b"),
    ]
    made = [digest_request(SECRET, KEY, each, ORIGIN, SUBJECT) for each in [*named, named[0]]]
    assert made[0] == made[3]
    assert len({each.body for each in made}) == 3
    assert {each.key for each in made} == {digest_request(SECRET, KEY, DIGESTS, ORIGIN, SUBJECT).key}
    assert "a/b" not in repr(named)


def test_keys_are_apart_by_who_sent_them_and_by_the_secret() -> None:
    keys = [
        (SECRET, KEY),
        (SECRET, IdempotencyKey(scope="key 2", key="upload-7")),
        (SECRET, IdempotencyKey(scope="key 1upload", key="-7")),
        (b"t" * 32, KEY),
    ]
    assert len({digest_request(secret, key, DIGESTS, ORIGIN, None).key for secret, key in keys}) == 4


@pytest.mark.parametrize("text", ["", "x" * 256, "a\nb", "ä"])
def test_a_key_is_short_printable_ascii(text: str) -> None:
    with pytest.raises(InvalidValue, match="idempotency key"):
        check_key(IdempotencyKey(scope="", key=text))
    check_key(KEY)


def test_another_request_under_the_same_key_is_a_conflict() -> None:
    request = Request(
        id="a", body_digest=b"one", started_at=AT, lease_until=None, answered_at=AT, outcome=Outcome(), later=None
    )
    require_same(request, b"one")
    with pytest.raises(IdempotencyConflict, match="other bytes"):
        require_same(request, b"two")


def test_a_request_is_in_flight_until_its_lease_has_ended() -> None:
    request = Request(
        id="a", body_digest=b"", started_at=AT, lease_until=AT, answered_at=None, outcome=Outcome(), later=None
    )
    assert request.is_in_flight(AT - timedelta(microseconds=1))
    assert not request.is_in_flight(AT)
    assert not request.is_answered
