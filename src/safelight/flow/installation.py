"""The parts of an installation that hold something: what a backup is made of, and restored into."""

from dataclasses import dataclass

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.keys.interface import KeyService
from safelight.vault.blobs.interface import BlobStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """A database, the blobs that belong to it, the keys that open both, and the time."""

    engine: Engine
    blobs: BlobStore
    keys: KeyService
    clock: Clock
