"""Fetching media that is named: had whole, or refused with a code of its own. What could not be had is never clean."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from safelight.errors import OutboundFailed, OutboundRefused, OutboundTimedOut, OutboundTooLarge, SafelightError
from safelight.intake.sources.interface import Fetchable, Obstacle, Unopenable
from safelight.intake.spooled import Spooled

_ERRORS: Mapping[Obstacle, type[SafelightError]] = {
    Obstacle.REFUSED: OutboundRefused,
    Obstacle.TIMED_OUT: OutboundTimedOut,
    Obstacle.TOO_LARGE: OutboundTooLarge,
    Obstacle.UNREADABLE: OutboundFailed,
    Obstacle.UNSUPPORTED: OutboundFailed,
}


@contextmanager
def fetched(media: Fetchable) -> Iterator[Spooled]:
    """Give media for the length of a block, sealed in the spool.

    Raises `OutboundRefused` for an address that nothing is fetched from and for what is not of a type that is taken,
    `OutboundTimedOut`, `OutboundTooLarge`, and `OutboundFailed` for all else that the other side does. No message
    names the address.
    """
    with ExitStack() as stack:
        try:
            spooled = stack.enter_context(media.open())
        except Unopenable as obstacle:
            raise _ERRORS[obstacle.obstacle](_tell(obstacle)) from obstacle
        yield spooled


def _tell(obstacle: Unopenable) -> str:
    why = obstacle.detail.rstrip(".")
    return f"{why[:1].upper()}{why[1:]}. The media was not scanned, and nothing was kept."
