"""How this process is, and what it stands on: figures that are read when somebody looks."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version

from safelight.audit.heading import latest_head
from safelight.database.transaction import read
from safelight.errors import SafelightError
from safelight.hashing.pdq import Flavour, which_flavour
from safelight.jobs import queries as jobs
from safelight.jobs.job import JobState
from safelight.web.host import Host


class Wellness(StrEnum):
    """Whether a figure is as it should be. `PLAIN` is one that is neither."""

    WELL = "well"
    UNWELL = "unwell"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: the text `health.figure.<name>` says of what it is, `code` why it could not be read."""

    name: str
    value: str = ""
    wellness: Wellness = Wellness.PLAIN
    code: str = ""


def read_condition(host: Host) -> tuple[Figure, ...]:
    """Return the figures of a running service. It never raises for what is unwell: it tells it."""
    return tuple(_figures(host))


def _figures(host: Host) -> Iterator[Figure]:
    service, settings = host.service, host.service.house.settings
    yield Figure(name="version", value=version("safelight"))
    yield _told("database", lambda: _milliseconds(host))
    yield _told("banks", lambda: str(len(service.banks.holdings.banks)))
    yield _told("keys", lambda: str(len(service.house.keys.describe().public_keys)))
    yield Figure(name="kernel", value=which_flavour(Flavour(settings.kernel)).value)
    yield Figure(name="sandbox", value=", ".join(layer.name for layer in service.pool.layers if layer.is_on))
    yield Figure(name="scans", value=str(host.places.taken))
    yield from _jobs(host)
    yield _told("audit", lambda: _head_size(host))


def _told(name: str, look: Callable[[], str]) -> Figure:
    try:
        return Figure(name=name, value=look(), wellness=Wellness.WELL)
    except SafelightError as error:
        return Figure(name=name, wellness=Wellness.UNWELL, code=error.code)


def _milliseconds(host: Host) -> str:
    begun_at = time.perf_counter()
    with read(host.service.house.engine):
        return f"{(time.perf_counter() - begun_at) * 1000:.1f} ms"


def _jobs(host: Host) -> Iterator[Figure]:
    try:
        with read(host.service.house.engine) as tx:
            counted = jobs.count_jobs(tx)
    except SafelightError as error:
        yield Figure(name="jobs_dead", wellness=Wellness.UNWELL, code=error.code)
        return
    for state in (JobState.WAITING, JobState.RUNNING, JobState.DEAD):
        count = sum(number for (_, each), number in counted.items() if each is state)
        is_unwell = state is JobState.DEAD and count > 0
        wellness = Wellness.UNWELL if is_unwell else Wellness.PLAIN
        yield Figure(name=f"jobs_{state.value}", value=str(count), wellness=wellness)


def _head_size(host: Host) -> str:
    with read(host.service.house.engine) as tx:
        note = latest_head(tx)
    return note.splitlines()[1] if note else "0"
