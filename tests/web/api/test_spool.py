"""What could not be scanned is listed, scanned again, or dropped with a reason."""

import pytest


@pytest.fixture
def held(client) -> list[str]:
    """Two media that could not be scanned."""
    for media in (b"no picture", b"no picture either"):
        assert client.post("/api/v1/scan", content=media).json()["kept"] == "spool"
    return [each["spool"] for each in client.get("/api/v1/spool").json()["items"]]


def test_what_is_held_comes_page_by_page_and_by_reason(client, held) -> None:
    first = client.get("/api/v1/spool", params={"limit": 1, "held_for": "unsupported"}).json()
    assert (first["items"][0]["is_held"], first["items"][0]["held_for"]) == (True, "unsupported")
    rest = client.get("/api/v1/spool", params={"limit": 2, "after": first["next"]}).json()
    assert ([first["items"][0]["spool"], rest["items"][0]["spool"]], rest["next"]) == (held, None)
    assert client.get("/api/v1/spool", params={"held_for": "timed_out"}).json()["items"] == []
    assert client.get("/api/v1/spool", params={"held_for": "x"}).status_code == 422


def test_it_is_scanned_again_by_a_job(client, held) -> None:
    told = client.post(f"/api/v1/spool/{held[0]}/retry").json()
    assert client.get(f"/api/v1/jobs/{told['job']}").json()["kind"] == "scan_kept"
    assert client.post("/api/v1/spool/retry", json={"held_for": "timed_out"}).json() == {"retried": 0}
    assert client.post("/api/v1/spool/retry").json() == {"retried": 1}
    assert client.post(f"/api/v1/spool/{held[0]}/drop", json={"reason": "x"}).json()["code"] == "usage"
    assert client.post("/api/v1/spool/retry", json={"held_for": "x"}).status_code == 422


def test_it_is_dropped_only_with_a_reason(client, held) -> None:
    path = f"/api/v1/spool/{held[0]}/drop"
    assert client.post(path).status_code == 422
    assert client.post(path, json={"reason": "a test file"}).json() == {"spool": held[0], "is_dropped": True}
    assert client.post(path, json={"reason": "a test file"}).status_code == 404
