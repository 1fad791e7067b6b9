"""Running web applications in a thread: with connections that can be cut, until the block ends."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from safelight.errors import InvalidValue, UsageError

_BACKLOG = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """An application and the socket that it is answered on. `on_stop` is called in its loop when it is to end."""

    app: ASGIApp
    sock: socket.socket
    tls: ssl.SSLContext | None = None
    on_stop: Callable[[], None] = field(default=lambda: None)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises UsageError where the address cannot be had."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(_BACKLOG)
    except OSError as error:
        sock.close()
        raise UsageError(
            f"Nothing can listen on {host}:{port}: {error.strerror}. Choose another address, or stop what is there."
        ) from error
    return sock


def read_tls(file: Path) -> ssl.SSLContext:
    """Return a context that shows the certificate of a PEM file, which holds its key too. Raises InvalidValue."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(file)
    except (ssl.SSLError, OSError) as error:
        raise InvalidValue(f"{file} is no certificate with its key. Write both into one file, as PEM.") from error
    return context


@contextmanager
def running(sites: Sequence[Site]) -> Iterator[None]:
    """Answer on all sites until the block ends; what runs then is answered first, for a second."""
    servers = [_Server(site) for site in sites]
    thread = threading.Thread(target=lambda: asyncio.run(_serve(servers)), name="safelight-fake-authority")
    thread.start()
    try:
        for server in servers:
            while not server.is_up.wait(0.1):
                if not thread.is_alive():
                    raise UsageError("The server ended before it answered. Look at what it told on standard error.")
        yield
    finally:
        for server in servers:
            server.should_exit = True
        thread.join()


async def _serve(servers: Sequence["_Server"]) -> None:
    await asyncio.gather(*(server.serve([server.site.sock]) for server in servers))


class _Server(uvicorn.Server):
    def __init__(self, site: Site) -> None:
        super().__init__(_configure(site))
        self.site = site
        self.is_up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer from now on."""
        await super().startup(sockets)
        self.is_up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let what waits on purpose wait no more, and end."""
        self.site.on_stop()
        await super().shutdown(sockets)


class _Cuttable(HttpToolsProtocol):
    """A connection that the application can cut."""

    def __init__(self, **uvicorn_own: Any) -> None:
        super().__init__(**uvicorn_own)
        inner = self.app

        async def cuttable(scope: Scope, receive: Receive, send: Send) -> None:
            await inner({**scope, "safelight.cut": self.transport.abort}, receive, send)

        self.app = cuttable


def _configure(site: Site) -> uvicorn.Config:
    tls = site.tls
    return uvicorn.Config(
        site.app,
        http=_Cuttable,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
        ssl_context_factory=None if tls is None else lambda *_: tls,
    )
