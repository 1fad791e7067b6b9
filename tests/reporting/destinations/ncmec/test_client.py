"""Each of the seven calls asks for what it should, once, and says what became of it, however hostile the answer."""

import base64
import hashlib
import logging
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from safelight.errors import InvalidValue
from safelight.outbound.address import read_networks
from safelight.outbound.outlet import Outlet
from safelight.reporting.destinations.ncmec.answer import ReportDoneResponse, ReportResponse
from safelight.reporting.destinations.ncmec.client import CyberTipline, Patience
from safelight.reporting.destinations.ncmec.credentials import Environment, ProductionCredentials, TestCredentials
from safelight.reporting.destinations.ncmec.multipart import Upload
from safelight.reporting.destinations.ncmec.outcome import Answered, Outcome, Reach, Unanswered
from safelight.reporting.destinations.ncmec.response_code import Effect
from safelight.testing.certificates import TrialAuthority
from safelight.testing.web_server import Asked, Script, TrialServer, plain_answer, trial_server

SECRET = "tell-tale-password"
CREDENTIALS = TestCredentials(username="esp-user", password=SECRET)
LOOPBACK = read_networks(["127.0.0.1"])
OUTLET = Outlet()
PATIENT = Patience(seconds=5, silence_seconds=5)
Client = Callable[..., tuple[CyberTipline, TrialServer]]
SMALL = Upload(report_id=4711, size_bytes=12, pieces=[b"benign ", b"bytes"])
CALLS: dict[str, Callable[[CyberTipline], Outcome]] = {
    "status": lambda client: client.status(),
    "xsd": lambda client: client.xsd(),
    "submit": lambda client: client.submit(b"<report/>"),
    "upload": lambda client: client.upload(SMALL),
    "fileinfo": lambda client: client.fileinfo(b"<fileDetails/>"),
    "finish": lambda client: client.finish(4711),
    "retract": lambda client: client.retract(4711),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


def _told(code: int, inner: str = "", status: str = "200 OK", root: str = "reportResponse", **headers: str) -> bytes:
    body = f'<?xml version="1.0"?><{root}><responseCode>{code}</responseCode>{inner}</{root}>'.encode()
    return plain_answer(body, status, Content_Type="text/xml", **headers)


@pytest.fixture
def client() -> Iterator[Client]:
    """Make a client of a server that follows a script."""
    with ExitStack() as stack:

        def make(script: Script, patience: Patience = PATIENT) -> tuple[CyberTipline, TrialServer]:
            server = stack.enter_context(trial_server(script))
            root = f"http://127.0.0.1:{server.port}/ispws"
            return (
                CyberTipline(
                    credentials=CREDENTIALS, outlet=OUTLET, root=root, let_through=LOOPBACK, patience=patience
                ),
                server,
            )

        yield make


@pytest.mark.parametrize(
    ("name", "line", "content_type", "body"),
    [
        ("status", "GET /ispws/status HTTP/1.1", None, b""),
        ("xsd", "GET /ispws/xsd HTTP/1.1", None, b""),
        ("submit", "POST /ispws/submit HTTP/1.1", "text/xml; charset=utf-8", b"<report/>"),
        ("fileinfo", "POST /ispws/fileinfo HTTP/1.1", "text/xml; charset=utf-8", b"<fileDetails/>"),
        ("finish", "POST /ispws/finish HTTP/1.1", "application/x-www-form-urlencoded", b"id=4711"),
        ("retract", "POST /ispws/retract HTTP/1.1", "application/x-www-form-urlencoded", b"id=4711"),
    ],
)
def test_a_call_asks_for_what_it_should(
    client: Client, name: str, line: str, content_type: str | None, body: bytes
) -> None:
    caller, server = client(lambda _: _told(0, "<responseDescription>Success</responseDescription>", Request_ID="r-17"))
    outcome = CALLS[name](caller)
    (asked,) = server.asked
    assert (asked.head.splitlines()[0], asked.headers.get("content-type"), asked.body) == (line, content_type, body)
    assert asked.headers["authorization"] == f"Basic {base64.b64encode(f'esp-user:{SECRET}'.encode()).decode()}"
    assert isinstance(outcome, Answered)
    assert (outcome.effect, outcome.request_id, outcome.environment) == (Effect.DONE, "r-17", Environment.TEST)
    assert outcome.response == ReportResponse(code=0, description="Success")
    assert (outcome.sent.size_bytes, outcome.sent.sha256) == (len(body), hashlib.sha256(body).digest())
    assert outcome.received_sha256 == hashlib.sha256(outcome.received).digest()


def test_an_upload_gives_both_digests_of_the_file(client: Client) -> None:
    def script(asked: Asked) -> bytes:
        boundary = asked.headers["content-type"].partition("boundary=")[2].encode()
        file = asked.body.split(b"--" + boundary)[2].partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")
        digest = hashlib.md5(file).hexdigest().upper()
        return _told(0, f"<reportId>4711</reportId><fileId>f-1</fileId><hash>{digest}</hash>")

    caller, server = client(script)
    outcome = caller.upload(SMALL)
    assert isinstance(outcome, Answered)
    assert isinstance(outcome.response, ReportResponse)
    assert outcome.response.file_id == "f-1"
    assert outcome.response.md5 == outcome.sent.file_md5 == hashlib.md5(b"benign bytes").hexdigest()
    assert outcome.sent.sha256 == hashlib.sha256(server.asked[0].body).digest()


@contextmanager
def _swallowing_server() -> Iterator[tuple[str, list[int]]]:
    """Run a server that drops what is sent as it comes, counts it, and answers that all is well."""
    counted: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connected, _ = server.accept()
            with connected, connected.makefile("rb") as stream:
                length = 0
                while (line := stream.readline()) != b"\r\n":
                    length = int(line.split()[1]) if line.lower().startswith(b"content-length") else length
                left = length
                while left:
                    left -= len(stream.read(min(left, 1 << 16)))
                counted.append(length)
                connected.sendall(_told(0))

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", counted
        thread.join()


def test_an_upload_of_any_size_is_not_held() -> None:
    size_bytes = 256 << 20
    pieces = (bytes(1 << 18) for _ in range(size_bytes >> 18))
    with _swallowing_server() as (root, counted):
        caller = CyberTipline(credentials=CREDENTIALS, outlet=OUTLET, root=root, let_through=LOOPBACK)
        tracemalloc.start()
        try:
            outcome = caller.upload(Upload(report_id=1, size_bytes=size_bytes, pieces=pieces))
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert isinstance(outcome, Answered)
    assert counted[0] == outcome.sent.size_bytes > size_bytes
    assert most < 4 << 20


def test_a_file_that_is_shorter_than_was_said_is_ours_to_know(client: Client) -> None:
    caller, _ = client(lambda _: _told(0))
    with pytest.raises(InvalidValue, match="not as long as was said"):
        caller.upload(Upload(report_id=1, size_bytes=13, pieces=[b"benign bytes"]))


def test_a_receipt_names_its_files(client: Client) -> None:
    inner = "<reportId>4711</reportId><files><fileId>a</fileId><fileId>b</fileId></files>"
    caller, _ = client(lambda _: _told(0, inner, root="reportDoneResponse"))
    outcome = caller.finish(4711)
    assert isinstance(outcome, Answered)
    assert outcome.response == ReportDoneResponse(code=0, report_id=4711, file_ids=("a", "b"))


def test_the_schema_is_what_was_received(client: Client) -> None:
    schema = b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">' + b" " * (2 << 20) + b"</xs:schema>"
    outcome = client(lambda _: plain_answer(schema))[0].xsd()
    assert isinstance(outcome, Answered)
    assert (outcome.http_status, outcome.response, outcome.received) == (200, None, schema)


@every_call
def test_a_401_without_a_body_alarms(client: Client, call: Callable[[CyberTipline], Outcome]) -> None:
    outcome = call(client(lambda _: b"HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n")[0])
    assert isinstance(outcome, Answered)
    assert (outcome.http_status, outcome.code, outcome.effect) == (401, None, Effect.ALARM)
    assert outcome.unreadable == "The answer has no body."


@every_call
@pytest.mark.parametrize(
    ("answer", "code", "effect"),
    [
        (_told(4100), 4100, Effect.FINAL),
        (_told(4100, status="400 Bad Request"), 4100, Effect.FINAL),
        (_told(1000), 1000, Effect.AGAIN),
        (_told(5102, status="400 Bad Request"), 5102, Effect.FINAL),
        (_told(2000, status="401 Unauthorized"), 2000, Effect.ALARM),
        (_told(31337), 31337, Effect.ALARM),
        (_told(0, status="500 Broken"), 0, Effect.UNCLEAR),
        (plain_answer(b"<html>", "502 Bad Gateway"), None, Effect.AGAIN),
        (plain_answer(b"<html>"), None, Effect.UNCLEAR),
        (plain_answer(b""), None, Effect.UNCLEAR),
        (plain_answer(b"", "302 Found", Location="https://elsewhere.example/"), None, Effect.ALARM),
        (
            plain_answer(
                b'<!DOCTYPE a [<!ENTITY b "0">]><reportResponse><responseCode>&b;</responseCode></reportResponse>'
            ),
            None,
            Effect.UNCLEAR,
        ),
    ],
)
def test_status_and_code_decide_together(
    client: Client, call: Callable[[CyberTipline], Outcome], answer: bytes, code: int | None, effect: Effect
) -> None:
    caller, server = client(lambda _: answer)
    outcome = call(caller)
    assert isinstance(outcome, Answered)
    assert (outcome.code, outcome.effect) == (code, effect)
    assert (outcome.unreadable == "") == (code is not None)
    assert server.connections == 1


@every_call
def test_a_connection_cut_after_the_request_leaves_it_unknown(
    client: Client, call: Callable[[CyberTipline], Outcome]
) -> None:
    caller, server = client(lambda _: b"")
    outcome = call(caller)
    assert isinstance(outcome, Unanswered)
    assert outcome.reach is Reach.UNKNOWN
    assert server.connections == 1


@every_call
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<reportResponse><responseCode>0</responseCode>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<repo\r\n",
        b"HTTP/1.1 200",
        b"no HTTP at all\r\n\r\n",
        plain_answer(b"x" * (5 << 20)),
    ],
)
def test_half_an_answer_and_an_endless_one_leave_it_unknown(
    client: Client, call: Callable[[CyberTipline], Outcome], answer: bytes
) -> None:
    outcome = call(client(lambda _: answer)[0])
    assert isinstance(outcome, Unanswered)
    assert outcome.reach is Reach.UNKNOWN


@every_call
def test_what_cannot_be_connected_to_was_never_sent(call: Callable[[CyberTipline], Outcome]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        root = f"http://127.0.0.1:{closed.getsockname()[1]}"
    caller = CyberTipline(credentials=CREDENTIALS, outlet=OUTLET, root=root, let_through=LOOPBACK)
    outcome = call(caller)
    assert isinstance(outcome, Unanswered)
    assert outcome.reach is Reach.BEFORE_SENDING
    assert SECRET not in repr(outcome)


def test_a_slow_authority_is_given_up_and_what_it_did_is_unknown(client: Client) -> None:
    def script(_: Asked) -> Iterator[bytes]:
        for byte in _told(0):
            yield bytes([byte])
            threading.Event().wait(0.02)

    outcome = client(script, Patience(seconds=0.3, silence_seconds=0.3))[0].finish(1)
    assert isinstance(outcome, Unanswered)
    assert outcome.reach is Reach.UNKNOWN


def test_an_upload_has_more_time_the_larger_it_is(client: Client) -> None:
    def script(_: Asked) -> Iterator[bytes]:
        threading.Event().wait(0.4)
        yield _told(0)

    patience = Patience(seconds=0.2, silence_seconds=3, slowest_bytes_a_second=4)
    caller, _ = client(script, patience)
    assert isinstance(caller.upload(SMALL), Answered)
    assert isinstance(caller.finish(1), Unanswered)


def test_over_tls_a_certificate_of_nobody_knows_whom_is_sent_nothing() -> None:
    authority = TrialAuthority()
    with trial_server(lambda _: _told(0), tls=authority.server(["127.0.0.1"])) as server:
        given: dict[str, Any] = {
            "credentials": CREDENTIALS,
            "root": f"https://127.0.0.1:{server.port}/ispws",
            "let_through": LOOPBACK,
        }
        stranger = CyberTipline(outlet=OUTLET, **given).status()
        assert isinstance(stranger, Unanswered)
        assert stranger.reach is Reach.BEFORE_SENDING
        assert server.asked == []
        assert isinstance(CyberTipline(outlet=Outlet(authority.trust()), **given).status(), Answered)


def test_nothing_secret_is_shown_or_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caller, _ = client(lambda _: _told(4100, "<responseDescription>tell-tale value</responseDescription>"))
    outcomes = [call(caller) for call in CALLS.values()]
    shown = repr(caller) + repr(outcomes) + caplog.text
    assert "tell-tale" not in shown
    assert base64.b64encode(f"esp-user:{SECRET}".encode()).decode() not in shown
    assert "benign" not in shown


def test_the_request_id_is_cut_to_what_can_be_shown(client: Client) -> None:
    outcome = client(lambda _: _told(0, Request_ID="r\x01é-" + "1" * 500))[0].status()
    assert isinstance(outcome, Answered)
    assert outcome.request_id.startswith("r-1")
    assert len(outcome.request_id) <= 200


def test_a_client_of_production_goes_nowhere_else() -> None:
    real = ProductionCredentials(username="u", password="p")
    with pytest.raises(InvalidValue, match="production host alone"):
        CyberTipline(credentials=real, outlet=OUTLET, root="http://127.0.0.1:1", let_through=LOOPBACK)
    assert CyberTipline(credentials=real, outlet=OUTLET).host.root == "https://report.cybertip.org/ispws"
