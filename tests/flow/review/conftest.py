"""A room of reviewers on each database: people with roles, cases, and a clock that can be moved."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from safelight.access.queries import person_actor
from safelight.audit.queries import page_entries
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.flow import access
from safelight.flow.review.desk import ReviewDesk
from safelight.hashing.signal import SignalType
from safelight.matching.match import MatchKind
from safelight.notices.event import WANTABLE
from safelight.notices.steps import Desk as NoticeDesk
from safelight.notices.steps import add_address
from safelight.notices.store.tables import events
from safelight.review import decision_queries, queries, queue_queries, steps
from safelight.review.case import About, Case, ItemKind, ItemMatch, NewItem
from safelight.review.decision import Finding, IncidentType, Ruling
from safelight.review.rules import ReviewRules
from safelight.review.scheme import Classification
from safelight.review.second_reading import SecondReading
from safelight.roles import Actor
from safelight.testing.keys import MemoryKeys

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

    def desk(self, actor: Actor, **rules: Any) -> ReviewDesk:
        """Return where somebody reviews."""
        given = replace(self.rules, **rules)
        return ReviewDesk(engine=self.engine, clock=self.clock, actor=actor, keys=self.keys, rules=given)

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
