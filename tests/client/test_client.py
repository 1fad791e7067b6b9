"""The client sends what the API takes, reads what it answers, and tries again only what can do no harm."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import httpx2
import pytest

from safelight.client import Client, Context, Problem, Unreachable
from safelight.client import client as module

SCANNED = {
    "scan": "a",
    "verdict": "near",
    "kept": "evidence",
    "case": 7,
    "evidence": "e",
    "job": None,
    "fault": None,
    "is_repeat": False,
    "matches": [{"kind": "near", "signal_type": "pdq", "bank": "known", "entry": 3, "label": "A1"}],
}
BUSY = (503, {"code": "busy", "detail": "Later."}, {"Retry-After": "2"})
Answer = tuple[int, object, dict[str, str]] | Exception


class Service:
    """Answers requests one after the other, and keeps them."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.requests: list[httpx2.Request] = []
        self.slept: list[float] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, told, headers = answer
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        return httpx2.Response(status, content=body, headers=headers)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def client(service: Service, monkeypatch: pytest.MonkeyPatch):
    whole: Callable[..., httpx2.Client] = httpx2.Client

    def with_transport(**given: object) -> httpx2.Client:
        return whole(transport=httpx2.MockTransport(service), **given)

    monkeypatch.setattr(module.httpx2, "Client", with_transport)
    with Client("http://service", "sl_key", sleep=service.slept.append) as client:
        yield client


def test_media_is_sent_as_it_is_with_what_is_known_of_it(client: Client, service: Service) -> None:
    service.answers = [(200, SCANNED, {})]
    scan = client.scan(b"media", context=Context(subject_id="a", content_id="é"), idempotency_key="upload-1")
    (request,) = service.requests
    assert (request.content, request.headers["idempotency-key"]) == (b"media", "upload-1")
    assert request.headers["authorization"] == "Bearer sl_key"
    told = json.loads(request.headers["safelight-context"])
    assert (told["subject"], told["origin"]["content_id"]) == ({"id": "a"}, "é")
    assert (scan.verdict, scan.case, scan.is_match) == ("near", 7, True)
    assert (scan.matches[0].bank, scan.matches[0].distance) == ("known", None)


def test_what_waits_has_no_verdict(client: Client, service: Service) -> None:
    service.answers = [(202, SCANNED | {"verdict": None, "job": 5, "matches": []}, {})]
    scan = client.scan(b"media", waits=False)
    assert service.requests[0].url.query == b"wait=false"
    assert (scan.verdict, scan.job, scan.is_match) == (None, 5, False)


@pytest.mark.parametrize(("address", "name"), [("https://media.example/1.jpg", "url"), ("s3://uploads/1", "object")])
def test_media_can_be_named_instead_of_sent(client: Client, service: Service, address: str, name: str) -> None:
    service.answers = [BUSY, (200, SCANNED, {})]
    scan = client.scan_url(address, context=Context(subject_id="a"), idempotency_key="upload-1")
    first, again = service.requests
    told = json.loads(again.content)
    assert (told[name], told["subject"], scan.verdict) == (address, {"id": "a"}, "near")
    assert (again.headers["content-type"], again.headers["idempotency-key"]) == ("application/json", "upload-1")
    assert first.content == again.content


def test_what_became_of_a_scan_can_be_asked(client: Client, service: Service) -> None:
    service.answers = [(200, SCANNED | {"is_repeat": True}, {})]
    assert client.find_scan("a/b").is_repeat
    assert (service.requests[0].method, service.requests[0].url.raw_path) == ("GET", b"/api/v1/scans/a%2Fb")


def test_what_may_pass_is_tried_again_under_the_same_key(client: Client, service: Service) -> None:
    service.answers = [BUSY, httpx2.ConnectError("no"), (200, SCANNED, {})]
    client.scan(b"media")
    assert len({request.headers["idempotency-key"] for request in service.requests}) == 1
    assert service.slept == [2.0, 0.5]


def test_what_cannot_pass_is_not_tried_again(client: Client, service: Service) -> None:
    service.answers = [(422, {"code": "invalid_value", "detail": "No."}, {})]
    with pytest.raises(Problem, match="No") as raised:
        client.lookup([("md5", "zz")])
    assert (raised.value.status, raised.value.code, len(service.requests)) == (422, "invalid_value", 1)


def test_it_gives_up_after_some_tries(client: Client, service: Service) -> None:
    service.answers = [BUSY] * 4
    with pytest.raises(Problem) as raised:
        client.scan(b"media")
    assert raised.value.retry_after_s == 2
    service.answers = [httpx2.ReadTimeout("slow")] * 4
    with pytest.raises(Unreachable, match="ReadTimeout"):
        client.scan(b"media")


def test_chunks_are_sent_once_only(client: Client, service: Service) -> None:
    service.answers = [BUSY]
    with pytest.raises(Problem):
        client.scan(iter([b"me", b"dia"]))
    assert service.requests[0].content == b"media"


def test_signals_are_looked_up_in_their_order(client: Client, service: Service) -> None:
    results = [
        {"verdict": "exact", "compared": 3, "matches": []},
        {"verdict": "no_known_match", "compared": 3, "matches": []},
    ]
    service.answers = [(200, {"results": results, "against": "x"}, {})]
    found = client.lookup([("md5", "00" * 16), ("md5", "01" * 16)], banks=["known"])
    assert [each.verdict for each in found] == ["exact", "no_known_match"]
    assert json.loads(service.requests[0].content)["banks"] == ["known"]


def test_signals_that_are_missing_say_why(client: Client, service: Service) -> None:
    signals = [{"type": "md5", "value": "00"}, {"type": "pdq", "reason": "low_quality", "detail": "flat"}]
    service.answers = [(200, {"signals": signals}, {})]
    hashed = client.hash(b"media")
    assert (dict(hashed.signals), dict(hashed.missing)) == ({"md5": "00"}, {"pdq": "low_quality"})


def test_an_answer_that_is_not_safelight_s_is_a_problem_too(client: Client, service: Service) -> None:
    service.answers = [(404, b"<html>", {})]
    with pytest.raises(Problem) as raised:
        client.hash(b"media")
    assert (raised.value.code, raised.value.status) == ("unknown", 404)


def test_what_the_platform_did_is_told_and_tried_again(client: Client, service: Service) -> None:
    service.answers = [BUSY, (201, {"action": 3, "is_new": True}, {})]
    acted = client.tell_action("removed", datetime(2026, 11, 20, 8, tzinfo=UTC), content_id="post 9", user_told="no")
    assert (acted.action, acted.is_new, len(service.requests)) == (3, True, 2)
    request = service.requests[1]
    assert (request.method, request.url.path) == ("POST", "/api/v1/actions")
    assert json.loads(request.content) == {
        "action": "removed",
        "at": "2026-11-20T08:00:00+00:00",
        "subject_id": "",
        "content_id": "post 9",
        "user_told": "no",
    }
