"""Complaints come in as JSON, or with their media as a multipart body."""

import pytest

from safelight.roles import Permission

FLAG = '{"category": "infant", "came_from": "user", "subject": {"id": "a"}, "content_id": "post 9", "words": "look"}'


def test_a_complaint_may_say_by_when_it_is_to_be_decided(client) -> None:
    content = FLAG[:-1] + ', "deadline_at": "2027-01-31T00:00:00+01:00"}'
    answer = client.post("/api/v1/flags", content=content)
    assert answer.status_code == 201, answer.text


def test_a_complaint_without_media_opens_a_case(client, client_of, keys) -> None:
    platform = client_of(keys.add("platform", Permission.FLAG_WRITE))
    answer = platform.post("/api/v1/flags", content=FLAG)
    assert (answer.status_code, answer.json()) == (
        201,
        {"case": 1, "item": 1, "is_new_case": True, "evidence": None},
    )
    (item,) = client.get("/api/v1/cases/1/items").json()["items"]
    assert (item["kind"], item["content_id"]) == ("flag", "post 9")


@pytest.mark.parametrize("is_listed", [True, False])
def test_media_that_comes_with_it_is_evidence_whether_or_not_it_matched(client, listed, is_listed) -> None:
    media = listed if is_listed else b"no picture, and on no list"
    answer = client.post("/api/v1/flags", files={"media": ("a.bin", media), "flag": (None, FLAG)})
    assert answer.status_code == 201, answer.text
    (item,) = client.get("/api/v1/cases/1/items").json()["items"]
    assert (item["kind"], item["evidence"]) == ("near" if is_listed else "flag", answer.json()["evidence"])
    assert len(item["matches"]) == is_listed


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[]",
        "nonsense",
        '{"content_id": "c", "category": "everything"}',
        '{"content_id": "c", "words": "' + "x" * 4001 + '"}',
        '{"content_id": "c", "deadline_at": "2027-01-31T00:00:00"}',
        '{"content_id": "c", "deadline_at": "0001-01-01T00:00:00+05:00"}',
        '{"content_id": "c", "deadline_at": 1801267200}',
        '{"content_id": "c", "nationality": "x"}',
    ],
)
def test_what_cannot_be_taken_in_is_told_without_its_text(client, body) -> None:
    answer = client.post("/api/v1/flags", content=body)
    assert answer.status_code == 422
    assert "xxxx" not in answer.text
    assert client.get("/api/v1/cases").json()["items"] == []


@pytest.mark.parametrize(
    "files", [{"media": ("a", b"x")}, {"flag": (None, FLAG)}, {"media": ("a", b"x"), "flag": (None, "{")}]
)
def test_a_multipart_body_without_one_of_its_parts_is_refused(client, files) -> None:
    assert client.post("/api/v1/flags", files={**files, "more": (None, "x")}).status_code == 422
    assert client.get("/api/v1/evidence").json()["items"] == []
