"""A workspace of its own, and what a backup is made of and restored into."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlalchemy import event, select, text

from safelight.app import Workspace, create_workspace, open_workspace
from safelight.banks.entry import NewEntry
from safelight.boundary import Reach, unwatched
from safelight.clock import Clock, FixedClock
from safelight.database import loading
from safelight.database.engine import Engine, open_engine
from safelight.database.loading import require_unused
from safelight.database.revision import REVISIONS, our_tables
from safelight.database.stepping import step_to
from safelight.database.transaction import Tx, read, write
from safelight.errors import SandboxUnavailable
from safelight.flow.backup.backups import make_backup
from safelight.flow.backup.restores import Restored, restore_backup
from safelight.flow.banks import edits as banks
from safelight.flow.chain import ScanResult, scan
from safelight.flow.evidence.destruction import Destruction
from safelight.flow.installation import Installation
from safelight.flow.scans.answer import ScanAnswer
from safelight.flow.scans.arrivals import Arrivals, Arrived
from safelight.flow.scans.held_media import HeldMedia
from safelight.flow.scans.once import Once, RequestDigester
from safelight.flow.scans.queued_scans import SCAN_KEPT, QueuedScans
from safelight.flow.scans.settling import Also, Keep, Settling, keep_nothing
from safelight.flow.scans.spool_room import USUAL_ROOM
from safelight.flow.scans.unscanned import HOLD_ALL
from safelight.hashing.hashers.cryptographic import CryptographicHasher
from safelight.hashing.signal import NoSignal, Reason, SignalType
from safelight.intake.media import Origin, Subject
from safelight.intake.request import IdempotencyKey
from safelight.intake.sources.interface import Arrival
from safelight.intake.spool import Spool
from safelight.jobs.job import Job
from safelight.jobs.queries import page_jobs
from safelight.jobs.worker import Worker
from safelight.matching.match import Match, Verdict
from safelight.notices.event import WANTABLE
from safelight.notices.steps import Desk as NoticeDesk
from safelight.notices.steps import add_address
from safelight.notices.store.tables import deliveries, events
from safelight.review import queries as cases
from safelight.review.case import Case
from safelight.review.rules import ReviewRules
from safelight.roles import Actor
from safelight.testing.evidence import read_bytes, seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.testing.matches import exact_match
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.evidence import Evidence
from safelight.vault.keeping import Keeping
from safelight.vault.listing import EvidenceFacts, EvidenceState, KeptFacts
from safelight.vault.queries import list_evidence, list_kept
from safelight.vault.vault import Vault

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


class SaidSteps:
    """The steps of the tables: Alembic takes them once on each kind of database, then what it said is said again.

    Every restoring takes all of them, and each costs as much as the rest of it. Whether they are right is not what is
    asked here.
    """

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], list[tuple[str, Any]]] = {}

    def step_to(self, tx: Tx, revision: str = REVISIONS[-1]) -> None:
        """Bring tables up as `safelight.database.stepping.step_to` does."""
        if our_tables(tx):
            if tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one() != revision:
                step_to(tx, revision)
        elif said := self._said.get((tx.dialect.name, revision)):
            for statement, values in said:
                tx.exec_driver_sql(statement, values)
        else:
            self._said[tx.dialect.name, revision] = self._listened(tx, revision)

    @staticmethod
    def _listened(tx: Tx, revision: str) -> list[tuple[str, Any]]:
        said: list[tuple[str, Any]] = []

        def listen(_connection: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
            if statement.split(maxsplit=1)[0] not in {"SELECT", "PRAGMA"}:
                said.append((statement, values))

        event.listen(tx, "before_cursor_execute", listen)
        try:
            step_to(tx, revision)
        finally:
            event.remove(tx, "before_cursor_execute", listen)
        return said


@pytest.fixture(scope="session")
def said_steps() -> SaidSteps:
    """The steps of the tables, quicker."""
    return SaidSteps()


@pytest.fixture
def restore_by_all_steps(actor: Actor, identity: Identity, tmp_path: Path) -> Restore:
    """Restore a backup with the right identity."""
    folder = tmp_path / "workspace"
    folder.mkdir()

    def run(target: Installation, backup: Path, *, by: Actor = actor, **options: Any) -> Restored:
        with backup.open("rb") as file:
            return restore_backup(target, by, file, [identity], workspace=folder, **options)

    return run


@pytest.fixture
def restore(restore_by_all_steps: Restore, said_steps: SaidSteps, monkeypatch: pytest.MonkeyPatch) -> Restore:
    """Restore a backup with the right identity, into tables that are made without Alembic."""
    monkeypatch.setattr(loading, "step_to", said_steps.step_to)
    return restore_by_all_steps


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
        desk = NoticeDesk(clock=clock, actor=actor, keys=MemoryKeys())
        add_address(tx, desk, name="all", origin="https://hooks.example", kinds=WANTABLE, made=[])

    def look() -> list[tuple[str, dict[str, Any]]]:
        with read(engine) as tx:
            rows = tx.execute(select(deliveries.c.id, events).join(events).order_by(deliveries.c.id)).all()
        return [(row.kind, json.loads(row.facts)) for row in rows]

    return look


def _ignore(_text: str) -> None:
    pass


class Desk:
    """An installation on each database to which media arrives. Its scanner knows listed content by its beginning.

    `fault` lets every scan end by that reason, `is_down` lets none begin, `before` is called in each. `matches` are
    what listed content matches, in the place of the usual one.
    """

    def __init__(self, place: Installation, folder: Path, *, clock: Clock | None = None) -> None:
        self.place, self.engine, self.clock = place, place.engine, clock or place.clock
        self.fault: Reason | None = None
        self.is_down = False
        self.before: Callable[[], None] = lambda: None
        self.reach: Reach = unwatched
        self.also: Also = lambda _tx, answer: self.told.append(answer)
        self.policy, self.room, self.wait_s = HOLD_ALL, USUAL_ROOM, 20.0
        self.rules = ReviewRules()
        self.matches: tuple[Match, ...] = ()
        self.counted: list[ScanAnswer] = []
        self.told: list[ScanAnswer] = []
        self.scanned: list[ScanResult] = []
        self.keep: Keep = keep_nothing
        self.spool = Spool(folder / "spool", memory_bytes=1 << 16)

    @property
    def settling(self) -> Settling:
        parts = {"blobs": self.place.blobs, "keys": self.place.keys, "clock": self.clock, "reach": self.reach}
        return Settling(
            vault=Vault(**parts),
            keeping=Keeping(**parts),
            policy=self.policy,
            room=self.room,
            count=self.counted.append,
            also=self.also,
            keep=self.keep,
            rules=self.rules,
        )

    @property
    def arrivals(self) -> Arrivals:
        return Arrivals(
            engine=self.engine,
            scan=self.scan,
            settling=self.settling,
            once=Once(engine=self.engine, clock=self.clock, wait_s=self.wait_s),
            digester=RequestDigester(self.engine, self.place.keys, self.clock),
        )

    def scan(self, arrival: Arrival, bank_ids: frozenset[int] | None = None) -> ScanResult:
        self.before()
        if self.is_down:
            raise SandboxUnavailable("No worker process can be started.")
        result = scan(arrival, clock=self.clock, hashers=[CryptographicHasher()], take_snapshot=lambda: None)
        self.scanned.append(result)
        with arrival.open() as content:
            is_listed = content.read(0, 6) == b"listed"
        if self.fault is not None:
            answers = (NoSignal(type=SignalType.PDQ, reason=self.fault, detail=""),)
            return replace(result, verdict=Verdict.NOT_SCANNED, answers=answers)
        if not is_listed:
            return replace(result, verdict=Verdict.NO_KNOWN_MATCH)
        return replace(
            result, verdict=Verdict.EXACT, matches=self.matches or (exact_match(entry_added_at=self.clock.now()),)
        )

    @contextmanager
    def arrived(self, data: bytes, *, subject: str = "account 7", key: str | None = None) -> Iterator[Arrived]:
        """Give media that was spooled; its spool is dropped with the block."""
        with self.spool.receive([data], max_bytes=1 << 30) as spooled:
            yield Arrived(
                spooled=spooled,
                origin=Origin(platform_content_id="post 9", original_file_name="a.jpg"),
                subject=Subject(id=subject) if subject else None,
                key=None if key is None else IdempotencyKey(scope="key 1", key=key),
            )

    def take_in(self, actor: Actor, data: bytes, **told: Any) -> ScanAnswer:
        with self.arrived(data, **told) as arrived:
            return self.arrivals.take_in(actor, arrived)

    def queue(self, actor: Actor, data: bytes, **told: Any) -> ScanAnswer:
        with self.arrived(data, **told) as arrived:
            return self.arrivals.queue(actor, arrived)

    def work(self) -> int:
        """Let a worker do what is due of scans and of removals."""
        parts = {"blobs": self.place.blobs, "keys": self.place.keys, "people": lambda tx: [], "tell": _ignore}
        queued = QueuedScans(settling=self.settling, scan=self.scan)
        handlers = {
            SCAN_KEPT: queued.scan_kept,
            **HeldMedia(keeping=self.settling.keeping).handlers(),
            **Destruction(**parts, reach=self.reach).handlers(),
        }
        return Worker(self.engine, self.clock, handlers, name="w", reach=self.reach, tell=_ignore).run_due()

    def restart_and_settle(self) -> None:
        """Let new workers do what is left, however long leases, graces and waits take."""
        self.reach = unwatched
        for _ in range(8):
            self.clock = FixedClock(at=self.clock.now() + timedelta(minutes=10))
            self.work()

    def jobs(self) -> list[Job]:
        with read(self.engine) as tx:
            return page_jobs(tx)

    def cases(self) -> list[Case]:
        with read(self.engine) as tx:
            return cases.page_cases(tx)

    def evidence(self) -> list[EvidenceFacts]:
        with read(self.engine) as tx:
            return list_evidence(tx)

    def kept(self) -> list[KeptFacts]:
        with read(self.engine) as tx:
            return list_kept(tx)

    def sealed(self, actor: Actor) -> list[bytes]:
        """Return the bytes of all evidence that lives."""
        with read(self.engine) as tx:
            found = list_evidence(tx, state=EvidenceState.LIVING)
        place = replace(self.place, clock=self.clock)
        return [read_bytes(place, actor, each.id) for each in found]

    def stored(self) -> int:
        return len(list(self.place.blobs.blob_ids()))


@pytest.fixture
def desk(source: Installation, tmp_path: Path) -> Desk:
    """An installation to which media arrives."""
    return Desk(source, tmp_path)
