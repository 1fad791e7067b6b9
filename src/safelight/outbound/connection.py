"""Connections: a name is resolved once, every address it has is judged, and a judged one is what is connected to.

Between the judgement and the connection nothing is resolved again: a name server that would give another answer the
second time (DNS rebinding) is not asked a second time. TLS and the `Host` header go by the name.
"""

import logging
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from httpcore2 import NetworkBackend, NetworkStream, WriteError

from safelight.errors import OutboundFailed, OutboundRefused, OutboundTimedOut
from safelight.outbound.address import Address, Network, parse_address, refusal_of
from safelight.outbound.guard import Target
from safelight.outbound.limits import Deadline, timed_out

_PIECE_BYTES = 1 << 16
_LIBRARY_LOGS = ("httpcore2", "httpx2")
T = TypeVar("T")


def silence_library_logs() -> None:
    """Keep the HTTP library from logging what it asks for: URLs of media are nothing for a log, at any level."""
    for name in _LIBRARY_LOGS:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def judged_addresses(target: Target, let_through: Iterable[Network], deadline: Deadline) -> list[Address]:
    """Return the addresses of a target, all of them judged, in the system's order.

    Raises `OutboundRefused` if any of them is refused, be there others that are not: a name that also leads inwards is
    no name to trust. Raises `OutboundFailed` where there are none, and `OutboundTimedOut`.
    """
    if target.address is not None:
        return [target.address]  # judged with the URL
    found = _resolved(target, deadline)
    for address in found:
        why = "an unknown" if address is None else refusal_of(address, let_through)
        if why is not None:
            raise OutboundRefused(
                f"The host's name leads to {why} address, which no connection is made to. Nothing was sent."
            )
    return [address for address in found if address is not None]


def _resolved(target: Target, deadline: Deadline) -> list[Address | None]:
    """Resolve in a thread of its own: the system's resolver knows no deadline."""
    answers: queue.SimpleQueue[list[Any] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="safelight-resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left_s())
    except queue.Empty:
        raise timed_out() from None
    if not isinstance(answer, list):
        raise OutboundFailed("The host's name cannot be resolved. Check it and the name server, then try again.")
    return [parse_address(str(place[0])) for *_, place in answer]


class GuardedBackend(NetworkBackend):
    """Connects to the judged addresses of one target, and to nothing else."""

    def __init__(self, target: Target, let_through: tuple[Network, ...], deadline: Deadline) -> None:
        self._target, self._let_through, self._deadline = target, let_through, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline of the whole exchange counts
        local_address: str | None = None,  # noqa: ARG002 - the form of a backend
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - the form of a backend
    ) -> NetworkStream:
        """Return a connection to the first judged address that answers. Raises as `judged_addresses` does."""
        if (host, port) != (self._target.host, self._target.port):
            raise OutboundRefused("The URL was read in two ways. Nothing was sent. This is a fault of ours.")
        for address in judged_addresses(self._target, self._let_through, self._deadline):
            try:
                return GuardedStream(self._connected(address), self._deadline)
            except OSError:
                self._deadline.left_s()  # raises when no time is left; else the next address has its turn
        raise OutboundFailed("None of the host's addresses lets itself be connected to. Try again later.")

    def _connected(self, address: Address) -> socket.socket:
        found = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
        try:
            found.settimeout(self._deadline.left_s())
            found.connect((str(address), self._target.port))
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            found.close()
            raise
        return found


class GuardedStream(NetworkStream):
    """A connection of which every wait ends with the deadline, however little comes at a time."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket, self._deadline = connected, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline counts
        """Return what came, b"" at the end. Raises `OutboundTimedOut` or `OutboundFailed`."""
        return self._waiting(partial(self._socket.recv, max_bytes))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the deadline counts
        """Send all of the bytes. Raises `OutboundTimedOut`, and the library's `WriteError` where they are not taken.

        The other side may have answered without reading on (a 401 to a long upload): after its own error the library
        looks whether there is an answer.
        """
        rest = memoryview(buffer)
        try:
            while rest:
                sent = self._waiting(partial(self._socket.send, rest[:_PIECE_BYTES]))
                rest = rest[sent:]
        except OutboundTimedOut:
            raise
        except OutboundFailed:
            raise WriteError from None

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the deadline counts
    ) -> NetworkStream:
        """Return the connection under TLS, with the certificate checked against the name. Raises `OutboundFailed`."""
        try:
            wrap = partial(ssl_context.wrap_socket, self._socket, server_hostname=server_hostname)
            return GuardedStream(self._waiting(wrap), self._deadline)
        except BaseException:
            self.close()
            raise

    def get_extra_info(self, info: str) -> Any:
        """Return the TLS object, by which the library sees what was agreed on; nothing else is asked for here."""
        return self._socket if info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket) else None

    def _waiting(self, act: Callable[[], T]) -> T:
        self._socket.settimeout(self._deadline.left_s())
        try:
            return act()
        except TimeoutError:
            raise timed_out() from None
        except ssl.SSLCertVerificationError:
            raise OutboundFailed("The other side's certificate is not valid for its name. Nothing was sent.") from None
        except OSError:
            raise OutboundFailed("The connection broke off. Nothing of the answer is used. Try again later.") from None
