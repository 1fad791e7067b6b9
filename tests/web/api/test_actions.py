"""A platform tells what it did, as often as it likes."""

import pytest

from safelight.roles import Permission

ACTION = {"action": "removed", "at": "2026-11-20T08:00:00Z", "content_id": "post 9", "user_told": "yes"}


def test_an_action_is_taken_in_once(client, client_of, keys) -> None:
    platform = client_of(keys.add("platform", Permission.ACTION_WRITE))
    first = platform.post("/api/v1/actions", json=ACTION)
    assert (first.status_code, first.json()) == (201, {"action": 1, "is_new": True})
    again = platform.post("/api/v1/actions", json=ACTION)
    assert (again.status_code, again.json()) == (200, {"action": 1, "is_new": False})
    same_moment = ACTION | {"at": "2026-11-20T09:00:00+01:00"}
    assert client.post("/api/v1/actions", json=same_moment).json() == {"action": 1, "is_new": False}


def test_what_was_told_otherwise_is_refused(client) -> None:
    client.post("/api/v1/actions", json=ACTION)
    answer = client.post("/api/v1/actions", json=ACTION | {"user_told": "no"})
    assert answer.status_code in {400, 409, 422}
    assert "post 9" not in answer.text


@pytest.mark.parametrize(
    "more",
    [
        {"action": "arrested"},
        {"at": "2026-11-20T08:00:00"},
        {"at": "2099-11-20T08:00:00Z"},
        {"at": "0001-01-01T00:00:00+05:00"},
        {"content_id": ""},
        {"content_id": "secret" * 100},
        {"user_told": "maybe"},
        {"nationality": "x"},
    ],
)
def test_what_cannot_be_taken_in_is_refused_without_its_text(client, more) -> None:
    answer = client.post("/api/v1/actions", json=ACTION | more)
    assert answer.status_code == 422
    assert "secret" not in answer.text


def test_who_may_not_tell_actions_is_refused(client_of, keys) -> None:
    other = client_of(keys.add("other", Permission.FLAG_WRITE))
    assert other.post("/api/v1/actions", json=ACTION).status_code == 403
