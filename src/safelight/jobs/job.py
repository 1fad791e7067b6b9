"""Jobs: durable work of one kind on things that are named by their ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from safelight.errors import InvalidValue

MOST_ATTEMPTS = 20
"""After so many attempts a job is dead. With the waits between them that takes some six hours."""

SHORTEST_WAIT = timedelta(seconds=5)
"""Before its second attempt a job waits at most so long; the limit doubles with each attempt."""

LONGEST_WAIT = timedelta(hours=1)
"""No job waits longer for its next attempt."""

MAX_TEXT_LENGTH = 100
"""The longest text among a job's arguments: an id or a name, never a document."""

LARGEST_JOB_ID = 2**63 - 1
MAX_KIND_LENGTH = 50
MAX_KEY_LENGTH = 200

Args = Mapping[str, int | str]
"""What a job is about: ids alone. Never a listed value, nothing of the media, no personal data."""


class JobState(StrEnum):
    """Where a job stands. Waiting and running jobs are open; a done or dead one is not touched again by itself."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work.

    `attempts` counts how often it was taken up since it began anew, `fence` how often it was taken up at all. `reason`
    says why it waits once more, or why it is dead. `worker` and `lease_until` are set while it runs.
    """

    id: int
    kind: str
    args: Args
    key: str | None
    state: JobState
    due_at: datetime
    added_at: datetime
    attempts: int
    worker: str
    fence: int
    lease_until: datetime | None
    reason: str
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the jobs of one kind stand that somebody has to see to: how many wait, run and are dead.

    `due_at` is since when the first of those that wait is due, or from when on; None where none waits.
    """

    waiting: int = 0
    running: int = 0
    dead: int = 0
    due_at: datetime | None = None


def back_off(attempts: int, *, job_id: int) -> timedelta:
    """Return how long a job waits after so many failed attempts: any time up to a limit that doubles each time.

    The share of the limit is drawn from the job and the attempt, so that jobs that failed together come back apart, and
    each always gets the same answer ("full jitter").
    """
    doublings = min(attempts - 1, 20)  # beyond, the limit is long the longest
    limit = min(LONGEST_WAIT, SHORTEST_WAIT * (1 << doublings))
    drawn = blake2b(f"{job_id}:{attempts}".encode(), digest_size=8).digest()
    return limit * (int.from_bytes(drawn, "big") / 2**64)


def check_kind(kind: str) -> None:
    """Raise `InvalidValue` unless a kind is lower-case words joined by underscores, as the constants that name it."""
    if not (kind.isidentifier() and kind.islower() and kind.isascii() and len(kind) <= MAX_KIND_LENGTH):
        raise InvalidValue(
            f"{kind[:MAX_KIND_LENGTH]!r} is no kind of job: lower-case words joined by underscores, "
            f"{MAX_KIND_LENGTH} characters at most."
        )


def check_job_id(job_id: int) -> None:
    """Raise `InvalidValue` for a number that no job can have: the database would not even take the question."""
    if not 1 <= job_id <= LARGEST_JOB_ID:
        raise InvalidValue(f"{job_id} is no number of a job: they are counted from 1. See `safelight jobs list`.")


def check_args(args: Args) -> None:
    """Raise `InvalidValue` unless every argument is a number or a short text."""
    for name, value in args.items():
        if not isinstance(value, int | str):
            raise InvalidValue(f"The job's argument {name!r} is neither a number nor a text: a job holds ids alone.")
        if isinstance(value, str) and len(value) > MAX_TEXT_LENGTH:
            raise InvalidValue(f"The job's argument {name!r} is longer than {MAX_TEXT_LENGTH} characters: keep to ids.")


def check_key(key: str | None) -> None:
    """Raise `InvalidValue` unless a key is absent or a text of some length, but not too long for its column."""
    if key is not None and not 1 <= len(key) <= MAX_KEY_LENGTH:
        raise InvalidValue(f"A job's key has 1 to {MAX_KEY_LENGTH} characters.")
