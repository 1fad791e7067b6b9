"""A bureau that follows up a filed report; and a made-up house with many cases, to count by hand."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from safelight.access.queries import person_actor
from safelight.audit.queries import page_entries
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.flow import access
from safelight.flow.installation import Installation
from safelight.flow.outcomes.desk import OutcomeDesk
from safelight.intake.media import Answer
from safelight.outcomes.store.tables import actions, outcomes
from safelight.reporting.store.tables import reports
from safelight.review.store.tables import cases, decisions, findings, items, matches
from safelight.roles import Actor
from safelight.testing.decided_cases import add_decided_case
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.hold import Hold
from safelight.vault.holding import holds_of


@dataclass
class HandClock:
    """A clock that a test moves."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def advance(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Bureau:
    """People who follow up a filed report of a case with two files."""

    place: Installation
    clock: HandClock
    operator: Actor
    case_id: int
    evidence_ids: tuple[str, ...]
    report_id: int = 0

    @property
    def engine(self) -> Engine:
        return self.place.engine

    def desk(self, actor: Actor | None = None, **more) -> OutcomeDesk:
        parts = {"engine": self.engine, "clock": self.clock, "keys": self.place.keys}
        return OutcomeDesk(**parts, actor=actor or self.operator, **more)

    def person(self, name: str, *roles: str) -> Actor:
        access.add_person(self.engine, self.clock, self.operator, name, role_names=list(roles))
        with read(self.engine) as tx:
            return person_actor(tx, name)

    def report(self, *, state: str = "filed", is_test: bool = False, destination: str = "ncmec") -> int:
        """Write a report of the case straight into the table, and return its number."""
        with write(self.engine) as tx:
            mark = f"{len(tx.execute(select(reports.c.id)).all()):032}"
            nobody = {"completed_by": "", "completed_key": "", "approved_by": "", "receipt": "77", "failure": ""}
            values = {"mark": mark, "case_id": self.case_id, "destination": destination, "is_test": is_test}
            times = {"drafted_at": self.clock.now(), "filed_at": self.clock.now(), "tries": 1, "withdrawal": False}
            made = insert(reports).values(state=state, **values, **times, **nobody).returning(reports.c.id)
            return int(tx.execute(made).scalar_one())

    def holds(self, evidence_id: str, kind: str = "law_enforcement") -> list[Hold]:
        with read(self.engine) as tx:
            return [each for each in holds_of(tx, evidence_id) if each.kind == kind]

    def entries(self) -> list:
        with read(self.engine) as tx:
            return page_entries(tx, limit=1000)

    def verbs(self, target: str) -> list[str]:
        return [each.verb for each in self.entries() if each.target == target]


@pytest.fixture
def bureau(engine: Engine, clock, actor: Actor, tmp_path: Path) -> Bureau:
    """A bureau with a case of two files that is decided and reported."""
    hand = HandClock(at=clock.now())
    blobs = DiskBlobs(tmp_path / "vault")
    blobs.create()
    place = Installation(engine=engine, blobs=blobs, keys=MemoryKeys(), clock=hand)
    with_ann = Bureau(place=place, clock=hand, operator=actor, case_id=0, evidence_ids=())
    ann = with_ann.person("ann", "reviewer", "service")
    made = add_decided_case(place, ann, tmp_path / "spool", [b"one" * 99, b"two"], subject_id="account 7")
    bureau = Bureau(
        place=place, clock=hand, operator=actor, case_id=made.case_id, evidence_ids=tuple(sorted(made.evidence_ids))
    )
    bureau.report_id = bureau.report()
    return bureau


BANKS = ("alpha", "beta", "gamma")
DESTINATIONS = ("ncmec", "police")
TYPES = ("csam", "enticement", "trafficking")


@dataclass
class MadeItem:
    """An item as it was made up. `earlier`: what was found of it an hour before."""

    id: int
    kind: str
    added_at: datetime
    finding: str | None = None
    incident_type: str | None = None
    settled_at: datetime | None = None
    earlier: str | None = None


@dataclass
class MadeReport:
    """A report as it was made up."""

    id: int
    destination: str
    state: str
    is_test: bool
    filed_at: datetime | None
    outcomes: list[tuple[str, datetime]] = field(default_factory=list)


@dataclass
class MadeCase:
    """A case as it was made up."""

    id: int
    opened_at: datetime
    state: str
    banks: set[str]
    items: list[MadeItem]
    reports: list[MadeReport] = field(default_factory=list)
    actions: list[tuple[str, datetime, str]] = field(default_factory=list)


@pytest.fixture
def make_world(engine: Engine) -> Callable[..., list[MadeCase]]:
    """Give what makes up a house on the test's database."""

    def make(start: datetime, count: int, *, seed: int = 7) -> list[MadeCase]:
        return _make_world(engine, start, count, seed=seed)

    return make


def _make_world(engine: Engine, start: datetime, count: int, *, seed: int) -> list[MadeCase]:
    """Write so many cases into the tables, opened in the hundred days after a moment, and return them."""
    dice = random.Random(seed)  # noqa: S311 - made-up cases
    made = [_make(dice, number, start) for number in range(1, count + 1)]
    with write(engine) as tx:
        for table, rows in _rows(made).items():
            for at in range(0, len(rows), 5000):
                tx.execute(insert(table), rows[at : at + 5000])
    return made


def _make(dice: random.Random, number: int, start: datetime) -> MadeCase:
    opened = start + timedelta(minutes=dice.randrange(144_000))
    banks = set(dice.sample(BANKS, dice.randrange(0, 3)))
    kinds = [dice.choice(("exact", "near"))] if banks else []
    kinds += dice.choices(("flag", "hand"), k=dice.randrange(0 if banks else 1, 3))
    of = [
        MadeItem(id=number * 10 + at, kind=kind, added_at=opened + timedelta(minutes=at))
        for at, kind in enumerate(kinds)
    ]
    made = MadeCase(id=number, opened_at=opened, state="open", banks=banks, items=of)
    if dice.random() < 0.8:
        _decide(dice, made)
    return made


def _decide(dice: random.Random, made: MadeCase) -> None:
    settled = made.opened_at + timedelta(minutes=dice.randrange(10, 5000))
    is_confirmed = dice.random() < 0.6
    for each in made.items:
        each.settled_at = settled + timedelta(minutes=dice.randrange(60))
        each.finding = "confirmed" if is_confirmed else dice.choice(("not_a_match", "other_kind"))
        each.incident_type = dice.choice(TYPES) if is_confirmed else None
        if dice.random() < 0.05:
            each.earlier = dice.choice(("confirmed", "not_a_match"))
    if is_confirmed and len(made.items) > 1 and dice.random() < 0.5:  # one was taken for it, and is not
        made.items[-1].finding, made.items[-1].incident_type, made.items[-1].earlier = "not_a_match", None, "confirmed"
    made.state = "decided" if is_confirmed else "closed"
    if is_confirmed and dice.random() < 0.9:
        _report(dice, made, settled)
    if dice.random() < 0.5:
        kind, told = dice.choice(("removed", "suspended", "nothing")), dice.choice(list(Answer)).value
        made.actions.append((kind, settled + timedelta(hours=1), told))


def _report(dice: random.Random, made: MadeCase, settled: datetime) -> None:
    made.state = "reported"
    for at in range(dice.randrange(1, 3)):
        filed = settled + timedelta(hours=2 + dice.randrange(40))
        state, is_test = dice.choice((("filed", False), ("filed", False), ("tried", True), ("failed", False)))
        report = MadeReport(
            id=made.id * 10 + at,
            destination=dice.choice(DESTINATIONS),
            state=state,
            is_test=is_test,
            filed_at=filed if state in {"filed", "tried"} else None,
        )
        if state == "filed":
            kinds = dice.sample(("received", "referred", "acted_on", "closed_without_action", "unknown"), k=2)
            report.outcomes = [(kind, filed + timedelta(days=dice.randrange(1, 30))) for kind in kinds]
        made.reports.append(report)


def _rows(made: list[MadeCase]) -> dict:
    rows: dict = {table: [] for table in (cases, items, matches, decisions, findings, reports, outcomes, actions)}
    for case in made:
        times = {"opened_at": case.opened_at, "last_activity_at": case.opened_at}
        counts = {"item_count": len(case.items), "exact_count": 0, "near_count": 0}
        about = {"subject_id": f"account {case.id}"}
        closed = {"closed_at": case.opened_at if case.state in {"reported", "closed"} else None}
        rows[cases].append({"id": case.id, "state": case.state, **times, **counts, **about, **closed})
        for each in case.items:
            _add_item(rows, case, each)
        for report in case.reports:
            _add_report(rows, case, report)
        for kind, at, told in case.actions:
            values = {"kind": kind, "acted_at": at, "user_told": told, "case_id": case.id, "recorded_at": at}
            rows[actions].append({"subject_id": "", "content_id": "", **values})
    return rows


def _add_item(rows: dict, case: MadeCase, each: MadeItem) -> None:
    values = {"kind": each.kind, "added_at": each.added_at, "content_id": "", "matches_omitted": 0}
    rows[items].append({"id": each.id, "case_id": case.id, **values})
    if each.kind in {"exact", "near"}:
        for bank in sorted(case.banks) * 2:
            match = {"entry_id": 5, "signal_type": "pdq", "kind": each.kind, "distance": 0, "threshold": 31}
            rows[matches].append({"item_id": each.id, "bank_name": bank, "orientation": "original", **match})
    for at, finding in enumerate((each.earlier, each.finding)):
        if finding is not None and each.settled_at is not None:
            number, settled = each.id * 10 + at, each.settled_at - timedelta(hours=1 - at)
            kind = each.incident_type or "csam" if finding == "confirmed" else None
            rows[decisions].append(_decision(number, case.id, finding, kind, settled))
            held = {"is_confirmed": False, "is_alone": False, "settled_at": settled}
            ended = None if at else each.settled_at
            found = {"id": number, "item_id": each.id, "case_id": case.id, "decision_id": number}
            rows[findings].append({**found, **held, "superseded_at": ended})


def _decision(number: int, case_id: int, finding: str, kind: str | None, at: datetime | None) -> dict:
    by = {"by_kind": "person", "by_name": "ann", "by_key": "ann", "act": "a", "seat": "first", "wave": 1}
    what = {"finding": finding, "incident_type": kind, "annotations": "[]", "is_imminent": False}
    return {"id": number, "case_id": case_id, "decided_at": at, **by, **what}


def _add_report(rows: dict, case: MadeCase, report: MadeReport) -> None:
    nobody = {"completed_by": "", "completed_key": "", "approved_by": "", "receipt": "", "failure": ""}
    values = {"destination": report.destination, "is_test": report.is_test, "state": report.state}
    times = {"drafted_at": case.opened_at, "filed_at": report.filed_at, "tries": 1, "withdrawal": False}
    rows[reports].append({"id": report.id, "mark": f"{report.id:032}", "case_id": case.id, **values, **times, **nobody})
    for kind, at in report.outcomes:
        told = {"kind": kind, "part": "authority", "came_by": "import", "learnt_at": at, "recorded_at": at}
        rows[outcomes].append({"report_id": report.id, **told})
