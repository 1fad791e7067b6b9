"""Processes that are killed while they seal, answer, queue, scan, destroy, rotate and back up lose nothing sealed.

After each kill a new process looks: what was said to be sealed opens and has its bytes, what was said to be destroyed
cannot be read, nothing is done twice, no request is answered in two ways, what matched is in a case, the vault is sound
and the audit log verifies.
"""

import importlib.util
import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pyrage
import pytest

from safelight.app import create_workspace
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.flow.installation import Installation
from safelight.flow.keys.acts import create_keys, export_keys
from safelight.flow.keys.desk import KeyDesk
from safelight.flow.scans.arrivals import Arrived
from safelight.intake.media import Subject
from safelight.intake.request import IdempotencyKey
from safelight.jobs import queries as jobs
from safelight.jobs.job import JobState
from safelight.review.queries import find_item
from safelight.vault.listing import EvidenceState

_BUSY = Path(__file__).parent / "busy_vault.py"
_SPEC = importlib.util.spec_from_file_location("busy_vault", _BUSY)
assert _SPEC is not None
assert _SPEC.loader is not None
busy = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(busy)

_SOUND_SPEC = importlib.util.spec_from_file_location("soundness", Path(__file__).parent / "soundness.py")
assert _SOUND_SPEC is not None
assert _SOUND_SPEC.loader is not None
sound = importlib.util.module_from_spec(_SOUND_SPEC)
_SOUND_SPEC.loader.exec_module(sound)


@dataclass
class Said:
    """Everything that killed processes said, taken together."""

    sealed: dict[str, str] = field(default_factory=dict)
    destroying: set[str] = field(default_factory=set)
    destroyed: set[str] = field(default_factory=set)
    accepted: dict[str, str] = field(default_factory=dict)
    answered: dict[int, tuple[str, str]] = field(default_factory=dict)
    repeats: int = 0
    backups: set[str] = field(default_factory=set)
    last: Counter[str] = field(default_factory=Counter)
    boundaries: Counter[str] = field(default_factory=Counter)

    def take(self, lines: list[str]) -> None:
        words = [line.split() for line in lines]
        for each in words:
            match each:
                case ["sealed", evidence_id, sha256]:
                    self.sealed[evidence_id] = sha256
                case ["destroying", evidence_id]:
                    self.destroying.add(evidence_id)
                case ["destroyed", evidence_id]:
                    self.destroyed.add(evidence_id)
                case ["accepted", media_id, kind]:
                    self.accepted[media_id] = kind
                case ["answered", number, request_id, outcome]:
                    first = self.answered.setdefault(int(number), (request_id, outcome))
                    assert first == (request_id, outcome), "a repeat is answered as the first was"
                    self.repeats += 1
                case ["backed", name]:
                    self.backups.add(name)
                case ["at", boundary]:
                    self.boundaries[boundary] += 1
        self.last[words[-1][1] if words[-1][0] == "at" else words[-1][0]] += 1


class House:
    """The installation that is killed again and again, seen from outside."""

    def __init__(self, workspace: Path, database: str) -> None:
        self.workspace, self.database = workspace, database
        self.identity = pyrage.x25519.Identity.generate()
        self.recipient = str(self.identity.to_public())
        self.busy = busy.Busy(workspace, database, 0, self.recipient, lambda _: None)
        desk = KeyDesk(engine=self.engine, keys=self.busy.keys, clock=self.busy.clock, actor=busy.ACTOR)
        create_keys(desk)
        export_keys(desk, recipients=[self.recipient], place=(workspace / "copy.age").write_bytes)
        self.said, self.head = Said(), ""

    @property
    def engine(self) -> Engine:
        return self.busy.engine

    @property
    def place(self) -> Installation:
        return Installation(engine=self.engine, blobs=self.busy.blobs, keys=self.busy.keys, clock=self.busy.clock)

    def kill_once(self, seed: int, *, die_at: int, after_s: float) -> None:
        command = [sys.executable, str(_BUSY), str(self.workspace), self.database, str(seed), self.recipient]
        with subprocess.Popen([*command, str(die_at)], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline()]
            assert lines == ["ready\n"]
            if not die_at:
                time.sleep(after_s)
                assert process.poll() is None
                process.kill()
            lines += process.stdout.readlines()
        assert process.returncode == -9
        self.said.take([line for line in lines if line.strip()])

    def check(self) -> None:
        """Look at everything as the next process does."""
        self.head = sound.require_sound(self.place, busy.ACTOR, self.head)
        self._check_said()

    def _check_said(self) -> None:
        living = {each.id for each in sound.every_evidence(self.engine, EvidenceState.LIVING)}
        gone = {each.id for each in sound.every_evidence(self.engine, EvidenceState.DESTROYED)}
        assert self.said.sealed.keys() - self.said.destroying <= living
        assert self.said.destroyed <= gone
        assert gone <= self.said.destroying
        self.said.destroyed |= gone

    def check_bytes(self) -> Counter[str]:
        """Open everything, hold it against what was said, and return how often each media was sealed."""
        seen: Counter[str] = Counter()
        for evidence_id, manifest in sound.open_evidence(self.place, self.busy.vault, busy.ACTOR):
            assert manifest.sha256 == self.said.sealed.get(evidence_id, manifest.sha256)
            seen[manifest.media_id] += 1
            with read(self.engine) as tx:
                is_in_case = find_item(tx, evidence_id) is not None
            assert is_in_case == bool(manifest.matches), "what matched is in a case, and nothing else is"
        return seen

    def ask_again(self) -> None:
        """Send every request that was answered once more, and see that it gets the same answer."""
        for number, (request_id, outcome) in self.said.answered.items():
            with self.busy.spool.receive([busy.content_of(number)], max_bytes=busy.LONGEST_BYTES) as spooled:
                key = IdempotencyKey(scope="busy", key=str(number))
                arrived = Arrived(spooled=spooled, subject=Subject(id=f"account {number % 3}"), key=key)
                again = self.busy.arrivals.take_in(busy.ACTOR, arrived)
            assert (again.id, asdict(again.outcome)) == (request_id, json.loads(outcome))
            assert again.is_repeat

    def settle(self) -> None:
        """Let a worker do whatever was left, however often it has to look."""
        deadline = time.monotonic() + 60
        while self._has_open_jobs() and time.monotonic() < deadline:
            self.busy.work()
            time.sleep(0.2)
        with read(self.engine) as tx:
            left = [job for job in jobs.page_jobs(tx, limit=10_000) if job.state is not JobState.DONE]
        assert left == []

    def _has_open_jobs(self) -> bool:
        with read(self.engine) as tx:
            return any(state in {JobState.WAITING, JobState.RUNNING} for _, state in jobs.count_jobs(tx))


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
@pytest.mark.parametrize("kills", [3, pytest.param(100, marks=[pytest.mark.long, pytest.mark.timeout(3000)])])
def test_what_was_sealed_survives_and_what_was_destroyed_does_not(engine: Engine, tmp_path: Path, kills: int) -> None:
    create_workspace(tmp_path / "workspace")
    house = House(tmp_path / "workspace", engine.url.render_as_string(hide_password=False))
    try:
        _kill_again_and_again(house, kills)
    finally:
        house.busy.spool.close()
        house.engine.dispose()


def _kill_again_and_again(house: House, kills: int) -> None:
    numbers = np.random.default_rng(7)
    for turn in range(kills):
        is_at_boundary = turn % 3 > 0
        die_at = int(numbers.integers(1, 120)) if is_at_boundary else 0
        house.kill_once(turn + 1, die_at=die_at, after_s=float(numbers.uniform(0.02, 0.6)))
        house.check()
    house.settle()
    house.check()
    seen = house.check_bytes()
    for media_id, kind in house.said.accepted.items():
        assert seen[media_id] == (1 if kind == "listed" else 0), "each accepted scan was done once in effect"
    house.ask_again()
    for number, (request_id, _) in house.said.answered.items():
        assert seen[request_id] == (busy.content_of(number)[0] >= busy.LISTED), "each request was done once in effect"
    assert max(seen.values(), default=1) == 1
    _check_backups(house)
    said = house.said
    print(
        f"{house.engine.dialect.name}: {kills} kills; {len(said.sealed)} sealed, {len(said.destroyed)} destroyed, "
        f"{len(said.accepted)} scans accepted, {len(said.answered)} requests answered "
        f"{said.repeats} times, {len(said.backups)} backups; killed at "
        f"{dict(sorted(said.last.items()))}"
    )


def _check_backups(house: House) -> None:
    """Every file that bears the name of a backup is whole."""
    for path in house.workspace.glob("backup-*.age"):
        assert pyrage.decrypt(path.read_bytes(), [house.identity])
    assert house.said.backups <= {path.name for path in house.workspace.glob("backup-*.age")}
