import os
import threading
import time

import pytest

from safelight.errors import InvalidValue
from safelight.sandbox import frames
from safelight.sandbox.channel import Channel, ChannelClosed, ChannelSilent
from safelight.sandbox.frames import Kind


@pytest.fixture
def ends():
    """A channel, and the two ends that its worker would hold."""
    its_source, sink = os.pipe()
    source, its_sink = os.pipe()
    channel = Channel(sink=sink, source=source)
    held = [its_source, its_sink]
    yield channel, its_source, its_sink, held
    channel.close()
    for descriptor in held:
        os.close(descriptor)


def _soon(seconds=0.2):
    return time.monotonic() + seconds


def test_a_frame_is_received_however_it_is_cut(ends):
    channel, _, its_sink, _ = ends
    data = frames.pack_frame(Kind.ANSWER, 3, b"hello")

    def trickle():
        for byte in data:
            os.write(its_sink, bytes([byte]))

    writer = threading.Thread(target=trickle)
    writer.start()
    assert channel.receive(_soon(5), 100) == (Kind.ANSWER, 3, b"hello")
    writer.join()
    assert channel.is_quiet


def test_more_than_a_pipe_holds_is_sent_while_it_is_read(ends):
    channel, its_source, its_sink, _ = ends
    payload = os.urandom(5_000_000)
    got = bytearray()

    def worker():
        while len(got) < frames.HEADER.size + len(payload):
            got.extend(os.read(its_source, 1 << 16))
        os.write(its_sink, frames.pack_frame(Kind.ANSWER, 1, b"done"))

    reader = threading.Thread(target=worker)
    reader.start()
    channel.send(Kind.TASK, 1, payload[:10], payload[10:])
    assert channel.receive(_soon(20), 100)[2] == b"done"
    reader.join()
    assert got[frames.HEADER.size :] == payload


def test_a_reader_that_never_reads_meets_the_deadline(ends):
    channel, *_ = ends
    channel.send(Kind.TASK, 1, bytes(5_000_000))
    with pytest.raises(ChannelSilent):
        channel.receive(_soon(), 100)
    assert not channel.is_quiet


def test_a_drip_of_bytes_does_not_move_the_deadline(ends):
    channel, _, its_sink, _ = ends
    os.write(its_sink, frames.pack_header(Kind.ANSWER, 1, 100))
    began = time.monotonic()
    stop = threading.Event()

    def drip():
        while not stop.wait(0.02):
            os.write(its_sink, b"x")

    writer = threading.Thread(target=drip)
    writer.start()
    with pytest.raises(ChannelSilent):
        channel.receive(_soon(0.3), 100)
    stop.set()
    writer.join()
    assert time.monotonic() - began < 2


def test_what_came_before_the_deadline_is_received_after_it(ends):
    channel, _, its_sink, _ = ends
    os.write(its_sink, frames.pack_frame(Kind.READY, 0, b"in time"))
    assert channel.receive(time.monotonic() - 5, 100) == (Kind.READY, 0, b"in time")
    with pytest.raises(ChannelSilent):
        channel.receive(time.monotonic() - 5, 100)


def test_too_long_a_frame_is_refused_before_its_payload(ends):
    channel, _, its_sink, _ = ends
    os.write(its_sink, frames.pack_header(Kind.ANSWER, 1, 101))
    with pytest.raises(InvalidValue, match="101"):
        channel.receive(_soon(), 100)


def test_a_worker_that_closes_its_end_is_noticed(ends):
    channel, _, its_sink, held = ends
    os.write(its_sink, b"SLW1")
    os.close(its_sink)
    held.remove(its_sink)
    with pytest.raises(ChannelClosed):
        channel.receive(_soon(), 100)


def test_sending_to_a_worker_that_is_gone_is_noticed(ends):
    channel, its_source, _, held = ends
    os.close(its_source)
    held.remove(its_source)
    with pytest.raises(ChannelClosed):
        channel.send(Kind.TASK, 1, b"hello")


def test_closing_twice_does_nothing(ends):
    channel, *_ = ends
    channel.close()
    channel.close()
