"""What comes is whole, in time, of the size and type that may come; nothing else of ours goes along."""

import gzip
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from safelight.errors import OutboundFailed, OutboundRefused, OutboundTimedOut, OutboundTooLarge, SafelightError
from safelight.outbound.guard import Rule
from safelight.outbound.limits import Limits
from safelight.outbound.outlet import Outlet
from safelight.testing.web_server import Asked, Script, TrialServer, plain_answer

BODY = b"benign bytes"
Serve = Callable[..., TrialServer]
RuleOf = Callable[..., Rule]


@pytest.fixture
def fetch(
    serve: Serve, rule_of: RuleOf, outlet: Outlet, limits: Limits, names: Callable[..., Any]
) -> Callable[..., tuple[str, bytes]]:
    """Fetch from a server that follows a script; return the type and the bytes."""
    names(media_example=[["127.0.0.2"]], other_example=[["127.0.0.2"]])

    def run(script: Script, limits: Limits = limits, **more: Any) -> tuple[str, bytes]:
        public = serve(script)
        rule = rule_of("media.example", "other.example", port=public.port, **more)
        with outlet.fetch(f"http://media.example:{public.port}/a?b=c", rule, limits) as fetched:
            return fetched.content_type, b"".join(fetched.pieces)

    return run


Fetch = Callable[..., tuple[str, bytes]]


def test_what_is_asked_for_comes_with_its_type(fetch: Fetch) -> None:
    assert fetch(lambda _: plain_answer(BODY, content_type="Image/PNG; q=1")) == ("image/png", BODY)


def test_a_request_says_what_is_wanted_and_nothing_of_this_machine(
    fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    came: list[Asked] = []

    def script(asked: Asked) -> bytes:
        came.append(asked)
        return plain_answer(BODY)

    fetch(script)
    assert came[0].path == "/a?b=c"
    assert set(came[0].headers) == {"host", "user-agent", "connection", "accept", "accept-encoding"}
    assert came[0].headers["user-agent"] == "safelight"


def test_cookies_are_not_kept_and_nothing_is_forwarded(fetch: Fetch) -> None:
    came: list[Asked] = []

    def script(asked: Asked) -> bytes:
        came.append(asked)
        if len(came) < 3:
            where = asked.headers["host"].replace("media", "other")
            return plain_answer(status="302 Found", Location=f"http://{where}/{len(came)}", Set_Cookie="id=1")
        return plain_answer(BODY)

    assert fetch(script, most_redirects=2)[1] == BODY
    assert [asked.path for asked in came] == ["/a?b=c", "/1", "/2"]
    assert not any("cookie" in asked.headers or "referer" in asked.headers for asked in came)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
def test_redirects_are_followed_as_often_as_allowed(fetch: Fetch, status: str) -> None:
    count: list[Asked] = []

    def script(asked: Asked) -> bytes:
        count.append(asked)
        return plain_answer(BODY) if len(count) == 3 else plain_answer(status=status, Location=f"/{len(count)}")

    assert fetch(script, most_redirects=2)[1] == BODY
    count.clear()
    with pytest.raises(OutboundRefused, match="more than 1"):
        fetch(script, most_redirects=1)


def test_a_redirect_that_goes_in_a_circle_ends(fetch: Fetch) -> None:
    came: list[Asked] = []

    def script(asked: Asked) -> bytes:
        came.append(asked)
        return plain_answer(status="302 Found", Location=asked.path)

    with pytest.raises(OutboundRefused, match="redirects more than"):
        fetch(script, most_redirects=4)
    assert len(came) == 5


def test_where_no_redirects_are_allowed_none_is_followed(fetch: Fetch) -> None:
    with pytest.raises(OutboundRefused, match="more than 0"):
        fetch(lambda _: plain_answer(status="302 Found", Location="/b"))


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /a\r\nLocation: http://127.0.0.1/\r\n\r\n",
    ],
)
def test_a_redirect_to_nowhere_or_to_two_places_fails(fetch: Fetch, answer: bytes) -> None:
    with pytest.raises(OutboundFailed, match="redirects"):
        fetch(lambda _: answer, most_redirects=3)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (plain_answer(BODY, status="404 Not Found"), OutboundFailed),
        (plain_answer(BODY, status="500 Oh"), OutboundFailed),
        (plain_answer(BODY, status="206 Partial"), OutboundFailed),
        (b"HTTP/1.1 204 No Content\r\n\r\n", OutboundFailed),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", OutboundFailed),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", OutboundFailed),
        (b"", OutboundFailed),
        (b"SSH-2.0-OpenSSH_9.9\r\n", OutboundFailed),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", OutboundFailed),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nshort", OutboundFailed),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nshort", OutboundFailed),
        (b"HTTP/1.1 200 OK\r\n\r\nwithout an end", OutboundFailed),
        (b"HTTP/1.0 200 OK\r\n\r\nwithout an end", OutboundFailed),
        (CHUNKED + b"5\r\nshort\r\n", OutboundFailed),
        (CHUNKED + b"zz\r\nshort\r\n0\r\n\r\n", OutboundFailed),
        (plain_answer(bytes(1001)), OutboundTooLarge),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999\r\n\r\nx", OutboundTooLarge),
        (CHUNKED + b"3e9\r\n" + bytes(1001) + b"\r\n0\r\n\r\n", OutboundTooLarge),
        (plain_answer(gzip.compress(bytes(1001), mtime=0), content_encoding="gzip"), OutboundTooLarge),
        (plain_answer(gzip.compress(BODY, mtime=0)[:-2], content_encoding="gzip"), OutboundFailed),
        (plain_answer(BODY, content_encoding="br"), OutboundFailed),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n", OutboundFailed),
    ],
)
def test_an_answer_that_is_wrong_fails_and_is_never_taken_for_whole(
    fetch: Fetch, answer: bytes, error: type[SafelightError]
) -> None:
    with pytest.raises(error) as caught:
        fetch(lambda _: answer)
    assert type(caught.value) is error
    assert "example" not in str(caught.value)


def test_packed_and_chunked_bodies_come_whole(fetch: Fetch) -> None:
    assert fetch(lambda _: plain_answer(gzip.compress(BODY, mtime=0), content_encoding="gzip"))[1] == BODY
    assert fetch(lambda _: CHUNKED + b"c\r\n" + BODY + b"\r\n0\r\n\r\n")[1] == BODY
    assert fetch(lambda _: plain_answer(bytes(1000)))[1] == bytes(1000)


def test_a_type_that_is_not_taken_is_refused_before_its_body_is_read(fetch: Fetch) -> None:
    limits = Limits(seconds=5, content_types=("image/*",))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n"
    with pytest.raises(OutboundRefused, match="type"):
        fetch(lambda _: head, limits)


@pytest.mark.parametrize("after", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", plain_answer(BODY)[:-3]])
def test_silence_ends_with_the_limit_wherever_it_begins(fetch: Fetch, after: bytes) -> None:
    def script(_: Asked) -> Iterator[bytes]:
        yield after
        time.sleep(1)

    began = time.monotonic()
    with pytest.raises(OutboundTimedOut):
        fetch(script, Limits(seconds=5, silence_seconds=0.2))
    assert time.monotonic() - began < 0.9


def test_answers_before_the_answer_end_with_the_deadline(fetch: Fetch) -> None:
    def script(_: Asked) -> Iterator[bytes]:
        for _round in range(50):
            yield b"HTTP/1.1 102 Processing\r\n\r\n"
            time.sleep(0.05)

    with pytest.raises(OutboundTimedOut):
        fetch(script, Limits(seconds=0.4))


def test_the_deadline_is_one_for_all_redirects(fetch: Fetch) -> None:
    def script(asked: Asked) -> Iterator[bytes]:
        time.sleep(0.15)
        yield plain_answer(status="302 Found", Location="/b")

    with pytest.raises(OutboundTimedOut):
        fetch(script, Limits(seconds=0.4), most_redirects=10)


@pytest.fixture
def post(
    serve: Serve, rule_of: RuleOf, outlet: Outlet, limits: Limits, names: Callable[..., Any]
) -> Callable[..., tuple[int, TrialServer]]:
    """Post to a server that follows a script; return the status and the server."""
    names(media_example=[["127.0.0.2"]])

    def run(script: Script, limits: Limits = limits) -> tuple[int, TrialServer]:
        public = serve(script)
        rule, url = rule_of("media.example", port=public.port, most_redirects=5), f"http://media.example:{public.port}/"
        return outlet.post(url, BODY, {"Content-Type": "application/json", "X-Sign": "1"}, rule, limits), public

    return run


Post = Callable[..., tuple[int, TrialServer]]


def test_a_body_is_posted_with_its_headers(post: Post) -> None:
    status, server = post(lambda _: plain_answer(b"thanks", status="202 Accepted"))
    assert (status, server.asked[0].body) == (202, BODY)
    assert server.asked[0].headers["x-sign"] == "1"
    assert server.asked[0].headers["content-length"] == str(len(BODY))


def test_a_post_is_never_redirected_and_its_answer_never_read(post: Post) -> None:
    status, server = post(lambda _: plain_answer(status="307 Temporary", Location="/other"))
    assert (status, len(server.asked)) == (307, 1)

    def endless(_: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
        time.sleep(0.5)

    began = time.monotonic()
    assert post(endless)[0] == 200
    assert time.monotonic() - began < 0.4


def test_a_post_that_nobody_answers_times_out(post: Post) -> None:
    def script(_: Asked) -> Iterator[bytes]:
        yield b""
        time.sleep(0.6)

    with pytest.raises(OutboundTimedOut):
        post(script, Limits(seconds=0.2))
