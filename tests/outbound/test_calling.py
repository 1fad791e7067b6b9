"""A call brings the whole answer whatever its status, and tells when its first byte leaves."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from safelight.errors import OutboundFailed, OutboundRefused, OutboundTimedOut, OutboundTooLarge
from safelight.outbound.call import Call, Reply
from safelight.outbound.limits import Limits
from safelight.testing.web_server import Asked, Script, plain_answer

Make = Callable[..., Reply]


@pytest.fixture
def began() -> list[str]:
    return []


@pytest.fixture
def make(trial: SimpleNamespace, began: list[str]) -> Make:
    """Make a call to a server that follows a script, or to a port that is named."""

    def run(script: Script | None, port: int = 0, path: str = "/a", limits: Limits | None = None, **more: Any) -> Reply:
        port = trial.serve(script).port if script else port
        call = Call(url=f"http://127.0.0.2:{port}{path}", **{"method": "GET", **more})
        rule = trial.rule_of("127.0.0.2", port=port)
        return trial.outlet.call(call, rule, limits or trial.limits, on_sending=lambda: began.append("sending"))

    return run


@pytest.mark.parametrize("status", ["200 OK", "204 None", "302 Found", "401 Who", "500 Broken"])
def test_any_status_is_an_answer_and_no_redirect_is_followed(make: Make, status: str) -> None:
    reply = make(lambda _: plain_answer(b"" if "204" in status else b"told", status, Location="/b", Request_ID="r-1"))
    assert (reply.status, reply.headers["request-id"]) == (int(status[:3]), "r-1")
    assert reply.body == (b"" if "204" in status else b"told")


def test_method_headers_and_body_go_as_they_are(make: Make) -> None:
    came: list[Asked] = []

    def script(asked: Asked) -> bytes:
        came.append(asked)
        return plain_answer()

    make(script, method="POST", headers={"X-One": "1"}, body=b"abc")
    make(script, method="POST", headers={"Content-Length": "6"}, body=iter([b"abc", b"", b"def"]))
    assert [asked.body for asked in came] == [b"abc", b"abcdef"]
    assert came[0].headers["x-one"] == "1"
    assert "transfer-encoding" not in came[1].headers


def test_the_first_header_of_a_name_counts(make: Make) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-One: 1\r\nX-One: 2\r\n\r\n"
    assert make(lambda _: answer).headers["x-one"] == "1"


def test_an_answer_may_last_until_the_connection_ends(make: Make) -> None:
    assert make(lambda _: b"HTTP/1.1 401 Who\r\nConnection: close\r\n\r\n").body == b""
    assert make(lambda _: b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nwhole").body == b"whole"


def test_an_answer_that_breaks_off_or_is_too_long_is_none(make: Make) -> None:
    with pytest.raises(OutboundFailed):
        make(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
    with pytest.raises(OutboundTooLarge):
        make(lambda _: plain_answer(b"x" * 1001))
    with pytest.raises(OutboundTooLarge):
        make(lambda _: plain_answer(gzip.compress(b"x" * 1001), Content_Encoding="gzip"))


def test_a_silent_server_is_not_waited_for(make: Make, began: list[str]) -> None:
    def script(_: Asked) -> Iterator[bytes]:
        threading.Event().wait(0.5)
        yield plain_answer()

    with pytest.raises(OutboundTimedOut):
        make(script, limits=Limits(seconds=0.2, silence_seconds=0.2))
    assert began == ["sending"]


def test_what_was_never_connected_never_began(make: Make, began: list[str]) -> None:
    with socket.create_server(("127.0.0.2", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(OutboundFailed):
        make(None, port=port)
    with pytest.raises(OutboundRefused):
        make(None, port=port, path="/a b")
    assert began == []


def test_what_was_sent_and_not_answered_began(make: Make, began: list[str]) -> None:
    with pytest.raises(OutboundFailed):
        make(lambda _: b"")
    assert began == ["sending"]


def test_what_the_body_raises_goes_through(make: Make) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"abc"
        raise KeyError("ours")

    with pytest.raises(KeyError, match="ours"):
        make(lambda _: plain_answer(), method="POST", headers={"Content-Length": "6"}, body=pieces())


@contextmanager
def _answers_at_once(answer: bytes) -> Iterator[int]:
    """Run a server that answers when it has seen a head, reads none of the body and closes the connection."""
    with socket.create_server(("127.0.0.2", 0)) as server:

        def serve() -> None:
            connected, _ = server.accept()
            with connected:
                connected.recv(100)
                connected.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            thread.join()


def test_an_answer_to_half_a_body_is_read(make: Make) -> None:
    """As a 401 to a long upload: the other side need not have read it to its end."""

    read: list[int] = []

    def pieces() -> Iterator[bytes]:
        for place in range(64):
            read.append(place)
            yield b"x" * (1 << 20)

    with _answers_at_once(plain_answer(status="401 Who")) as port:
        reply = make(None, port=port, method="POST", headers={"Content-Length": str(64 << 20)}, body=pieces())
    assert reply.status == 401
    assert len(read) < 64


def test_neither_headers_nor_body_are_shown() -> None:
    call = Call(method="POST", url="https://a.example/", headers={"Authorization": "tell-tale"}, body=b"tell-tale")
    assert "tell-tale" not in repr(call)
    assert "tell-tale" not in repr(Reply(status=200, headers={"x": "tell-tale"}, body=b"tell-tale"))
