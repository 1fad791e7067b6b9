"""A stream is one arrival."""

import io

import pytest

from safelight.intake.sources.interface import Obstacle, Unopenable
from safelight.intake.sources.stream import StreamSource


def test_a_stream_is_read_to_its_end() -> None:
    (arrival,) = StreamSource(stream=io.BytesIO(b"media"), max_bytes=5).arrivals()
    assert arrival.stamp is None
    with arrival.open() as content:
        assert content.read(0, 10) == b"media"


def test_a_stream_beyond_the_limit_is_too_large() -> None:
    (arrival,) = StreamSource(stream=io.BytesIO(b"media!"), max_bytes=5).arrivals()
    with pytest.raises(Unopenable) as caught, arrival.open():
        pass
    assert caught.value.obstacle is Obstacle.TOO_LARGE


def test_a_stream_that_cannot_be_read_says_so() -> None:
    (arrival,) = StreamSource(stream=_Failing(), max_bytes=5).arrivals()
    with pytest.raises(Unopenable) as caught, arrival.open():
        pass
    assert caught.value.obstacle is Obstacle.UNREADABLE


class _Failing(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise IsADirectoryError(21, "Is a directory")
