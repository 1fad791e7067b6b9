"""Channel: the parent's ends of a worker's two pipes. Never blocks for longer than a deadline allows."""

import fcntl
import os
import select
import time
from collections import deque
from dataclasses import dataclass, field

from safelight.errors import InvalidValue
from safelight.sandbox import frames
from safelight.sandbox.frames import Kind

_PIPE_BYTES = 1 << 20
_READ_BYTES = 1 << 16


class ChannelClosed(Exception):
    """The worker is gone, or has closed its pipes."""


class ChannelSilent(Exception):
    """The deadline passed before the worker had said what was due."""


@dataclass(slots=True, kw_only=True)
class Channel:
    """Sends and receives frames. `sink` and `source` are descriptors that the channel owns."""

    sink: int
    source: int
    _poll: select.poll = field(default_factory=select.poll)
    _is_sink_watched: bool = False
    _outgoing: deque[memoryview] = field(default_factory=deque)
    _incoming: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        for descriptor in (self.sink, self.source):
            os.set_blocking(descriptor, False)
        _enlarge(self.sink)
        self._poll.register(self.source, select.POLLIN)

    @property
    def is_quiet(self) -> bool:
        """Whether everything was sent and everything received was taken."""
        return not self._incoming and not self._outgoing

    def send(self, kind: Kind, request: int, *parts: bytes) -> None:
        """Begin to send a frame whose payload is in parts; `receive` goes on with it."""
        header = frames.pack_header(kind, request, sum(len(part) for part in parts))
        self._outgoing.extend(memoryview(part) for part in (header + parts[0], *parts[1:]) if part)
        self._write()

    def receive(self, deadline: float, limit_bytes: int) -> tuple[Kind, int, bytes]:
        """Return the next frame: kind, request number and payload.

        At most one frame within the limit, and one read more, is ever held. Raises ChannelSilent if it is not there by
        the deadline (of the monotonic clock), ChannelClosed, and InvalidValue for what is no frame or too long a one.
        """
        self._fill(frames.HEADER.size, deadline)
        kind, request, length = frames.parse_header(self._incoming[: frames.HEADER.size])
        if length > limit_bytes:
            raise InvalidValue(f"a frame of {length} bytes is announced where {limit_bytes} are allowed")
        end = frames.HEADER.size + length
        self._fill(end, deadline)
        payload = bytes(self._incoming[frames.HEADER.size : end])
        del self._incoming[:end]
        return kind, request, payload

    def close(self) -> None:
        """Close both pipes. Closing twice does nothing."""
        for descriptor in {self.sink, self.source} - {-1}:
            os.close(descriptor)
        self.sink = self.source = -1

    def _fill(self, length: int, deadline: float) -> None:
        while len(self._incoming) < length:
            # What lies in the pipe at the deadline came in time: it may be the parent that is late.
            left = max(0.0, deadline - time.monotonic())
            events = self._poll.poll(left * 1000)
            if not events:
                raise ChannelSilent
            for descriptor, _ in events:
                if descriptor == self.source:
                    self._read()
                else:
                    self._write()

    def _read(self) -> None:
        data = os.read(self.source, _READ_BYTES)
        if not data:
            raise ChannelClosed
        self._incoming += data

    def _write(self) -> None:
        """Write what the pipe takes now, and watch the pipe only while there is more to write."""
        try:
            while self._outgoing:
                part = self._outgoing[0]
                self._outgoing[0] = part[os.write(self.sink, part) :]
                if not self._outgoing[0]:
                    self._outgoing.popleft()
        except BlockingIOError:
            self._watch_sink()
        except BrokenPipeError as error:
            raise ChannelClosed from error
        else:
            self._forget_sink()

    def _watch_sink(self) -> None:
        if not self._is_sink_watched:
            self._poll.register(self.sink, select.POLLOUT)
            self._is_sink_watched = True

    def _forget_sink(self) -> None:
        if self._is_sink_watched:
            self._poll.unregister(self.sink)
            self._is_sink_watched = False


def _enlarge(pipe: int) -> None:
    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except PermissionError:
        return  # an operator's lower limit on pipes only makes it slower
