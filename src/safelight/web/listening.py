"""Listening: the sockets of a service, and the server that answers on them until it is asked to stop."""

import ipaddress
import resource
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import uvicorn
from starlette.types import ASGIApp

from safelight.errors import InvalidValue, UsageError
from safelight.web.connection import Bounds, Connection, Crowd
from safelight.web.opening import Opening

_BACKLOG = 2048
MOST_CONNECTIONS = 1000
"""Of these one without a request under way is closed for each that comes beyond."""

_OTHER_FILES = 1000
_KEEP_ALIVE_S = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen: a host, and a port (0: any that is free)."""

    host: str
    port: int

    @property
    def told(self) -> str:
        """The host as it stands in a URL."""
        return f"[{self.host}]" if ":" in self.host else self.host


def read_address(text: str) -> Address:
    """Read `HOST:PORT` or `[HOST]:PORT`. Raises InvalidValue."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65_535 or not host:
        raise InvalidValue(f"{text!r} is no address to listen on. Write HOST:PORT, such as 127.0.0.1:8680.")
    return Address(host=host.strip("[]"), port=int(port))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen(address: Address) -> socket.socket:
    """Return a socket that listens. Raises UsageError where the address cannot be had."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    # Told by name: only of sockets that say that they are TCP does asyncio switch off the waiting for more to send.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((address.host, address.port))
        sock.listen(_BACKLOG)
    except OSError as error:
        sock.close()
        raise UsageError(
            f"Nothing can listen on {address.host}:{address.port}: {error.strerror}. Choose another address, or stop "
            "what listens there."
        ) from error
    return sock


def bound_port(sock: socket.socket) -> int:
    """Return the port that a socket listens on."""
    return int(sock.getsockname()[1])


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, opening: Opening, on_ready: Callable[[], None], on_stop: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._opening, self._on_ready, self._on_stop = opening, on_ready, on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer from now on, and open the application. Where that fails the server ends by itself."""
        await super().startup(sockets)
        self._opening.begin(on_open=self._on_ready, on_failure=self._end)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, and finish what runs."""
        self._on_stop()
        await super().shutdown(sockets)

    def _end(self) -> None:
        self.should_exit = True


def answer_until_stopped(
    opening: Opening,
    sockets: Sequence[socket.socket],
    bounds: Bounds,
    on_ready: Callable[[], None],
    *,
    on_stop: Callable[[], None],
    stop_s: float,
) -> None:
    """Answer requests until SIGINT or SIGTERM, or until the opening fails; then what runs is finished within `stop_s`.

    `on_ready` is called once the application is open, `on_stop` when no more connections are about to be taken.
    """
    _allow_files(bounds.most + _OTHER_FILES)
    with _ending_in_order():
        _Server(configure(opening, bounds, stop_s), opening, on_ready, on_stop).run(list(sockets))


def configure(app: ASGIApp, bounds: Bounds, stop_s: float) -> uvicorn.Config:
    """Return how a server answers, and that it goes on for `stop_s` seconds once it is asked to stop."""
    return uvicorn.Config(
        app,
        http=partial(Connection, Crowd(bounds=bounds)),  # type: ignore[arg-type] # it is called as the class would be
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=max(1, round(stop_s)),
        limit_concurrency=bounds.most + 1,
        backlog=_BACKLOG,
    )


def _allow_files(wanted: int) -> None:
    """Let this process have so many files and connections open, as far as the machine allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Let what asked the server to stop end nothing else: it raises the signal once more when it has stopped."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
