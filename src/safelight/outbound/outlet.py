"""The outlet: the only way out for a request whose address somebody else chose.

No proxy and no credentials are taken from the environment, no cookies are kept, nothing is forwarded from one host to
the next, and no connection serves twice.
"""

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from httpcore2 import ConnectionPool, NetworkError, ProtocolError, Response, TimeoutException

from safelight.errors import OutboundFailed, OutboundRefused
from safelight.outbound.body import counted, too_large, unpacked
from safelight.outbound.call import Call, Reply
from safelight.outbound.connection import GuardedBackend, silence_library_logs
from safelight.outbound.guard import Rule, Target, read_target, redirect_target
from safelight.outbound.limits import Deadline, Limits, timed_out

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGENT = b"safelight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer of 200 whose body is yet to be read, once. `content_type` is in small letters, without parameters."""

    content_type: str
    pieces: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Outlet:
    """Opens guarded connections. Safe for use by many threads.

    `trust` says whose certificates count; without it, the system's authorities.
    """

    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def __post_init__(self) -> None:
        """Keep the library's own logs shut: they would name what is asked for."""
        silence_library_logs()

    @contextmanager
    def fetch(self, url: str, rule: Rule, limits: Limits) -> Iterator[Fetched]:
        """Ask for a URL, follow redirects as far as the rule allows, each judged anew, and give what came.

        Raises `OutboundRefused` for what the rule does not allow, also while the body is read `OutboundTimedOut`,
        `OutboundTooLarge`, and `OutboundFailed` for all else: an answer other than 200, one that does not say where it
        ends or ends before.
        """
        deadline, target = Deadline(limits), read_target(url, rule)
        headers = {b"Accept": b"*/*", b"Accept-Encoding": b"identity"}
        for _ in range(rule.most_redirects + 1):
            with self._exchange(target, rule, deadline, headers=headers) as answer:
                if answer.status not in _REDIRECTS:
                    yield _fetched(answer, limits)
                    return
                target = redirect_target(target, _location(answer), rule)
        raise OutboundRefused(
            f"The URL redirects more than {rule.most_redirects} times, which is what is allowed. It was not followed."
        )

    def post(self, url: str, body: bytes, headers: Mapping[str, str], rule: Rule, limits: Limits) -> int:
        """Send a body and return the status of the answer, whose own body is never read. Redirects are not followed.

        Raises `OutboundRefused`, `OutboundTimedOut`, `OutboundFailed`.
        """
        deadline, target = Deadline(limits), read_target(url, rule)
        sent = {name.encode("ascii"): value.encode("ascii") for name, value in headers.items()}
        with self._exchange(target, rule, deadline, method="POST", headers=sent, body=body) as answer:
            return answer.status

    def call(self, call: Call, rule: Rule, limits: Limits, *, on_sending: Callable[[], None]) -> Reply:
        """Make a call and return the whole answer, whatever its status. Redirects are not followed.

        `on_sending` is called before the first byte of the request leaves, which is after the connection is made: as
        long as it was not, the other side knows of nothing. An answer without a told end may have been cut off: whoever
        reads it has to see that. What the body raises as it is read goes through. Raises `OutboundRefused`,
        `OutboundTimedOut`, `OutboundTooLarge`, `OutboundFailed`.
        """
        deadline, target = Deadline(limits), read_target(call.url, rule)
        own = {"Accept-Encoding": "identity", **call.headers}
        sent = {name.encode("ascii"): value.encode("ascii") for name, value in own.items()}

        def told(event: str, _: Any) -> None:
            if event == "http11.send_request_headers.started":
                on_sending()

        body = call.body if isinstance(call.body, bytes | None) else iter(call.body)
        with self._exchange(target, rule, deadline, method=call.method, headers=sent, body=body, trace=told) as answer:
            packed = _header(answer, b"content-encoding").strip().lower()
            pieces = counted(unpacked(counted(answer.iter_stream(), limits.max_bytes), packed), limits.max_bytes)
            headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers[::-1]}
            return Reply(status=answer.status, headers=headers, body=b"".join(pieces))

    @contextmanager
    def _exchange(
        self,
        target: Target,
        rule: Rule,
        deadline: Deadline,
        *,
        headers: Mapping[bytes, bytes],
        method: str = "GET",
        body: bytes | Iterator[bytes] | None = None,
        trace: Callable[[str, Any], None] | None = None,
    ) -> Iterator[Response]:
        told = {"trace": trace} if trace else {}
        own = {b"Host": target.authority.encode("ascii"), b"User-Agent": _AGENT, b"Connection": b"close"}
        backend = GuardedBackend(target, rule.let_through, deadline)
        try:
            with (
                ConnectionPool(ssl_context=self.trust, max_connections=1, retries=0, network_backend=backend) as pool,
                pool.stream(
                    method, target.url, headers=[*own.items(), *headers.items()], content=body, extensions=told
                ) as answer,
            ):
                yield answer
        except TimeoutException:
            raise timed_out() from None
        except (NetworkError, ProtocolError):
            raise OutboundFailed(
                "The other side broke off, or answered what is no HTTP. Nothing of its answer is used. Try again later."
            ) from None


def _fetched(answer: Response, limits: Limits) -> Fetched:
    """Judge an answer by its head, and return it with a body that judges itself as it is read."""
    if answer.status != 200:
        raise OutboundFailed(f"The other side answered {answer.status} in place of 200. Nothing of it is used.")
    content_type = _header(answer, b"content-type").partition(";")[0].strip().lower()
    if not limits.takes(content_type):
        raise OutboundRefused("The answer is of a type that is not taken here. Nothing of it was read.")
    _require_told_end(answer, limits)
    raw = counted(answer.iter_stream(), limits.max_bytes)
    packed = _header(answer, b"content-encoding").strip().lower()
    return Fetched(content_type=content_type, pieces=counted(unpacked(raw, packed), limits.max_bytes))


def _require_told_end(answer: Response, limits: Limits) -> None:
    """Refuse a body that lasts until the connection ends: nothing would show that it was cut off."""
    length = _header(answer, b"content-length")
    if length.isascii() and length.isdigit() and int(length[:20]) > limits.max_bytes:
        raise too_large(limits.max_bytes)
    if not length and "chunked" not in _header(answer, b"transfer-encoding").lower():
        raise OutboundFailed("The answer does not say where it ends, so that nobody could see it cut off.")


def _location(answer: Response) -> str:
    found = [value for name, value in answer.headers if name.lower() == b"location"]
    if len(found) != 1:
        raise OutboundFailed("The other side redirects, and does not say where to, or says two places.")
    return found[0].decode("latin-1")


def _header(answer: Response, name: bytes) -> str:
    return next((value.decode("latin-1") for header, value in answer.headers if header.lower() == name), "")
