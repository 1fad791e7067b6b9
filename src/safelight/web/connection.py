"""A connection: uvicorn's, with the bounds that keep one sender from holding what the others need.

uvicorn waits for ever for the first line, the headers and the reader of an answer, takes headers of any size, and reads
on what follows an answer. Here each of these ends.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from safelight.web.problem import answer_problem

MOST_HEAD_BYTES = 128 << 10
"""Of a request's first line and headers together; what comes with media may be 64 KiB of a header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How many seconds headers may take, and a reader of an answer may be silent; how many connections there may be.

    For `linger_s` after an answer, what a sender still sends is thrown away, so that it can read the answer.
    """

    head_s: float
    silence_s: float
    linger_s: float
    most: int


@dataclass(slots=True)
class Crowd:
    """All connections of a server. On those here no request is under way; the longest silent come first.

    On a `fresh` one nothing was answered yet. It goes before an `idle` one, whose owner may be asking again just now.
    """

    bounds: Bounds
    fresh: dict["Connection", None] = field(default_factory=dict)
    idle: dict["Connection", None] = field(default_factory=dict)

    def longest_silent(self) -> "Connection | None":
        """Return the connection that is to go first, if there is any that may go."""
        return next(iter(self.fresh or self.idle), None)

    def forget(self, connection: "Connection") -> None:
        """Count a connection among these no more: it has a request under way, or is gone."""
        self.fresh.pop(connection, None)
        self.idle.pop(connection, None)


class Connection(HttpToolsProtocol):
    """One connection. Where there are too many, one that asks nothing is closed for a new one."""

    def __init__(self, crowd: Crowd, **uvicorn: Any) -> None:
        super().__init__(**uvicorn)
        self._crowd = crowd
        self._bounds = crowd.bounds
        self._timer: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._unread_bytes = 0  # since anything came of what was sent
        self._has_moved = self._is_in_body = self._is_answering = self._is_deaf = self._is_last = False
        self.app = self._telling_the_last(self.app)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a new connection, and make room for it."""
        while len(self.connections) >= self._bounds.most and (silent := self._crowd.longest_silent()):
            self._crowd.forget(silent)
            self.connections.discard(silent)
            silent.transport.abort()
        super().connection_made(transport)  # type: ignore[arg-type] # TCP has no other kind
        self._crowd.fresh[self] = None
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._crowd.forget(self)
        self._end_timers()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Give the parser what came. Bytes of which nothing comes, such as those of endless headers, are bounded."""
        if self._is_deaf:
            return
        self._has_moved = False
        super().data_received(data)
        self._unread_bytes = 0 if self._has_moved else self._unread_bytes + len(data)
        if self._has_ended:
            return
        if self._unread_bytes > MOST_HEAD_BYTES:
            self._refuse(431, "too_large", f"The headers have more than {MOST_HEAD_BYTES} bytes. Nothing was done.")
        elif not self._is_answering:
            self._expect_head()

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._head_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Take a part of the first line."""
        self._head_bytes += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; one that comes after the body is none that anybody may go by."""
        self._head_bytes += len(name) + len(value) + 4
        if not self._is_in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Let the request be answered."""
        if self._head_bytes > MOST_HEAD_BYTES:
            raise ValueError("too large")  # the parser ends by it, and `send_400_response` tells
        super().on_headers_complete()
        self._has_moved = self._is_in_body = self._is_answering = True
        self._crowd.forget(self)
        self._end_timer()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._has_moved = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request."""
        self._has_moved, self._is_in_body = True, False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, or, where the body was not read to its end, for the sender to see the answer."""
        super().on_response_complete()
        if self.transport.is_closing() or not self.cycle.response_complete:
            return
        self._is_answering, self._head_bytes = False, 0
        self._crowd.idle[self] = None
        if self._is_in_body or self._is_last:
            self._linger()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - what uvicorn would tell
        """Tell that what came is no HTTP. What came before it is answered first, and then the connection is closed."""
        if self._is_answering and not self._is_in_body:
            self.cycle.keep_alive, self._is_deaf = False, True
        elif self._is_answering and self.cycle.response_started:
            self.transport.close()
        elif self._head_bytes > MOST_HEAD_BYTES:
            self._refuse(431, "too_large", f"The headers have more than {MOST_HEAD_BYTES} bytes. Nothing was done.")
        else:
            self._refuse(400, "usage", "What came is no HTTP request that can be read. Nothing was done.")

    def pause_writing(self) -> None:
        """Wait for a client that does not read its answer, but not for ever."""
        super().pause_writing()
        self._stall = self.loop.call_later(self._bounds.silence_s, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: the client reads."""
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
        super().resume_writing()

    @property
    def _has_ended(self) -> bool:
        return self._is_deaf or self.transport.is_closing()

    def _expect_head(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self._bounds.head_s, self._give_up)

    def _give_up(self) -> None:
        if not self._head_bytes:
            self.transport.abort()  # nothing was asked
        else:
            self._refuse(408, "cut_off", f"The headers took more than {self._bounds.head_s:g} seconds.")

    def _telling_the_last(self, app: ASGIApp) -> ASGIApp:
        """Wrap the application: an answer that comes before the body has is told to be the last of its connection.

        Who is not told sends its next request where nobody reads it.
        """

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            async def sending(message: Message) -> None:
                if message["type"] != "http.response.start" or not self._is_in_body:
                    await send(message)
                    return
                self._is_last = True
                await send({**message, "headers": [*message["headers"], (b"connection", b"close")]})
                # uvicorn would close at once, and what the sender has under way would cost it the answer.
                self.cycle.keep_alive = True

            await app(scope, receive, sending)

        return answer

    def _linger(self) -> None:
        self._is_deaf = True
        self._unset_keepalive_if_required()
        self._end_timer()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._timer = self.loop.call_later(self._bounds.linger_s, self.transport.abort)

    def _refuse(self, status: int, code: str, detail: str) -> None:
        """Answer what is no request, or is one no more, and close."""
        if self._is_answering:  # whoever reads its body is told that nothing more comes
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        answer = answer_problem(status, code, detail, headers={"Connection": "close"})
        head = b"".join(b"%s: %s\r\n" % pair for pair in answer.raw_headers)
        self.transport.write(b"HTTP/1.1 %d \r\n%s\r\n%s" % (status, head, bytes(answer.body)))
        self._linger()

    def _end_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end_timers(self) -> None:
        self._end_timer()
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
