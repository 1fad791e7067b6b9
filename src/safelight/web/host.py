"""What every route of a running service is given."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from safelight.app.service import Service
from safelight.flow.scans.unscanned import read_policy
from safelight.web.figures import Figures
from safelight.web.guard import Authenticate
from safelight.web.places import Places
from safelight.web.turns import Turns

_T = TypeVar("_T")

MOST_QUESTIONS = 12
"""Questions to the database under way at once: a database is opened with at most 15 connections."""

LISTS_AT_ONCE = 2
"""Whole lists that go in or out at a time."""

WAITING_FOR_EACH = 8
"""Media that may arrive or wait for each that is being scanned; beyond, senders are told to come again."""

KEPT_AT_ONCE = 4
"""Media that is being written to the store to be scanned later: more at once would only make the disk slower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The parts of a running service, who a request is from, the figures, and bounded places for what must wait.

    `places` are for media that is to be scanned at once, `aside` for media that is kept at once because those are all
    taken, where the policy says so (`keeps_when_busy`). `lists` are for whole lists that go in or out.

    `max_bytes`: no media may be longer.
    """

    service: Service
    authenticate: Authenticate
    figures: Figures
    questions: CapacityLimiter
    scanning: Turns
    keeping: CapacityLimiter
    places: Places
    aside: Places
    keeps_when_busy: bool
    lists: Places
    moving: CapacityLimiter
    max_bytes: int

    @property
    def in_hand(self) -> int:
        """How much media arrives, waits or is scanned now."""
        return self.places.taken + self.aside.taken

    async def ask(self, question: Callable[[], _T]) -> _T:
        """Ask something that may wait for a disk or a database, in a thread."""
        return await to_thread.run_sync(question, limiter=self.questions)

    async def scan(self, work: Callable[[], _T]) -> _T:
        """Do something that takes a worker process, in a thread. Raises `NoPlace` where all are taken for too long."""
        return await self.scanning.run(work)

    async def keep(self, work: Callable[[], _T]) -> _T:
        """Keep media to be scanned later, in a thread: no worker process is needed for that."""
        return await to_thread.run_sync(work, limiter=self.keeping)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[bool]:
        """Take a place for media, and say whether it may wait there for a worker process.

        Raises `NoPlace` where none is left, and none aside either.
        """
        is_aside = self.places.is_full and self.keeps_when_busy
        async with (self.aside if is_aside else self.places).place():
            yield not is_aside

    async def move(self, work: Callable[[], _T]) -> _T:
        """Take a whole list in or out, in a thread of its own: it may take minutes, and no question waits for it."""
        return await to_thread.run_sync(work, limiter=self.moving)


def open_host(service: Service, authenticate: Authenticate) -> Host:
    """Return the host of a service; call it in the event loop that will answer."""
    settings = service.house.settings
    workers = settings.resolved_scan_workers
    turns = workers + 1  # one arrives while another is decoded
    most = (1 + WAITING_FOR_EACH) * turns
    return Host(
        service=service,
        authenticate=authenticate,
        figures=Figures(),
        questions=CapacityLimiter(MOST_QUESTIONS),
        scanning=Turns(turns, wait_s=settings.busy_seconds),
        keeping=CapacityLimiter(KEPT_AT_ONCE),
        places=Places(most),
        aside=Places(most),
        keeps_when_busy=read_policy(settings.not_scanned_policy).keeps_when_busy,
        lists=Places(LISTS_AT_ONCE, what="lists"),
        moving=CapacityLimiter(LISTS_AT_ONCE),
        max_bytes=settings.max_spool_mib << 20,
    )
