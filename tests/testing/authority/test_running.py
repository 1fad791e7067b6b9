"""Applications are answered in a thread until the block ends; connections can be cut; TLS is spoken."""

from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from safelight.errors import InvalidValue, UsageError
from safelight.testing.authority.running import Site, listen, read_tls, running
from safelight.testing.certificates import TrialAuthority


async def _hello(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"] == "/cut":
        scope["safelight.cut"]()
    await PlainTextResponse("hello")(scope, receive, send)


def test_two_sites_are_answered_and_nothing_is_left_of_them(new_threads: Callable[[], list[str]]) -> None:
    socks = [listen("127.0.0.1", 0) for _ in range(2)]
    urls = [f"http://127.0.0.1:{sock.getsockname()[1]}" for sock in socks]
    ended: list[str] = []
    with running([Site(app=_hello, sock=sock, on_stop=lambda: ended.append("ended")) for sock in socks]):
        assert [httpx2.get(url).text for url in urls] == ["hello"] * 2
        with pytest.raises(httpx2.TransportError):
            httpx2.get(f"{urls[0]}/cut")
    assert ended == ["ended"] * 2
    assert new_threads() == []
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(urls[0])


def test_tls_is_spoken_where_there_is_a_certificate(tmp_path: Path) -> None:
    trial = TrialAuthority()
    trial.write_server(tmp_path / "both.pem", ["127.0.0.1"])
    sock = listen("127.0.0.1", 0)
    with (
        running([Site(app=_hello, sock=sock, tls=read_tls(tmp_path / "both.pem"))]),
        httpx2.Client(verify=trial.trust()) as client,
    ):
        assert client.get(f"https://127.0.0.1:{sock.getsockname()[1]}/").text == "hello"


def test_what_is_no_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear Sir")
    for name in ("letter", "missing"):
        with pytest.raises(InvalidValue, match="certificate"):
            read_tls(tmp_path / name)


def test_an_address_that_is_taken_is_told() -> None:
    with listen("127.0.0.1", 0) as sock, pytest.raises(UsageError, match="Nothing can listen"):
        listen("127.0.0.1", sock.getsockname()[1])
