"""A process that seals, queues, scans, destroys, rotates keys and backs up without end, to be killed at any moment.

    python tests/journeys/busy_vault.py WORKSPACE DATABASE SEED RECIPIENT DIE_AT

It says on standard output, a line each, what it is about to do and what it has done. With DIE_AT above 0 it kills
itself at the so-many-th boundary that it reaches; else somebody else kills it.
"""

import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import timedelta
from enum import StrEnum
from itertools import count
from pathlib import Path

import numpy as np

from safelight.app.evidence_parts import open_blobs, open_keys
from safelight.boundary import Reach
from safelight.clock import SystemClock
from safelight.database.engine import Engine, open_engine
from safelight.database.transaction import write
from safelight.errors import AlreadyExists
from safelight.flow.audit_keeping import number_all
from safelight.flow.backup.backups import make_backup
from safelight.flow.chain import ScanResult, scan
from safelight.flow.evidence.destruction import Destruction
from safelight.flow.installation import Installation
from safelight.flow.keys.changes import resume_rotation, rotate_keys
from safelight.flow.keys.desk import KeyDesk
from safelight.flow.scans.arrivals import Arrivals, Arrived
from safelight.flow.scans.once import Once, RequestDigester
from safelight.flow.scans.preserving import manifest_of, preserve
from safelight.flow.scans.queued_scans import SCAN_KEPT, QueuedScans, accept_scan
from safelight.flow.scans.settling import Settling
from safelight.hashing.hashers.cryptographic import CryptographicHasher
from safelight.intake.media import Digests, Media, Subject
from safelight.intake.request import IdempotencyKey
from safelight.intake.sources.interface import Arrival
from safelight.intake.spool import Spool
from safelight.intake.spooled import Spooled
from safelight.jobs.lease import LeaseTimes
from safelight.jobs.worker import Worker
from safelight.matching.match import Verdict
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.settings import Settings
from safelight.testing.matches import exact_match
from safelight.vault.destroying import destroy_key
from safelight.vault.holding import close_review
from safelight.vault.keeping import Keeping
from safelight.vault.manifest import Manifest
from safelight.vault.vault import Vault

ACTOR = Actor(kind=ActorKind.PERSON, name="busy", permissions=EVERY_PERMISSION)
LONGEST_BYTES = 3 << 20
LISTED = 0x80
"""Content whose first byte is this or more counts as listed."""

REQUESTS = 60
"""How many different requests there are."""

MATCH = exact_match()

TIMES = LeaseTimes(
    lease=timedelta(seconds=1),
    beat=timedelta(seconds=0.3),
    grace=timedelta(seconds=0.4),
    look=timedelta(seconds=0.05),
)


def content_of(number: int) -> bytes:
    """Return the content of a request, the same in every process."""
    return np.random.default_rng(1000 + number).bytes(1 + 7000 * number)


def say(text: str) -> None:
    """Say one line at once and whole."""
    os.write(1, f"{text}\n".encode())


def reach_saying(die_at: int) -> Reach:
    """Say each boundary, and die at the one that is meant."""
    left = count(1)

    def reach(boundary: StrEnum) -> None:
        say(f"at {type(boundary).__name__}.{boundary.name.lower()}")
        if next(left) == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    return reach


class Busy:
    """Everything that an installation does with evidence."""

    def __init__(self, workspace: Path, database: str, seed: int, recipient: str, reach: Reach) -> None:
        settings = Settings(workspace=workspace)
        self.workspace, self.recipient, self.reach = workspace, recipient, reach
        self.engine: Engine = open_engine(database)
        self.clock, self.numbers = SystemClock(), np.random.default_rng(seed)
        self.keys, self.blobs = open_keys(settings), open_blobs(settings)
        self.vault = Vault(blobs=self.blobs, keys=self.keys, clock=self.clock, reach=reach)
        self.keeping = Keeping(blobs=self.blobs, keys=self.keys, clock=self.clock, reach=reach)
        self.spool = Spool(workspace / "spool", memory_bytes=1 << 18, reach=reach)
        self.spool.sweep()
        self.past = [b"benign content that comes again and again" * 9000]
        self.own: list[str] = []

    def content(self) -> bytes:
        """Return content: new, or one that came before."""
        if self.numbers.random() < 0.3:
            return self.past[int(self.numbers.integers(len(self.past)))]
        self.past.append(self.numbers.bytes(int(self.numbers.integers(1, LONGEST_BYTES))))
        return self.past[-1]

    def receive(self) -> tuple[Spooled, Manifest]:
        """Spool content, and say what is known of it."""
        data = self.content()
        spooled = self.spool.receive([data], max_bytes=LONGEST_BYTES)
        digests = Digests(md5=bytes(16), sha1=bytes(20), sha256=hashlib.sha256(data).digest())
        media = Media(size_bytes=len(data), digests=digests, arrived_at=self.clock.now())
        return spooled, manifest_of(media, sealed_by=ACTOR, subject=None)

    def seal(self) -> None:
        """Seal at once."""
        spooled, manifest = self.receive()
        with spooled:
            say(f"sealing {manifest.media_id} {manifest.sha256}")
            evidence = preserve(self.engine, self.vault, ACTOR, spooled, manifest)
            self.own.append(evidence.id)
            say(f"sealed {evidence.id} {manifest.sha256}")

    def queue(self) -> None:
        """Queue a scan."""
        spooled, manifest = self.receive()
        with spooled:
            is_listed = spooled.read(0, 1)[0] >= LISTED
            accept_scan(self.engine, self.keeping, ACTOR, spooled, manifest)
            say(f"accepted {manifest.media_id} {'listed' if is_listed else 'other'}")

    def ask(self) -> None:
        """Send one of a few requests, as likely as not again: each under its key, always with the same content."""
        number = int(self.numbers.integers(REQUESTS))
        with self.spool.receive([content_of(number)], max_bytes=LONGEST_BYTES) as spooled:
            key = IdempotencyKey(scope="busy", key=str(number))
            arrived = Arrived(spooled=spooled, subject=Subject(id=f"account {number % 3}"), key=key)
            is_queued = number % 2 > 0
            say(f"asking {number}")
            answer = (self.arrivals.queue if is_queued else self.arrivals.take_in)(ACTOR, arrived)
            say(f"answered {number} {answer.id} {json.dumps(asdict(answer.outcome), separators=(',', ':'))}")

    @property
    def settling(self) -> Settling:
        """What follows from every scan."""
        return Settling(vault=self.vault, keeping=self.keeping)

    @property
    def arrivals(self) -> Arrivals:
        """What takes media in."""
        once = Once(engine=self.engine, clock=self.clock, lease=timedelta(seconds=1), wait_s=10)
        digester = RequestDigester(self.engine, self.keys, self.clock)
        return Arrivals(engine=self.engine, scan=self.scan, settling=self.settling, once=once, digester=digester)

    def work(self) -> None:
        """Do what jobs are due."""
        queued = QueuedScans(settling=self.settling, scan=self.scan)
        destruction = Destruction(blobs=self.blobs, keys=self.keys, people=lambda tx: [], tell=say, reach=self.reach)
        handlers = {SCAN_KEPT: queued.scan_kept, **destruction.handlers()}
        worker = Worker(
            self.engine,
            self.clock,
            handlers,
            name=f"busy {os.getpid()}",
            times=TIMES,
            tell=say,
            reach=self.reach,
        )
        worker.run_due()

    def scan(self, arrival: Arrival, _bank_ids: frozenset[int] | None = None) -> ScanResult:
        """Hash, and match by the first byte."""
        result = scan(arrival, clock=self.clock, hashers=[CryptographicHasher()], take_snapshot=lambda: None)
        with arrival.open() as content:
            is_listed = content.read(0, 1)[0] >= LISTED
        if not is_listed:
            return replace(result, verdict=Verdict.NO_KNOWN_MATCH)
        return replace(result, verdict=Verdict.EXACT, matches=(MATCH,))

    def destroy(self) -> None:
        """Let the hold of an own piece of evidence end, and destroy it."""
        if not self.own:
            return
        evidence_id = self.own.pop(int(self.numbers.integers(len(self.own))))
        say(f"destroying {evidence_id}")
        now = self.clock.now()
        with write(self.engine) as tx:
            close_review(tx, self.clock, ACTOR, evidence_id, closed_at=now - timedelta(seconds=1), appeal_days=0)
        with write(self.engine) as tx:
            destroy_key(tx, self.clock, ACTOR, evidence_id, "test", reach=self.reach)
        say(f"destroyed {evidence_id}")

    def rotate(self) -> None:
        """Make a new key, and wrap everything by it."""
        desk = KeyDesk(engine=self.engine, keys=self.keys, clock=self.clock, actor=ACTOR, reach=self.reach)
        copy = self.workspace / "copy.age"
        rotate_keys(desk, recipients=[self.recipient], place=lambda data: _replace(copy, data))
        resume_rotation(desk)
        say("rotated")

    def back_up(self) -> None:
        """Make a backup."""
        source = Installation(engine=self.engine, blobs=self.blobs, keys=self.keys, clock=self.clock)
        number = len(list(self.workspace.glob("backup-*.age")))
        with suppress(AlreadyExists):
            make_backup(source, ACTOR, self.workspace / f"backup-{number}.age", [self.recipient], reach=self.reach)
            say(f"backed backup-{number}.age")


def _replace(path: Path, data: bytes) -> None:
    new = path.with_suffix(".new")
    new.write_bytes(data)
    os.replace(new, path)


def work(busy: Busy) -> None:
    """Never end."""
    acts: list[tuple[float, Callable[[], None]]] = [
        (0.2, busy.seal),
        (0.5, busy.ask),
        (0.6, busy.queue),
        (0.75, busy.work),
        (0.9, busy.destroy),
        (0.96, busy.rotate),
        (1.0, busy.back_up),
    ]
    say("ready")
    while True:
        dice = busy.numbers.random()
        next(act for limit, act in acts if dice < limit)()
        number_all(busy.engine, reach=busy.reach)


if __name__ == "__main__":
    folder, database_address, seed_text, recipient_text, die_text = sys.argv[1:]
    work(Busy(Path(folder), database_address, int(seed_text), recipient_text, reach_saying(int(die_text))))
