"""Serving: a worker's side of the pipes, one task after the other until its parent closes them."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from safelight.errors import InvalidValue
from safelight.sandbox import frames
from safelight.sandbox.failure import Failure
from safelight.sandbox.frames import Kind, TaskRequest
from safelight.sandbox.range_file import open_range_file

_BUFFER_BYTES = frames.CHUNK_BYTES + frames.HEADER.size

TaskFunction = Callable[[BinaryIO, int, bytes], bytes]


class RawPipe(Protocol):
    """The unbuffered end of a pipe."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill some of a buffer; 0 at the end."""
        ...

    def write(self, data: memoryview, /) -> int | None:
        """Write some of the data."""
        ...


class ParentGone(Exception):
    """The other end of the pipe is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyTask:
    """A task whose function is imported."""

    function: TaskFunction
    answer_limit_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Reads tasks from one pipe and writes answers to the other."""

    source: RawPipe
    sink: RawPipe
    tasks: Mapping[str, ReadyTask]
    _buffer: bytearray = field(default_factory=lambda: bytearray(_BUFFER_BYTES))

    def serve(self) -> None:
        """Work until the parent closes its end, or until a task fails: a worker does not outlive a failure."""
        try:
            while self._serve_one():
                pass
        except ParentGone:
            return

    def send(self, kind: Kind, request: int, payload: bytes) -> None:
        """Write a whole frame."""
        rest = memoryview(frames.pack_frame(kind, request, payload))
        while rest:
            rest = rest[self.sink.write(rest) or 0 :]

    def _serve_one(self) -> bool:
        number, payload = self._receive(Kind.TASK)
        kind, answer = self._run(number, frames.parse_task(payload))
        self.send(kind, number, answer)
        return kind is Kind.ANSWER

    def _run(self, number: int, request: TaskRequest) -> tuple[Kind, bytes]:
        def read_range(offset: int, length: int) -> bytes:
            self.send(Kind.RANGE_WANTED, number, frames.pack_range(offset, length))
            return bytes(self._receive(Kind.RANGE)[1])

        task = self.tasks[request.name]
        try:
            with open_range_file(request.prefix, request.size_bytes, read_range) as file:
                answer = task.function(file, request.size_bytes, request.options)
        except ParentGone:
            raise
        except MemoryError:
            return Kind.FAILED, _OUT_OF_MEMORY
        except PermissionError:
            return Kind.FAILED, frames.pack_failed(Failure.REFUSED, "PermissionError")
        except Exception as error:  # noqa: BLE001 - whatever outside bytes provoke costs that file its answer; it is sent
            return Kind.FAILED, frames.pack_failed(Failure.CRASHED, type(error).__name__)
        if len(answer) > task.answer_limit_bytes:
            return Kind.FAILED, frames.pack_failed(Failure.REFUSED, "AnswerTooLong")
        return Kind.ANSWER, answer

    def _receive(self, wanted: Kind) -> tuple[int, memoryview]:
        kind, number, length = frames.parse_header(self._read(frames.HEADER.size))
        if kind is not wanted:
            raise InvalidValue(f"the parent sent {kind.name} where {wanted.name} was due")
        return number, self._read(length)

    def _read(self, length: int) -> memoryview:
        """Read exactly so many bytes. They are only good until the next read: one buffer serves for all."""
        whole = rest = memoryview(self._buffer)[:length]
        while rest:
            if not (count := self.source.readinto(rest)):
                raise ParentGone
            rest = rest[count:]
        return whole


_OUT_OF_MEMORY = frames.pack_failed(Failure.TOO_LARGE, "MemoryError")


def open_pipe(descriptor: int, mode: str) -> io.FileIO:
    """Return the raw end of a pipe that this process was started with."""
    return io.FileIO(descriptor, mode, closefd=False)
