"""An installation with a vault: a database, blobs on disk, keys in memory, and a clock that tests can move."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.flow.installation import Installation
from safelight.roles import Actor
from safelight.testing.evidence import seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs

Seal = Callable[..., str]


@dataclass
class MovableClock:
    """A clock that shows what it was last set to."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def moving(clock: FixedClock) -> MovableClock:
    """Show the moment of the fixed clock until somebody moves it."""
    return MovableClock(clock.at)


@pytest.fixture
def place(engine: Engine, moving: MovableClock, tmp_path: Path) -> Installation:
    """Join the parts, on both databases."""
    blobs = DiskBlobs(tmp_path / "blobs")
    blobs.create()
    return Installation(engine=engine, blobs=blobs, keys=MemoryKeys(), clock=moving)


@pytest.fixture
def seal(place: Installation, actor: Actor, tmp_path: Path) -> Seal:
    """Seal bytes, random ones unless told which, and return the id of the evidence: it is under review."""

    def seal_evidence(data: bytes | None = None) -> str:
        return seal_bytes(place, actor, tmp_path / "spool", [data or secrets.token_bytes(100)]).id

    return seal_evidence
