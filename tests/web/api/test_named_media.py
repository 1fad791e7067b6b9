"""Media is scanned by its URL or its reference: every guard holds, and a repeat is answered without fetching again."""

import threading
import time
from collections.abc import Iterator

import pytest

import safelight
from safelight.app.service import open_worker
from safelight.database.transaction import read
from safelight.testing.web_server import Asked, TrialServer, plain_answer, trial_server
from safelight.vault.queries import list_evidence


@pytest.fixture
def served(listed: bytes) -> Iterator[TrialServer]:
    """A host that the operator lists."""

    def answer(asked: Asked) -> bytes | Iterator[bytes]:
        return {
            "/listed.png": lambda: plain_answer(listed, content_type="image/png"),
            "/page": lambda: plain_answer(b"<html>", content_type="text/html"),
            "/long": lambda: plain_answer(bytes(2 << 20), content_type="image/png"),
            "/slow": _slow,
            "/away": lambda: plain_answer(b"", status="302 Found", location="http://127.0.0.9/x"),
        }.get(asked.path, lambda: plain_answer(b"", status="404 Not Found"))()

    with trial_server(answer) as server:
        yield server


def _slow() -> Iterator[bytes]:
    yield plain_answer(b"x" * 100, content_type="image/png")[:-50]
    time.sleep(1.5)


@pytest.fixture
def house(served: TrialServer, house: safelight.Workspace, monkeypatch) -> safelight.Workspace:
    """A workspace whose operator lists one host."""
    for name, value in {
        "FETCH_HOSTS": f"127.0.0.1:{served.port}",
        "FETCH_PLAIN_HTTP": "true",
        "FETCH_MAX_MIB": "1",
        "FETCH_SECONDS": "1",
        "FETCH_TYPES": "image/*",
        "FETCH_BUCKETS": "uploads/in",
        "OUTBOUND_TEST_ADDRESSES": "127.0.0.1",
    }.items():
        monkeypatch.setenv(f"SAFELIGHT_{name}", value)
    return safelight.open_workspace(house.settings.workspace)


def _ask(client, served: TrialServer, path: str = "/listed.png", *, key: str | None = None, **more):
    headers = {"Idempotency-Key": key} if key else {}
    body = {"url": f"http://127.0.0.1:{served.port}{path}", "subject": {"id": "account-1"}}
    return client.post("/api/v1/scan", json=body | more, headers=headers)


def _evidence(service) -> list:
    with read(service.house.engine) as tx:
        return list_evidence(tx)


def test_what_a_url_gives_is_scanned_like_what_is_sent(client, served, service) -> None:
    told = _ask(client, served, origin={"content_id": "post-9"}).json()
    assert (told["verdict"], told["kept"], told["is_repeat"]) == ("near", "evidence", False)
    assert client.get(f"/api/v1/cases/{told['case']}").json()["subject"] == "account-1"
    assert client.get(f"/api/v1/cases/{told['case']}/items").json()["items"][0]["content_id"] == "post-9"
    assert [each.id for each in _evidence(service)] == [told["evidence"]]


def test_a_repeat_gets_the_first_answer_and_nothing_is_fetched_again(client, served, service) -> None:
    first, again = _ask(client, served, key="k").json(), _ask(client, served, key="k").json()
    assert (again["scan"], again["verdict"], again["is_repeat"]) == (first["scan"], "near", True)
    assert (len(served.asked), len(_evidence(service))) == (1, 1)
    for other in (
        _ask(client, served, "/other.png", key="k"),
        _ask(client, served, key="k", subject={"id": "account-2"}),
        client.post("/api/v1/scan", content=b"media", headers={"Idempotency-Key": "k"}),
    ):
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_conflict")


def test_what_could_not_be_had_is_asked_for_anew_under_the_same_key(client, served) -> None:
    assert [_ask(client, served, "/gone.png", key="k").status_code for _ in range(2)] == [502, 502]
    assert len(served.asked) == 2


def test_what_is_queued_is_fetched_at_once_and_scanned_by_a_job(client, served, service) -> None:
    body = {"url": f"http://127.0.0.1:{served.port}/listed.png"}
    answer = client.post("/api/v1/scan", json=body, params={"wait": "false"})
    told = answer.json()
    assert (answer.status_code, told["verdict"], told["kept"], len(served.asked)) == (202, None, "spool", 1)
    open_worker(service, 1, lambda _: None).run_due(threading.Event())
    assert client.get(told["status"]).json()["verdict"] == "near"
    assert len(served.asked) == 1


def test_each_guard_has_its_code_and_nothing_is_kept(client, served, service, tmp_path) -> None:
    told = {path: _ask(client, served, path) for path in ("/gone.png", "/page", "/long", "/slow", "/away")}
    assert {path: (answer.status_code, answer.json()["code"]) for path, answer in told.items()} == {
        "/gone.png": (502, "outbound_failed"),
        "/page": (400, "outbound_refused"),
        "/long": (413, "outbound_too_large"),
        "/slow": (504, "outbound_timed_out"),
        "/away": (400, "outbound_refused"),
    }
    assert not any(str(served.port) in answer.text for answer in told.values())
    assert _evidence(service) == []
    files = [path for path in (tmp_path / "workspace" / "spool").rglob("*") if path.is_file()]
    assert [path for path in files if path.suffix != ".lock"] == []


def test_what_is_not_listed_is_refused_and_not_connected_to(client, served) -> None:
    for named in ({"url": "http://127.0.0.1:1/x.png"}, {"url": "file:///etc/passwd"}, {"object": "s3://secrets/x.png"}):
        answer = client.post("/api/v1/scan", json=named)
        assert (answer.status_code, answer.json()["code"]) == (400, "outbound_refused")
        assert (served.connections, "secrets" in answer.text, "passwd" in answer.text) == (0, False, False)


def test_what_names_nothing_or_two_things_is_refused(client) -> None:
    for body, headers in (
        ({}, {}),
        ({"url": "https://a/x", "object": "s3://uploads/in/x"}, {}),
        ({"url": "https://a/x", "more": 1}, {}),
        ({"url": 5}, {}),
        ({"url": ""}, {}),
        ({"url": "https://a/x"}, {"Safelight-Context": "{}"}),
    ):
        answer = client.post("/api/v1/scan", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value"), body


class TestWithoutHosts:
    @pytest.fixture
    def house(self, house: safelight.Workspace, monkeypatch) -> safelight.Workspace:
        for name in ("FETCH_HOSTS", "FETCH_BUCKETS"):
            monkeypatch.delenv(f"SAFELIGHT_{name}")
        return safelight.open_workspace(house.settings.workspace)

    def test_nothing_is_fetched_until_the_operator_lists_something(self, client) -> None:
        for named in ({"url": "https://a.example/x"}, {"object": "s3://uploads/in/x"}):
            answer = client.post("/api/v1/scan", json=named)
            assert (answer.status_code, answer.json()["code"]) == (400, "outbound_refused")
            assert "fetch_" in answer.json()["detail"]


class TestFromABucket:
    @pytest.fixture
    def house(self, house: safelight.Workspace, listed: bytes, monkeypatch) -> Iterator[safelight.Workspace]:
        import boto3
        from moto.server import ThreadedMotoServer

        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        endpoint = "http://{}:{}".format(*server.get_host_and_port())
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "any")
        store = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
        store.create_bucket(Bucket="uploads")
        store.put_object(Bucket="uploads", Key="in/listed.png", Body=listed)
        store.close()
        monkeypatch.setenv("SAFELIGHT_FETCH_BUCKET_ENDPOINT", endpoint)
        monkeypatch.setenv("SAFELIGHT_FETCH_BUCKET_REGION", "us-east-1")
        monkeypatch.setenv("SAFELIGHT_FETCH_SECONDS", "20")
        yield safelight.open_workspace(house.settings.workspace)
        server.stop()

    def test_an_object_is_scanned_by_its_reference(self, client) -> None:
        told = client.post("/api/v1/scan", json={"object": "s3://uploads/in/listed.png"}).json()
        assert (told["verdict"], told["kept"]) == ("near", "evidence")
        gone = client.post("/api/v1/scan", json={"object": "s3://uploads/in/gone.png"})
        assert (gone.status_code, gone.json()["code"]) == (502, "outbound_failed")
