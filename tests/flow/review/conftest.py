"""Rooms of reviewers on each database: people, cases, a clock that can be moved; evidence, and what shows it."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from safelight.access.queries import find_person, person_actor
from safelight.access.signing_in.session import Means, Session, SignInRules, Stage
from safelight.access.steps.sessions import open_session
from safelight.audit.queries import page_entries
from safelight.banks.entry import NewEntry
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.flow import access
from safelight.flow.banks import edits as banks
from safelight.flow.installation import Installation
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.review.showing import Showing
from safelight.hashing.signal import SignalType
from safelight.matching.match import Match, MatchKind
from safelight.matching.snapshot import ThresholdSource
from safelight.notices.event import WANTABLE
from safelight.notices.steps import Desk as NoticeDesk
from safelight.notices.steps import add_address
from safelight.notices.store.tables import events
from safelight.review import decision_queries, queries, queue_queries, steps
from safelight.review.case import About, Case, ItemKind, ItemMatch, NewItem, new_item
from safelight.review.decision import Finding, IncidentType, Ruling
from safelight.review.derivatives.request import DERIVATIVE_TASKS
from safelight.review.exposure.limits import Limits
from safelight.review.rules import ReviewRules
from safelight.review.scheme import Classification
from safelight.review.second_reading import SecondReading
from safelight.roles import Actor
from safelight.sandbox.pool import Pool
from safelight.testing.evidence import seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.testing.synthetic import paint
from safelight.vault.vault import Vault

NEVER = SecondReading(clearing=False, near_distance=256, share=0)
"""Nobody is asked a second time."""

ALWAYS = SecondReading(clearing=False, near_distance=256, share=10_000)
"""Somebody always is."""


@dataclass
class HandClock:
    """A clock that a test moves."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def advance(self, **span: float) -> None:
        self.at += timedelta(**span)


def match(kind: MatchKind = MatchKind.EXACT, *, bank: str = "known", entry: int = 5, distance: int = 0) -> ItemMatch:
    """Return a match of an entry."""
    return ItemMatch(
        bank_name=bank,
        entry_id=entry,
        signal_type=SignalType.SHA256 if kind is MatchKind.EXACT else SignalType.PDQ,
        kind=kind,
        distance=distance,
        threshold=31,
        orientation="original",
    )


def item(*matches: ItemMatch, media_key: bytes = b"", group: int | None = None, **more: Any) -> NewItem:
    """Return an item to be added."""
    kind = ItemKind.EXACT if any(each.kind is MatchKind.EXACT for each in matches) else ItemKind.NEAR
    values = {"evidence_id": None, "kind": kind if matches else ItemKind.HAND, "content_id": "", "matches": matches}
    return NewItem(**values | {"media_key": media_key, "group_id": group} | more)


def ruling(finding: Finding = Finding.NOT_A_MATCH, *, label: str = "A1", **more: Any) -> Ruling:
    """Return what somebody decides; a confirmation is of the scheme `ncmec`."""
    values: dict[str, Any] = {"finding": finding, "reasons": "seen by eye"}
    if finding is Finding.CONFIRMED:
        values["classification"] = Classification(scheme="ncmec", label=label)
        values["incident_type"] = IncidentType.CSAM
    return Ruling(**values | more)


@dataclass
class Room:
    """People who review on one database."""

    engine: Engine
    clock: HandClock
    operator: Actor
    keys: MemoryKeys = field(default_factory=MemoryKeys)
    rules: ReviewRules = field(default_factory=lambda: ReviewRules(second=NEVER))

    def person(self, name: str, *roles: str) -> Actor:
        """Add somebody."""
        access.add_person(self.engine, self.clock, self.operator, name, role_names=roles or ["reviewer"])
        with read(self.engine) as tx:
            return person_actor(tx, name)

    def desk(self, actor: Actor, *, limits: Limits = Limits(), **rules: Any) -> ReviewDesk:  # noqa: B008 - frozen
        """Return where somebody reviews."""
        given = replace(self.rules, **rules)
        parts = {"engine": self.engine, "clock": self.clock, "keys": self.keys}
        return ReviewDesk(actor=actor, rules=given, limits=limits, **parts)

    def case(self, *items: NewItem, subject: str = "account 7") -> int:
        """Open a case, or join it, with these items (one, without any)."""
        with write(self.engine) as tx:
            joined = steps.open_or_join(tx, self.clock, self.operator, About(subject_id=subject))
            for each in items or (item(match()),):
                steps.add_item(tx, self.clock, self.operator, joined.case_id, each)
            return joined.case_id

    def items(self, case_id: int) -> list[int]:
        """Return the numbers of a case's items."""
        with read(self.engine) as tx:
            return [each.id for each in queries.page_items(tx, case_id)]

    def find(self, case_id: int) -> Case:
        with read(self.engine) as tx:
            return queries.find_case(tx, case_id)

    def standing(self, case_id: int):
        with read(self.engine) as tx:
            return queue_queries.find_standing(tx, case_id)

    def seen(self, actor: Actor, case_id: int):
        """Return the decisions that somebody sees."""
        with read(self.engine) as tx:
            return decision_queries.decisions_of(tx, actor, case_id)

    def queue(self, actor: Actor, **asked: Any) -> list[int]:
        with read(self.engine) as tx:
            return [each.standing.case_id for each in queue_queries.page_queue(tx, actor, self.clock.now(), **asked)]

    def verbs(self, case_id: int) -> list[str]:
        with read(self.engine) as tx:
            return [entry.verb for entry in page_entries(tx, target=f"case:{case_id}")]

    def listen(self) -> Callable[[], list[tuple[str, str]]]:
        """Let an address be told of everything; return what gives the kinds and facts told since."""
        with write(self.engine) as tx:
            desk = NoticeDesk(clock=self.clock, actor=self.operator, keys=MemoryKeys())
            add_address(tx, desk, name="all", origin="https://hooks.example", kinds=WANTABLE, made=[])

        def told() -> list[tuple[str, str]]:
            with read(self.engine) as tx:
                rows = tx.execute(events.select().order_by(events.c.happened_at, events.c.kind)).all()
            return [(row.kind, row.facts) for row in rows]

        return told


@pytest.fixture
def room(engine: Engine, clock, actor) -> Room:
    """A room with the reviewers ann, bob and cleo, and the lead leo."""
    return Room(engine=engine, clock=HandClock(at=clock.now()), operator=actor)


@pytest.fixture
def ann(room: Room) -> Actor:
    return room.person("ann")


@pytest.fixture
def bob(room: Room) -> Actor:
    return room.person("bob")


@pytest.fixture
def leo(room: Room) -> Actor:
    return room.person("leo", "lead")


@pytest.fixture
def always() -> SecondReading:
    return ALWAYS


@pytest.fixture
def make():
    """What tests make items, matches and rulings with."""

    class Make:
        match = staticmethod(match)
        item = staticmethod(item)
        ruling = staticmethod(ruling)
        never = NEVER
        always = ALWAYS

    return Make


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(DERIVATIVE_TASKS) as pool:
        yield pool


@pytest.fixture
def person(source: Installation, actor: Actor) -> Callable[..., Actor]:
    """Add somebody and give them as who acts."""

    def add(name: str, role: str = "reviewer") -> Actor:
        access.add_person(source.engine, source.clock, actor, name, role_names=[role])
        with read(source.engine) as tx:
            return person_actor(tx, name)

    return add


@pytest.fixture
def rosa(person: Callable[..., Actor]) -> Actor:
    """A reviewer, the first person."""
    return person("Rosa")


@pytest.fixture
def picture() -> bytes:
    held = io.BytesIO()
    paint(3, width=400, height=300).save(held, "png")
    return held.getvalue()


@pytest.fixture
def evidence_id(source: Installation, actor: Actor, tmp_path: Path, picture: bytes) -> str:
    """Evidence that is a picture."""
    return seal_bytes(source, actor, tmp_path / "spool", [picture]).id


@pytest.fixture
def showing_at(source: Installation, pool: Pool) -> Callable[..., Showing]:
    """Give what shows evidence at a moment, by these limits."""

    def make(at: datetime | None = None, **limits: int) -> Showing:
        clock = FixedClock(at=at or source.clock.now())
        vault = Vault(blobs=source.blobs, keys=source.keys, clock=clock)
        return Showing(engine=source.engine, clock=clock, vault=vault, runner=pool, house=Limits(**limits))

    return make


@pytest.fixture
def session_of(source: Installation) -> Callable[[Actor], Session]:
    """Let somebody sign in just now."""

    def sign_in(actor: Actor) -> Session:
        with write(source.engine) as tx:
            who, rules = find_person(tx, actor.name), SignInRules()
            at = {"stage": Stage.SIGNED_IN, "means": Means.PASSKEY, "browser": ""}
            return open_session(tx, source.clock, who, rules=rules, **at)[1]

    return sign_in


@pytest.fixture
def listed_as(source: Installation, actor: Actor) -> Callable[..., None]:
    """Make evidence an item of a case, for it matched an entry of the bank `known` with a label."""

    def make(evidence_id: str, *, label: str, scheme: str) -> None:
        entry = NewEntry(signal_type="sha256", value=b"v" * 32, label=label, label_scheme=scheme)
        banks.add_entries(source.engine, source.clock, actor, bank="known", entries=[entry])
        match = Match(
            kind=MatchKind.EXACT,
            signal_type=SignalType.SHA256,
            distance=0,
            threshold=0,
            threshold_source=ThresholdSource.BANK,
            orientation="",
            frame=None,
            quality=None,
            entry_id=1,
            bank_name="known",
            bank_version=1,
            label=label,
            label_scheme=scheme,
            source="",
            entry_key="",
            entry_note="",
            entry_added_at=source.clock.now(),
        )
        with write(source.engine) as tx:
            case_id = steps.open_or_join(tx, source.clock, actor, About(subject_id="account 7")).case_id
            steps.add_item(tx, source.clock, actor, case_id, new_item(evidence_id, [match]))

    return make
