"""An installation that keeps what matched nothing, on each database, with banks that change and a worker at hand."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from safelight.audit.queries import page_entries
from safelight.banks import queries as bank_queries
from safelight.banks.entry import Entry, NewEntry
from safelight.banks.flood import FloodRule
from safelight.boundary import Reach, unwatched
from safelight.database.transaction import read, write
from safelight.flow.banks import edits
from safelight.flow.chain import match_answers
from safelight.flow.recent.forgetting import forgetting
from safelight.flow.recent.judging import Judging
from safelight.flow.recent.rounds import MATCH_RECENT, PERIOD, Rounds
from safelight.flow.recent.sealing import RecentSecrets
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import SIGNAL_SIZE_BYTES, Signal, SignalType
from safelight.jobs.worker import Worker
from safelight.matching.follower import Follower, Holdings
from safelight.matching.match import Found
from safelight.matching.saved import SavedIndexes
from safelight.recent import queries, steps
from safelight.recent.packing import pack, unpack
from safelight.recent.seen import NewSeen, Seen, SeenTotals
from safelight.review import queries as cases
from safelight.review.case import Case, Item
from safelight.testing.keys import MemoryKeys

CALM = FloodRule(minimum=1_000_000, first_day_minimum=1_000_000)


@dataclass
class MovingClock:
    """A clock that goes on when it is told to."""

    at: Any

    def now(self) -> Any:
        return self.at

    def go_on(self, **duration: float) -> None:
        self.at += timedelta(**duration)


def random_value(seed: int, signal_type: str = "pdq") -> bytes:
    """Return a value of a type that is always the same for a seed."""
    return np.random.default_rng([seed, 7]).bytes(SIGNAL_SIZE_BYTES[SignalType(signal_type)])


def flipped(value: bytes, bits: int) -> bytes:
    """Return a value that differs in its last bits."""
    return (int.from_bytes(value, "big") ^ ((1 << bits) - 1)).to_bytes(len(value), "big")


@dataclass
class Town:
    """The installation. `rule` is when entries flood; `reach` is told of each boundary of the jobs."""

    engine: Any
    clock: MovingClock
    actor: Any
    folder: Path
    rule: FloodRule = CALM
    kept_days: int = 7
    reach: Reach = unwatched
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        saved = SavedIndexes(self.folder, Flavour.AUTO)
        self.follower = Follower(self.engine, self.clock, saved, flavour=Flavour.AUTO, save_above=1 << 40)
        self.keys = MemoryKeys()
        self.secrets = RecentSecrets(self.engine, self.keys, self.clock)
        self.judging = Judging(self.holdings, self.find_entries)

    @property
    def who(self) -> tuple[Any, MovingClock, Any]:
        return self.engine, self.clock, self.actor

    def holdings(self) -> Holdings:
        self.follower.catch_up()
        return self.follower.holdings

    def find_entries(self, ids: Sequence[int]) -> dict[int, Entry]:
        with read(self.engine) as tx:
            return bank_queries.published_entries(tx, ids)

    def bank(self, name: str, **more: Any) -> int:
        return edits.create_bank(*self.who, name=name, **more)

    def add(self, bank: str, *values: bytes, kind: str = "pdq", **more: Any) -> None:
        entries = [NewEntry(signal_type=kind, value=value, **more) for value in values]
        edits.add_entries(*self.who, bank=bank, entries=entries)

    def entry(self, bank: str, number: int = 0) -> int:
        """Return the number of an entry of a bank, in their order."""
        with read(self.engine) as tx:
            return bank_queries.page_entries(tx, bank_queries.find_bank(tx, bank).id)[number].id

    def keep(self, *seen: Seen, position: int | None = None) -> None:
        """Keep media as scans would that know the banks as they stand, or as they stood at a change."""
        knows = self.holdings().position.number if position is None else position
        now, cipher = self.clock.now(), self.secrets.cipher()
        rows = [NewSeen(seen_at=now, position=knows, sealed=cipher.seal(now, pack(each))) for each in seen]
        with write(self.engine) as tx:
            steps.keep(tx, rows)

    def scan(self, seen: Seen) -> Found:
        """Return what a scan of the media would find now."""
        return match_answers(self.judging.snapshot(seen.bank_ids), seen.signals, seen.media_digest)

    @property
    def rounds(self) -> Rounds:
        return Rounds(
            judging=self.judging,
            secrets=self.secrets,
            rule=self.rule,
            flavour=Flavour.AUTO,
            lag=timedelta(seconds=5),
            forget=forgetting(self.actor, self.kept_days, most_jump=timedelta(days=30)),
            tell=self.said.append,
            wait_s=0,
        )

    def worker(self) -> Worker:
        every = {MATCH_RECENT: PERIOD}
        told = self.said.append
        return Worker(*self.who[:2], self.rounds.handlers(), name="w", every=every, tell=told, reach=self.reach)

    def work(self) -> None:
        """Let the next round be made; what a dead worker held is taken over first."""
        attempts = 0
        for minutes in (2, 2, 90):  # the lease ran out, and then the grace; and then the wait of a job that failed
            if not attempts:
                self.clock.go_on(minutes=minutes)
                attempts = self.worker().run_due()
        assert attempts >= 1

    def kept(self) -> list[Seen]:
        with read(self.engine) as tx:
            rows = queries.page_sealed(tx, after_id=0, until_id=1 << 60, limit=1_000_000)
        return [unpack(self.secrets.cipher().open(sealed)) for _, sealed in rows]

    def totals(self) -> SeenTotals:
        with read(self.engine) as tx:
            return queries.seen_totals(tx)

    def mark(self) -> Any:
        with read(self.engine) as tx:
            return queries.find_mark(tx)

    def cases(self) -> list[Case]:
        with read(self.engine) as tx:
            return cases.page_cases(tx, limit=1000)

    def items(self) -> list[Item]:
        with read(self.engine) as tx:
            return [item for case in cases.page_cases(tx, limit=1000) for item in cases.page_items(tx, case.id)]

    def verbs(self, target: str) -> list[str]:
        with read(self.engine) as tx:
            return [entry.verb for entry in page_entries(tx, target=target)]


@pytest.fixture
def town(engine, clock, actor, tmp_path: Path) -> Iterator[Town]:
    """An installation with the enabled bank `alpha`, which is empty."""
    town = Town(engine, MovingClock(clock.at), actor, tmp_path / "index")
    town.bank("alpha")
    yield town
    town.follower.close()


@pytest.fixture(scope="session")
def picture() -> Callable[..., Seen]:
    """Make what is kept of a picture: always the same for a seed."""

    def make(
        seed: int, *, near: bytes | None = None, turned: int = 0, content: bytes | None = None, **more: Any
    ) -> Seen:
        codes = [random_value(seed * 100 + turn) for turn in range(8)]
        if near is not None:
            codes[turned] = near
        digests = [Signal(type=SignalType(each), value=random_value(seed, each)) for each in ("md5", "sha1", "sha256")]
        pdq = Signal(type=SignalType.PDQ, value=codes[0], quality=90, orientations=tuple(codes))
        told = {"subject_id": f"account {seed}", "content_id": f"post {seed}", **more}
        digest = random_value(seed, "sha256") if content is None else hashlib.sha256(content).digest()
        return Seen(media_digest=digest, signals=(*digests, pdq), **told)

    return make


@pytest.fixture(scope="session")
def value() -> Callable[..., bytes]:
    """Return the value that is always the same for a seed."""
    return random_value


@pytest.fixture(scope="session")
def flip() -> Callable[[bytes, int], bytes]:
    """Return a value that differs in so many bits."""
    return flipped
