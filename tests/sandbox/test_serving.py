import os
import threading

import pytest

from safelight.errors import InvalidValue
from safelight.sandbox import frames
from safelight.sandbox.failure import Failure
from safelight.sandbox.frames import Kind
from safelight.sandbox.serving import ReadyTask, Server, open_pipe


def _raise(error):
    def task(file, size_bytes, options):
        raise error

    return task


def _echo(file, size_bytes, options):
    return options + file.read()


def _answer_at_length(file, size_bytes, options):
    return bytes(1001)


TASKS = {
    "echo": _echo,
    "long": _answer_at_length,
    "memory": _raise(MemoryError()),
    "permission": _raise(PermissionError()),
    "bug": _raise(KeyError("secret of the file")),
}


class _Worker:
    """A server in a thread, with the parent's ends of its pipes."""

    def __init__(self):
        self.its_source, self.sink = os.pipe()
        self.source, self.its_sink = os.pipe()
        tasks = {name: ReadyTask(function=task, answer_limit_bytes=1000) for name, task in TASKS.items()}
        self.server = Server(source=open_pipe(self.its_source, "rb"), sink=open_pipe(self.its_sink, "wb"), tasks=tasks)
        self.thread = threading.Thread(target=self.server.serve)

    def send(self, kind, request, payload):
        os.write(self.sink, frames.pack_frame(kind, request, payload))

    def receive(self):
        kind, request, length = frames.parse_header(os.read(self.source, frames.HEADER.size))
        return kind, request, os.read(self.source, length) if length else b""

    def stop(self):
        os.close(self.sink)
        if self.thread.is_alive():
            self.thread.join(5)
        assert not self.thread.is_alive()
        for descriptor in (self.its_source, self.source, self.its_sink):
            os.close(descriptor)


@pytest.fixture
def worker():
    one = _Worker()
    yield one
    one.stop()


def test_tasks_are_answered_one_after_the_other_until_the_parent_closes(worker):
    worker.thread.start()
    for number in (1, 2, 3):
        worker.send(Kind.TASK, number, frames.pack_task("echo", b"<", 5) + b"hello")
        assert worker.receive() == (Kind.ANSWER, number, b"<hello")


def test_what_was_not_sent_is_asked_for(worker):
    worker.thread.start()
    worker.send(Kind.TASK, 9, frames.pack_task("echo", b"", 8) + b"hell")
    assert worker.receive() == (Kind.RANGE_WANTED, 9, frames.pack_range(4, 4))
    worker.send(Kind.RANGE, 9, b"o yo")
    assert worker.receive() == (Kind.ANSWER, 9, b"hello yo")


@pytest.mark.parametrize(
    ("task", "reason", "detail"),
    [
        ("long", Failure.REFUSED, "AnswerTooLong"),
        ("memory", Failure.TOO_LARGE, "MemoryError"),
        ("permission", Failure.REFUSED, "PermissionError"),
        ("bug", Failure.CRASHED, "KeyError"),
    ],
)
def test_a_failure_is_told_by_its_kind_alone_and_ends_the_worker(worker, task, reason, detail):
    worker.thread.start()
    worker.send(Kind.TASK, 1, frames.pack_task(task, b"", 0))
    kind, request, payload = worker.receive()
    assert (kind, request) == (Kind.FAILED, 1)
    assert frames.parse_failed(payload) == (reason, detail)
    worker.thread.join(5)
    assert not worker.thread.is_alive()


def test_a_parent_that_goes_away_in_the_middle_of_a_file_ends_the_worker(worker):
    worker.thread.start()
    worker.send(Kind.TASK, 1, frames.pack_task("echo", b"", 8) + b"hell")
    assert worker.receive()[0] is Kind.RANGE_WANTED


def test_a_frame_out_of_turn_is_a_fault(worker):
    worker.send(Kind.RANGE, 1, b"hello")
    with pytest.raises(InvalidValue, match="RANGE"):
        worker.server.serve()
