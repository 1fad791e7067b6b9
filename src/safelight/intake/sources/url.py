"""A URL: fetched through the guard into the sealed spool, never on disk in the clear."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from safelight.errors import OutboundFailed, OutboundRefused, OutboundTimedOut, OutboundTooLarge
from safelight.intake.media import Origin
from safelight.intake.sources.interface import Obstacle, Stamp, Unopenable
from safelight.intake.spool import Spool
from safelight.intake.spooled import Spooled
from safelight.outbound.guard import Rule
from safelight.outbound.limits import Limits
from safelight.outbound.outlet import Outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """The parts that a fetch takes, and the rule and the limits that it goes by."""

    outlet: Outlet
    rule: Rule
    limits: Limits
    spool: Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlArrival:
    """One media that is fetched when it is opened.

    `origin` is what the platform told. The URL itself is not taken for it: it may be an inner one, with a key in it.
    """

    url: str
    fetching: Fetching
    origin: Origin = Origin()

    @property
    def name(self) -> bytes:
        """The URL."""
        return self.url.encode("utf-8", "replace")

    @property
    def stamp(self) -> Stamp | None:
        """What lies behind a URL cannot be told without fetching it."""
        return None

    @contextmanager
    def open(self) -> Iterator[Spooled]:
        """Fetch the bytes whole, and give them sealed; they are dropped at the end of the block.

        Raises Unopenable with the reason wherever they cannot be had whole: `refused` by the rule, `timed_out`,
        `too_large`, `unreadable` for all else that the other side does. Raises StoreUnusable for a spool of our own
        that cannot be used: that says nothing of the media.
        """
        with self._spooled() as spooled:
            yield spooled

    def _spooled(self) -> Spooled:
        parts = self.fetching
        try:
            with parts.outlet.fetch(self.url, parts.rule, parts.limits) as fetched:
                return parts.spool.receive(fetched.pieces, max_bytes=parts.limits.max_bytes)
        except OutboundRefused as error:
            raise Unopenable(Obstacle.REFUSED, str(error)) from error
        except OutboundTimedOut as error:
            raise Unopenable(Obstacle.TIMED_OUT, str(error)) from error
        except OutboundTooLarge as error:
            raise Unopenable(Obstacle.TOO_LARGE, str(error)) from error
        except OutboundFailed as error:
            raise Unopenable(Obstacle.UNREADABLE, str(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlSource:
    """URLs as arrivals, in the order given."""

    urls: tuple[str, ...]
    fetching: Fetching

    def arrivals(self) -> Iterator[UrlArrival]:
        """Yield each URL once; nothing is fetched yet."""
        for url in dict.fromkeys(self.urls):
            yield UrlArrival(url=url, fetching=self.fetching)
