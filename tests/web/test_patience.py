"""Who sends a body slowly, or not at all, is given up; who waits for nothing is left alone."""

import asyncio
import time

import pytest

from safelight.web import patience
from safelight.web.arriving import ArrivalCutOff
from safelight.web.patience import Limits, Patience

END = {"type": "http.request", "body": b"", "more_body": False}


def _piece(body: bytes) -> dict:
    return {"type": "http.request", "body": body, "more_body": True}


def _read(
    *messages: dict, wait_s: float = 0.0, silence_s: float = 5.0, whole_s: float = 5.0, kind: str = "http"
) -> list:
    """Return what an application reads of messages that come `wait_s` apart."""
    read: list = []

    async def app(_scope, receive, _send) -> None:
        while len(read) < len(messages):
            read.append(await receive())

    async def receive() -> dict:
        await asyncio.sleep(wait_s)
        return messages[len(read)]

    limits = Limits(silence_s=silence_s, whole_s=whole_s)
    asyncio.run(Patience(app, limits)({"type": kind}, receive, None))
    return read


def test_a_body_is_read_as_it_comes() -> None:
    messages = [_piece(b"one"), _piece(b""), END, {"type": "http.disconnect"}]
    assert _read(*messages) == messages


def test_a_silent_sender_is_given_up() -> None:
    with pytest.raises(ArrivalCutOff, match="Nothing came"):
        _read(_piece(b"x"), wait_s=0.5, silence_s=0.02)


def test_a_body_that_takes_too_long_on_the_whole_is_given_up() -> None:
    with pytest.raises(ArrivalCutOff, match="took more than"):
        _read(*[_piece(b"x" * 9000)] * 100, wait_s=0.02, whole_s=0.1)


def test_a_sender_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_GRACE_S", 0.0)
    with pytest.raises(ArrivalCutOff, match="slowly"):
        _read(*[_piece(b"x")] * 50, wait_s=0.01)


def test_what_comes_after_the_body_may_take_its_time() -> None:
    async def app(_scope, receive, _send) -> None:
        assert await receive() == END
        assert (await receive())["type"] == "http.disconnect"

    messages = [END, {"type": "http.disconnect"}]

    async def receive() -> dict:
        if len(messages) == 1:
            await asyncio.sleep(0.05)
        return messages.pop(0)

    asyncio.run(Patience(app, Limits(silence_s=0.01, whole_s=0.02))({"type": "http"}, receive, None))
    assert messages == []


def test_a_reader_that_takes_its_time_is_no_fault_of_the_sender() -> None:
    async def app(_scope, receive, _send) -> None:
        await receive()
        time.sleep(0.05)
        assert await receive() == END

    messages = [_piece(b"x" * 5000), END]

    async def receive() -> dict:
        return messages.pop(0)

    asyncio.run(Patience(app, Limits(silence_s=0.02, whole_s=5.0))({"type": "http"}, receive, None))


def test_what_is_no_request_is_passed_on() -> None:
    assert _read(END, kind="lifespan") == [END]
