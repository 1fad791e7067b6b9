"""What every route of a running service is given."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from safelight.app.service import Service
from safelight.web.door import Authenticate
from safelight.web.figures import Figures
from safelight.web.places import Places

_T = TypeVar("_T")

MOST_QUESTIONS = 12
"""Questions to the database under way at once: a database is opened with at most 15 connections."""

WAITING_FOR_EACH = 8
"""Media that may arrive or wait for each that is being scanned; beyond, senders are told to come again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The parts of a running service, who a request is from, the figures, and bounded places for what must wait.

    `max_bytes`: no media may be longer.
    """

    service: Service
    authenticate: Authenticate
    figures: Figures
    questions: CapacityLimiter
    scanning: CapacityLimiter
    places: Places
    max_bytes: int

    async def ask(self, question: Callable[[], _T]) -> _T:
        """Ask something that may wait for a disk or a database, in a thread."""
        return await to_thread.run_sync(question, limiter=self.questions)

    async def scan(self, work: Callable[[], _T]) -> _T:
        """Do something that takes a worker process, in a thread."""
        return await to_thread.run_sync(work, limiter=self.scanning)


def open_host(service: Service, authenticate: Authenticate) -> Host:
    """Return the host of a service; call it in the event loop that will answer."""
    settings = service.house.settings
    workers = settings.resolved_scan_workers
    return Host(
        service=service,
        authenticate=authenticate,
        figures=Figures(),
        questions=CapacityLimiter(MOST_QUESTIONS),
        scanning=CapacityLimiter(workers + 1),  # one arrives while another is decoded
        places=Places((1 + WAITING_FOR_EACH) * (workers + 1)),
        max_bytes=settings.max_spool_mib << 20,
    )
