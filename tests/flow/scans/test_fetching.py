"""What is named is had whole or refused with a code of its own, and no refusal names the address."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from safelight.errors import OutboundFailed, OutboundRefused, OutboundTimedOut, OutboundTooLarge, SafelightError
from safelight.flow.scans.fetching import fetched
from safelight.intake.sources.interface import Obstacle, Unopenable
from safelight.intake.spool import Spool
from safelight.intake.spooled import Spooled


class Named:
    """Media that is had, or not."""

    def __init__(self, spool: Spool, obstacle: Obstacle | None) -> None:
        self.spool, self.obstacle = spool, obstacle

    @contextmanager
    def open(self) -> Iterator[Spooled]:
        if self.obstacle is not None:
            raise Unopenable(self.obstacle, "the other side did something.")
        with self.spool.receive([b"benign"], max_bytes=10) as spooled:
            yield spooled


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with Spool(tmp_path / "spool", memory_bytes=1000) as spool:
        yield spool


def test_what_is_had_is_given_sealed_for_the_length_of_the_block(spool: Spool) -> None:
    with fetched(Named(spool, None)) as content:
        assert content.read(0, 6) == b"benign"


@pytest.mark.parametrize(
    ("obstacle", "error"),
    [
        (Obstacle.REFUSED, OutboundRefused),
        (Obstacle.TIMED_OUT, OutboundTimedOut),
        (Obstacle.TOO_LARGE, OutboundTooLarge),
        (Obstacle.UNREADABLE, OutboundFailed),
        (Obstacle.UNSUPPORTED, OutboundFailed),
    ],
)
def test_each_obstacle_has_its_code(spool: Spool, obstacle: Obstacle, error: type[SafelightError]) -> None:
    with pytest.raises(error, match=r"^The other side did something\. The media was not scanned") as raised:
        fetched(Named(spool, obstacle)).__enter__()
    assert type(raised.value) is error


def test_what_goes_wrong_within_the_block_is_not_taken_for_an_obstacle(spool: Spool) -> None:
    with pytest.raises(Unopenable), fetched(Named(spool, None)):
        raise Unopenable(Obstacle.REFUSED, "another's")
