"""What `safelight doctor` says of keys, sealed bytes, jobs, what was recently seen, and reports."""

from collections.abc import Iterator

from safelight.app import Workspace
from safelight.app.deadline_parts import deadline_rules
from safelight.database.transaction import read
from safelight.flow.reporting.deadlines import count_loud
from safelight.jobs import queries
from safelight.jobs.job import JobState
from safelight.recent.queries import seen_totals
from safelight.reporting.queries import count_open, count_reports
from safelight.reporting.report import ReportState
from safelight.reporting.setup_queries import list_setups


def key_words(house: Workspace) -> str:
    """Say which keys there are. Raises `KeysUnusable` for keys that are there and cannot be used."""
    if not house.keys.exists():
        return "none yet, so nothing can be sealed: safelight key create"
    described = house.keys.describe()
    copy = "recovery copy made" if described.is_exported else "NO recovery copy yet: safelight key export"
    return f"{described.service} in {described.location}, {len(described.key_ids)} that wrap, {copy}"


def store_words(house: Workspace) -> str:
    """Say where sealed bytes lie. Raises `StoreUnusable` where the place cannot be read."""
    is_empty = next(iter(house.blobs.blob_ids()), None) is None
    return f"{house.settings.blob_store}, {'empty' if is_empty else 'in use'}"


def job_words(house: Workspace) -> str:
    """Say how many jobs wait, run, and are dead."""
    with read(house.engine) as tx:
        counts = queries.count_jobs(tx)
    told = ", ".join(_counted(counts, state) for state in (JobState.WAITING, JobState.RUNNING, JobState.DEAD))
    return f"{told}{' (safelight jobs dead says why)' if any(_dead(counts)) else ''}"


def recent_words(house: Workspace) -> str:
    """Say whether media that matched nothing is kept, how much is, and how old the oldest is."""
    days = house.settings.recently_seen_days
    with read(house.engine) as tx:
        totals = seen_totals(tx)
    if not days:
        return f"off{f', {totals.media} still to be erased: safelight recent forget' if totals.media else ''}"
    since = f", the oldest since {totals.oldest_at:%Y-%m-%d %H:%M} UTC" if totals.oldest_at else ""
    blind = "" if house.keys.exists() else "; NOTHING can be kept without keys: safelight key create"
    return f"{totals.media} media that matched nothing, for {days} days{since}{blind}"


def report_words(house: Workspace) -> str:
    """Say whether reports that count are sent, how many wait and failed, and which destinations are switched off."""
    with read(house.engine) as tx:
        counts, still_open, setups = count_reports(tx), count_open(tx), list_setups(tx)
    waiting = counts.get(ReportState.APPROVED, 0)
    told = [
        f"live reporting {'ON' if house.settings.live_reporting else 'off'}",
        f"{waiting} wait",
        f"{counts.get(ReportState.FILING, 0)} on their way",
        f"{still_open} open at an authority",
        f"{counts.get(ReportState.FAILED, 0)} failed",
        f"{len(setups)} destinations",
    ]
    return ", ".join(told) + "".join(f"; {each.name} is switched OFF" for each in setups if each.is_off)


def due_words(house: Workspace) -> str:
    """Say what must be reported or seen to, the loudest first, and how much there is of it."""
    with read(house.engine) as tx:
        counts = count_loud(tx, house.clock, deadline_rules(house.settings))
    told = [f"{counts[level]} {level.name.lower()}" for level in sorted(counts, reverse=True)]
    return ", ".join(told) or "nothing is due"


def _counted(counts: dict[tuple[str, JobState], int], state: JobState) -> str:
    return f"{sum(count for (_, each), count in counts.items() if each is state)} {state.value}"


def _dead(counts: dict[tuple[str, JobState], int]) -> Iterator[int]:
    return (count for (_, state), count in counts.items() if state is JobState.DEAD)
