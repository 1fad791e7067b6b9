"""No sender holds a connection for longer than it may, and none is sent more than an answer to what it sent."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from safelight.web.connection import MOST_HEAD_BYTES, Bounds
from safelight.web.listening import Address, bound_port, configure, listen

MOST = 8
BOUNDS = Bounds(head_s=0.3, silence_s=0.3, linger_s=2.0, most=MOST)
LARGE = 32 << 20
GET = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"


async def app(scope, receive, send) -> None:
    """Answer with the size of the body and the names of the headers; `/early` before the body, `/large` at length."""
    size, more = 0, scope["path"] != "/early"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    if scope["path"] == "/slow":
        await asyncio.sleep(0.5)
    names = b" ".join(name for name, _ in scope["headers"])
    told = b"x" * LARGE if scope["path"] == "/large" else b"%d %s" % (size, names)
    length = (b"content-length", str(len(told)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": told})


@contextmanager
def _running(bounds: Bounds) -> Iterator[int]:
    """Run a server in a thread, where no signal ends it."""
    server = uvicorn.Server(configure(app, bounds, 5))
    with listen(Address(host="127.0.0.1", port=0)) as sock:
        thread = threading.Thread(target=server.run, args=([sock],))
        thread.start()
        yield bound_port(sock)
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with _running(BOUNDS) as port:
        yield port


@pytest.fixture(scope="module")
def patient_port() -> Iterator[int]:
    """A server that gives time enough: one that does not is right to answer that headers took too long."""
    with _running(Bounds(head_s=60, silence_s=60, linger_s=60, most=MOST)) as port:
        yield port


def _connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def _read(sock: socket.socket) -> bytes:
    """Return what comes until the other side closes."""
    told = b""
    try:
        while chunk := sock.recv(1 << 16):
            told += chunk
    except ConnectionResetError:
        pass
    return told


def _ask(port: int, *sent: bytes, wait_s: float = 0.0) -> bytes:
    with _connect(port) as sock:
        for each in sent:
            sock.sendall(each)
            time.sleep(wait_s)
        return _read(sock)


def _send_on(sock: socket.socket, for_s: float) -> None:
    end = time.monotonic() + for_s
    while time.monotonic() < end:
        sock.sendall(b"x" * 1000)
        time.sleep(0.01)


def _status(told: bytes) -> int:
    return int(told.split(b" ", 2)[1]) if told else 0


def _one(sock: socket.socket) -> bytes:
    """Return one answer, however many parts it comes in, and leave what follows it."""
    told = b""
    while (length := _length(told)) is None or len(told) < length:
        part = sock.recv(1 << 16)
        assert part, "the connection ended within an answer"
        told += part
    return told


def _length(told: bytes) -> int | None:
    """Return the length of the answer that begins so; None while its head is not whole."""
    head, end, _ = told.partition(b"\r\n\r\n")
    body = re.search(rb"content-length: (\d+)", head)
    return len(head + end) + int(body[1]) if end and body else None


def test_requests_on_one_connection_are_answered_one_after_the_other(port: int) -> None:
    with _connect(port) as sock:
        for _ in range(3):
            sock.sendall(GET % b"")
            assert _status(_one(sock)) == 200


def test_headers_that_trickle_are_given_up(port: int) -> None:
    began_at = time.monotonic()
    told = _ask(port, b"GET / HTTP/1.1\r\n", b"a: b\r\n", b"c: d\r\n", wait_s=0.05)
    assert _status(told) == 408
    assert b'"code":"cut_off"' in told
    assert time.monotonic() - began_at < 2


@pytest.mark.parametrize("sent", [b"", b"\r\n\r\n\r\n"])
def test_a_connection_on_which_nothing_is_asked_is_closed(port: int, sent: bytes) -> None:
    assert _ask(port, sent) == b""


def test_nothing_that_follows_an_answer_holds_a_connection(port: int) -> None:
    with _connect(port) as sock:
        sock.sendall(GET % b"")
        assert _status(_one(sock)) == 200
        sock.sendall(b"\r\n")
        assert _read(sock) == b""


@pytest.mark.parametrize(
    "sent",
    [
        [b"GET / HTTP/1.1\r\nx: " + b"y" * MOST_HEAD_BYTES + b"\r\n\r\n"],
        [b"GET /" + b"y" * MOST_HEAD_BYTES + b" HTTP/1.1\r\n\r\n"],
        [b"GET / HTTP/1.1\r\n"] + [b"x: y\r\n" * 4000] * 10,
        [b"GET / HTTP/1.1\r\nx: "] + [b"y" * 60_000] * 6,
    ],
    ids=["one header", "the first line", "many headers", "a header without an end"],
)
def test_headers_of_no_measure_are_refused(patient_port: int, sent: list[bytes]) -> None:
    assert _status(_ask(patient_port, *sent, wait_s=0.01)) == 431


def test_headers_may_be_long(port: int) -> None:
    with _connect(port) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nx: " + b"y" * 100_000 + b"\r\n\r\n")
        assert _status(_one(sock)) == 200


@pytest.mark.parametrize("extra", [b"1;" + b"x" * 60_000, b"x" * 60_000], ids=["chunk extensions", "trailers"])
def test_what_is_no_body_and_has_no_end_is_refused(port: int, extra: bytes) -> None:
    head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    begun = b"0\r\nx: " if extra.startswith(b"x") else b"1;"
    assert _status(_ask(port, head + begun, *[extra] * 6, wait_s=0.01)) == 431


def test_trailers_are_no_headers(port: int) -> None:
    body = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-API-Key: y\r\n\r\n"
    with _connect(port) as sock:
        sock.sendall(body)
        told = _one(sock)
    assert told.endswith(b"1 transfer-encoding")


def test_after_an_early_answer_the_body_is_not_read_on_for_ever(port: int) -> None:
    with _connect(port) as sock:
        sock.sendall(b"POST /early HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n")
        time.sleep(0.1)
        began_at = time.monotonic()
        with pytest.raises(ConnectionError):
            _send_on(sock, for_s=8.0)
        assert time.monotonic() - began_at < 4


def test_an_early_answer_says_that_it_is_the_last_of_its_connection(port: int) -> None:
    with _connect(port) as sock:
        sock.sendall(b"POST /early HTTP/1.1\r\nContent-Length: 10\r\n\r\n12345")
        assert b"connection: close" in _one(sock)
    with _connect(port) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n12345")
        assert b"connection: close" not in _one(sock)


def test_an_early_answer_is_seen_by_who_sends_before_it_reads(port: int) -> None:
    size = 3 << 20
    with _connect(port) as sock:
        sock.sendall(b"POST /early HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % size)
        sock.sendall(b"x" * size)
        assert _status(_read(sock)) == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"rubbish\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"CONNECT x:443 HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused_in_our_form(port: int, sent: bytes) -> None:
    told = _ask(port, sent)
    assert _status(told) == 400
    assert b"application/problem+json" in told
    assert told.endswith(b"}")


def test_a_request_is_answered_whatever_rubbish_comes_behind_it_and_nothing_behind_that_is_done(port: int) -> None:
    """Who were answered 400 in its place would believe that nothing was done."""
    told = _ask(port, GET % b"slow" + GET % b"" + b"rubbish\r\n\r\n" + GET % b"", GET % b"", wait_s=0.1)
    assert told.count(b"HTTP/1.1 200") == 2
    assert told.count(b"HTTP/1.1") == 2
    assert b"connection: close" in told


def test_who_does_not_read_the_answer_is_given_up(port: int) -> None:
    with _connect(port) as sock:
        sock.sendall(GET % b"large")
        time.sleep(1.0)
        assert len(_read(sock)) < LARGE


def test_where_there_are_too_many_the_longest_idle_is_closed_for_a_new_one(port: int) -> None:
    with _connect(port) as slow:
        slow.sendall(GET % b"slow")
        idle = [_connect(port) for _ in range(3 * MOST)]
        try:
            with _connect(port) as sock:
                sock.sendall(GET % b"")
                assert _status(_one(sock)) == 200
            assert _status(_one(slow)) == 200
        finally:
            for each in idle:
                each.close()


def test_who_was_answered_may_ask_again_whoever_comes_in_between_and_asks_nothing(port: int) -> None:
    with _connect(port) as sock:
        sock.sendall(GET % b"")
        assert _status(_one(sock)) == 200
        idle = [_connect(port) for _ in range(3 * MOST)]
        try:
            time.sleep(0.1)  # until all of them have been taken
            sock.sendall(GET % b"")
            assert _status(_one(sock)) == 200
        finally:
            for each in idle:
                each.close()
