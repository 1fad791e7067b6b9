"""A workspace of its own, and what a backup is made of and restored into."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlalchemy import select

from safelight.app import Workspace, create_workspace, open_workspace
from safelight.banks.entry import NewEntry
from safelight.clock import FixedClock
from safelight.database.engine import Engine, open_engine
from safelight.database.loading import require_unused
from safelight.database.transaction import read, write
from safelight.flow import banks
from safelight.flow.backups import make_backup
from safelight.flow.installation import Installation
from safelight.flow.restores import Restored, restore_backup
from safelight.notices.event import WANTABLE
from safelight.notices.steps import Desk, add_address
from safelight.notices.store.tables import deliveries, events
from safelight.roles import Actor
from safelight.testing.evidence import seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.evidence import Evidence

CONTENTS = [b"large content " * 200_000, b"small content", b"other content"]

Identity = pyrage.x25519.Identity
Restore = Callable[..., Restored]
NewTarget = Callable[[str], Installation]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with the enabled bank `alpha`, which is empty."""
    monkeypatch.setenv("SAFELIGHT_SCAN_WORKERS", "1")
    create_workspace(tmp_path / "workspace")
    house = open_workspace(tmp_path / "workspace")
    banks.create_bank(house.engine, house.clock, house.actor, name="alpha")
    return house


@pytest.fixture
def add(house: Workspace):
    """Add an entry to a bank; the entries of a workspace are numbered from 1."""

    def add_entry(value: bytes, signal_type: str = "pdq", *, bank: str = "alpha", label: str | None = None) -> None:
        entry = NewEntry(signal_type=signal_type, value=value, label=label)
        banks.add_entries(house.engine, house.clock, house.actor, bank=bank, entries=[entry])

    return add_entry


@pytest.fixture(scope="session")
def identity() -> Identity:
    """Who can open the backups of these tests."""
    return Identity.generate()


def _blobs(folder: Path) -> DiskBlobs:
    blobs = DiskBlobs(folder)
    blobs.create()
    return blobs


@pytest.fixture
def source(engine: Engine, tmp_path: Path, clock: FixedClock, actor: Actor) -> Installation:
    """An installation with a bank."""
    banks.create_bank(engine, clock, actor, name="known")
    return Installation(engine=engine, blobs=_blobs(tmp_path / "vault"), keys=MemoryKeys(), clock=clock)


@pytest.fixture
def contents() -> list[bytes]:
    """What the evidence holds; the first is larger than a chunk."""
    return CONTENTS


@pytest.fixture
def sealed(source: Installation, actor: Actor, tmp_path: Path, contents: list[bytes]) -> list[Evidence]:
    """Evidence of each content."""
    return [seal_bytes(source, actor, tmp_path / "spool", [content]) for content in contents]


@pytest.fixture
def backup(source: Installation, sealed: list[Evidence], actor: Actor, identity: Identity, tmp_path: Path) -> Path:
    """A backup of that."""
    make_backup(source, actor, tmp_path / "out.age", [str(identity.to_public())])
    return tmp_path / "out.age"


@pytest.fixture
def new_target(source: Installation, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewTarget]:
    """Give a fresh machine with either kind of database: SQLite as `init` makes it, PostgreSQL without any table."""
    opened: list[Engine] = []

    def make(kind: str) -> Installation:
        if kind == "sqlite":
            shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "new.db")
            opened.append(open_engine(tmp_path / "new.db"))
        else:
            server: Any = request.getfixturevalue("postgresql_server")
            server.psql("DROP DATABASE IF EXISTS restored WITH (FORCE);")
            server.psql("CREATE DATABASE restored;")
            opened.append(open_engine(server.get_uri(database="restored")))
        return replace(source, engine=opened[-1], blobs=_blobs(tmp_path / "new-vault"))

    yield make
    for engine in opened:
        engine.dispose()


@pytest.fixture
def target(source: Installation, new_target: NewTarget) -> Installation:
    """A fresh machine with the same kind of database."""
    return new_target(source.engine.dialect.name)


@pytest.fixture
def restore(actor: Actor, identity: Identity, tmp_path: Path) -> Restore:
    """Restore a backup with the right identity."""
    folder = tmp_path / "workspace"
    folder.mkdir()

    def run(target: Installation, backup: Path, *, by: Actor = actor, **options: Any) -> Restored:
        with backup.open("rb") as file:
            return restore_backup(target, by, file, [identity], workspace=folder, **options)

    return run


@pytest.fixture
def require_untouched(tmp_path: Path) -> Callable[[Installation], None]:
    """Fail unless nothing at all was restored."""

    def look(target: Installation) -> None:
        with read(target.engine) as tx:
            require_unused(tx)
        assert list(target.blobs.blob_ids()) == []
        assert not (tmp_path / "workspace" / "restoring").exists()

    return look


@pytest.fixture
def told_events(engine: Engine, clock: FixedClock, actor: Actor) -> Callable[[], list[tuple[str, dict[str, Any]]]]:
    """Let somebody listen to everything; give the kinds and facts of what is told from then on."""
    with write(engine) as tx:
        desk = Desk(clock=clock, actor=actor, keys=MemoryKeys())
        add_address(tx, desk, name="all", origin="https://hooks.example", kinds=WANTABLE, made=[])

    def look() -> list[tuple[str, dict[str, Any]]]:
        with read(engine) as tx:
            rows = tx.execute(select(deliveries.c.id, events).join(events).order_by(deliveries.c.id)).all()
        return [(row.kind, json.loads(row.facts)) for row in rows]

    return look
