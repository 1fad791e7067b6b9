"""What comes with media is read strictly: nothing is guessed, nothing unknown is passed over."""

import json
from datetime import UTC, datetime

import pytest

from safelight.errors import InvalidValue
from safelight.intake.media import Answer, Origin, Subject
from safelight.web.api.context import NOTHING_TOLD, read_context


def _read(**told) -> object:
    return read_context(json.dumps(told))


def test_everything_that_is_told_is_taken() -> None:
    origin = {
        "content_id": "post-1",
        "file_name": "x.jpg",
        "uploaded_at": "2026-11-28T12:00:00+02:00",
        "ip_address": "2001:DB8::1",
        "port": 443,
        "location_url": "https://example.org/x",
        "publicly_available": "yes",
        "viewed_before_intake": "no",
    }
    context = read_context(json.dumps({"origin": origin, "subject": {"id": "a"}, "banks": ["known"]}))
    assert context.as_origin() == Origin(
        platform_content_id="post-1",
        original_file_name="x.jpg",
        uploaded_at=datetime(2026, 11, 28, 10, tzinfo=UTC),
        ip_address="2001:db8::1",
        port=443,
        location_url="https://example.org/x",
        publicly_available=Answer.YES,
        viewed_before_intake=Answer.NO,
    )
    assert context.as_subject() == Subject(id="a")
    assert context.banks == ["known"]


def test_what_is_not_told_is_unknown() -> None:
    assert NOTHING_TOLD.as_origin() == Origin()
    assert NOTHING_TOLD.as_subject() is None
    assert _read(origin={"content_id": "x"}).as_origin().viewed_before_intake is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"origin": {"ip_address": "300.1.1.1"}}, "origin.ip_address"),
        ({"origin": {"ip_address": "::1%\0"}}, "origin.ip_address"),
        ({"origin": {"uploaded_at": "9999-12-31T23:59:59-23:59"}}, "origin.uploaded_at"),
        ({"origin": {"uploaded_at": "0001-01-01T00:00:00+23:59"}}, "origin.uploaded_at"),
        ({"origin": {"port": 70_000}}, "origin.port"),
        ({"origin": {"port": "443"}}, "origin.port"),
        ({"origin": {"uploaded_at": "2026-11-28T12:00:00"}}, "origin.uploaded_at"),
        ({"origin": {"viewed_before_intake": True}}, "origin.viewed_before_intake"),
        ({"origin": {"nationality": "x"}}, "origin.nationality"),
        ({"subject": {"id": ""}}, "subject.id"),
        ({"subject": {"id": "a", "name": "b"}}, "subject.name"),
        ({"banks": []}, "banks"),
        ({"more": 1}, "more"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(told: dict, place: str) -> None:
    with pytest.raises(InvalidValue, match=place):
        read_context(json.dumps(told))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": ' + '"' + "x" * 70_000 + '"}'])
def test_what_is_no_context_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_context(text)
