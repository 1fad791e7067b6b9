"""Choosing the parts by the settings: database, worker processes, hashers."""

from safelight.database.engine import Engine, open_engine
from safelight.errors import InvalidValue
from safelight.hashing.hashers.cryptographic import CryptographicHasher
from safelight.hashing.hashers.pdq import TASKS, PdqHasher
from safelight.hashing.interface import Hasher
from safelight.hashing.request import ImageOptions
from safelight.sandbox.layer import Rule
from safelight.sandbox.limits import Limits
from safelight.sandbox.pool import Pool
from safelight.settings import MOST_WORKERS, Settings


def open_database(settings: Settings) -> Engine:
    """Open the database that the settings name: SQLite in the workspace unless they say otherwise."""
    return open_engine(settings.database_url or settings.workspace / "safelight.db", folder=settings.workspace)


def open_pool(settings: Settings, workers: int | None = None) -> Pool:
    """Start the processes that decode outside bytes. Raises SandboxUnavailable, or InvalidValue for `workers`."""
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise InvalidValue(f"There are 1 to {MOST_WORKERS} workers, not {workers}.")
    return Pool(
        TASKS,
        workers=workers or settings.resolved_scan_workers,
        limits=Limits(
            memory_bytes=settings.sandbox_memory_mib << 20,
            seconds_per_file=settings.sandbox_seconds_per_file,
            files_per_worker=settings.sandbox_files_per_worker,
        ),
        rule=Rule(settings.sandbox_rule),
    )


def open_hashers(settings: Settings, pool: Pool) -> tuple[Hasher, ...]:
    """Return one of each hasher."""
    options = ImageOptions(max_pixels=settings.max_pixels, max_frames=settings.max_frames, flavour=settings.kernel)
    return (CryptographicHasher(), PdqHasher(runner=pool, options=options))
