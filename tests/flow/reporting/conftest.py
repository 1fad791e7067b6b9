"""A decided case with sealed files, people who report it, and an authority in memory whose line can fail."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import pytest
from sqlalchemy import delete, insert, select, text

from safelight.access.queries import person_actor
from safelight.boundary import Reach, unwatched
from safelight.database.engine import Engine
from safelight.database.schema import METADATA
from safelight.database.transaction import Tx, read, write
from safelight.errors import InvalidValue, NotFound
from safelight.flow import access
from safelight.flow.installation import Installation
from safelight.flow.reporting import drafting
from safelight.flow.reporting.desk import FindDestination, ReportDesk
from safelight.flow.reporting.filing import Filing
from safelight.jobs.worker import Worker
from safelight.reporting import queries
from safelight.reporting.completeness import Completeness, weigh
from safelight.reporting.destinations.interface import (
    Answer,
    Done,
    Exchange,
    Form,
    Meaning,
    Refused,
    Unanswered,
    Uploaded,
)
from safelight.reporting.facts import CaseFacts
from safelight.reporting.form.fault import Fault
from safelight.reporting.form.slot import Element
from safelight.reporting.form.text_kinds import Text
from safelight.reporting.paper import Paper, PaperFile
from safelight.reporting.report import Report
from safelight.review.exposure.viewing import Viewed
from safelight.roles import Actor
from safelight.testing.decided_cases import add_decided_case
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """All that is said to the authority in memory."""

    text: Annotated[str | None, Element(Text())] = None


FORM = Form(name="note/1", report=Note, file=Note)
FILES = (b"first file " * 500, b"second file")


@dataclass
class HandClock:
    """A clock that a test moves."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def advance(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Opened:
    """What the authority holds of one report."""

    document: dict
    opened_at: datetime
    changed_at: datetime
    files: dict[str, str] = field(default_factory=dict)
    described: dict[str, dict] = field(default_factory=dict)
    state: str = "open"


@dataclass
class Authority:
    """An authority in memory, which acts as the real ones are known to: see `Channel`."""

    clock: HandClock
    reports: dict[str, Opened] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    oldest_orphan: timedelta = timedelta(0)

    def open(self, document: bytes) -> Answer[str]:
        name = str(len(self.reports) + 1)
        now = self.clock.now()
        self.reports[name] = Opened(document=json.loads(document), opened_at=now, changed_at=now)
        return Done(value=name)

    def upload(self, name: str, data: bytes) -> Answer[Uploaded]:
        if (refusal := self._refusal(name)) is not None:
            return refusal
        report, digest = self.reports[name], hashlib.md5(data).hexdigest()
        file_id = f"{name}-{len(report.files) + 1}"
        report.files[file_id], report.changed_at = digest, self.clock.now()
        return Done(value=Uploaded(file_id=file_id, md5=digest))

    def describe(self, description: bytes) -> Answer[None]:
        told = json.loads(description)
        if (refusal := self._refusal(told["report"])) is not None:
            return refusal
        report = self.reports[told["report"]]
        report.described[told["file"]], report.changed_at = told, self.clock.now()
        return Done(value=None)

    def finish(self, name: str) -> Answer[None]:
        if (refusal := self._refusal(name)) is not None:
            return refusal
        self.reports[name].state = "finished"
        return Done(value=None)

    def retract(self, name: str) -> Answer[None]:
        if (refusal := self._refusal(name)) is not None:
            return refusal
        self.reports[name].state = "retracted"
        return Done(value=None)

    def of(self, mark: str, state: str) -> list[Opened]:
        """Return the reports of ours in a state."""
        return [each for each in self.reports.values() if each.document["mark"] == mark and each.state == state]

    def expire(self) -> None:
        """Delete what is open for longer than it may be: a day from its opening, or an hour from its last change."""
        for each in self.reports.values():
            until = max(each.opened_at + timedelta(hours=24), each.changed_at + timedelta(hours=1))
            if each.state == "open" and self.clock.now() >= until:
                each.state = "expired"

    def _refusal(self, name: str) -> Refused | None:
        self.expire()
        state = self.reports[name].state if name in self.reports else "expired"
        meanings = {
            "expired": Meaning.UNKNOWN_REPORT,
            "finished": Meaning.FINISHED,
            "retracted": Meaning.RETRACTED,
        }
        return None if state == "open" else Refused(meaning=meanings[state], sentence=f"it is {state}")


@dataclass
class Line:
    """A channel to the authority; `fault` says of each call, by its kind, what goes wrong with it ("" for nothing).

    `meanwhile` is called while a call is under way, before the authority gets it.
    """

    authority: Authority
    name: str = "authority"
    is_test: bool = False
    fault: Callable[[str], str] = lambda _kind: ""
    meanwhile: Callable[[str], None] = lambda _kind: None

    is_handed_over: bool = False
    form: Form = FORM

    def draft(self, facts: CaseFacts) -> Paper:
        files = tuple(
            PaperFile(evidence_id=each.evidence_id, viewed_before_intake=each.origin.viewed_before_intake)
            for each in facts.files
        )
        return Paper(form=FORM.name, report={"text": facts.incident_type.value}, files=files)

    def faults(self, paper: Paper, _now: datetime) -> list[Fault]:
        broken = "broken" in paper.report
        return [Fault(path="report/broken", sentence="It says nothing.")] if broken else []

    def completeness(self, _paper: Paper) -> Completeness:
        return weigh([])

    def document(self, paper: Paper, mark: str) -> bytes:
        if "broken" in paper.report:
            raise InvalidValue("report/broken: it says nothing.")
        return json.dumps({"mark": mark}).encode()

    def description(self, paper: Paper, viewed: Viewed, *, evidence_id: str, authority_id: str, file_id: str) -> bytes:
        assert evidence_id in paper.evidence_ids
        told = {"report": authority_id, "file": file_id, "evidence": evidence_id, "viewed": viewed.answer.value}
        return json.dumps(told).encode()

    def open(self, document: bytes) -> Answer[str]:
        return self._say("open", lambda: self.authority.open(document))

    def upload(self, authority_id: str, evidence_id: str, content) -> Answer[Uploaded]:
        data = content.read(0, content.size_bytes)
        return self._say("upload", lambda: self.authority.upload(authority_id, data))

    def describe(self, description: bytes) -> Answer[None]:
        return self._say("describe", lambda: self.authority.describe(description))

    def finish(self, authority_id: str) -> Answer[None]:
        return self._say("finish", lambda: self.authority.finish(authority_id))

    def retract(self, authority_id: str) -> Answer[None]:
        return self._say("retract", lambda: self.authority.retract(authority_id))

    def _say(self, kind: str, act: Callable) -> Answer:
        fault = self.fault(kind)
        self.authority.calls.append(kind)
        self.meanwhile(kind)
        if fault == "later":
            return Refused(meaning=Meaning.LATER, sentence="it is in trouble")
        if fault == "faulty":
            return Refused(meaning=Meaning.FAULTY, sentence="it will not take this")
        if fault == "cut before":
            return Unanswered(sentence="the line was cut")
        answer = act()
        if fault == "twice":
            answer = act()
        if fault == "doubted":
            return Unanswered(sentence="it was done, and not what", exchange=Exchange(http_status=200, code=0))
        if fault == "cut after":
            return Unanswered(sentence="the line was cut")
        if fault == "other bytes" and isinstance(answer, Done) and isinstance(answer.value, Uploaded):
            return Done(value=replace(answer.value, md5="0" * 32))
        return answer


def find_among(known: Mapping[str, Line]) -> FindDestination:
    """Return what finds a destination among these."""

    def find(name: str) -> Line:
        if name not in known:
            raise NotFound(f"There is no destination {name!r} here.")
        return known[name]

    return find


@dataclass
class Office:
    """People who report a decided case, and workers that file."""

    place: Installation
    clock: HandClock
    operator: Actor
    authority: Authority
    case_id: int
    evidence_ids: list[str]
    told: list[str] = field(default_factory=list)
    needs_another: bool = True
    is_alone: bool = False

    def line(self, **more: Any) -> Line:
        """Return a line to the authority."""
        return Line(self.authority, **more)

    @property
    def md5s(self) -> dict[str, str]:
        """The MD5 of each file, by its evidence."""
        return {each: hashlib.md5(data).hexdigest() for each, data in zip(self.evidence_ids, FILES, strict=True)}

    def person(self, name: str, *roles: str) -> Actor:
        access.add_person(self.place.engine, self.clock, self.operator, name, role_names=list(roles))
        with read(self.place.engine) as tx:
            return person_actor(tx, name)

    def desk(self, actor: Actor | None = None, *, line: Line | None = None) -> ReportDesk:
        line = line or Line(self.authority)
        return ReportDesk(
            engine=self.place.engine,
            clock=self.clock,
            vault=self.vault,
            actor=actor or self.operator,
            find=find_among({line.name: line}),
            forms={},
            needs_another=self.needs_another,
            is_alone=self.is_alone,
        )

    @property
    def vault(self) -> Vault:
        return Vault(blobs=self.place.blobs, keys=self.place.keys, clock=self.clock)

    def paper(self, **more: object) -> Paper:
        files = tuple(PaperFile(evidence_id=each) for each in self.evidence_ids)
        return Paper(form=FORM.name, report=more, files=files)

    def approved(self, *, line: Line | None = None) -> Report:
        """Return a report that waits to be filed."""
        desk = replace(self.desk(line=line), needs_another=False)
        report = drafting.draft_report(desk, self.case_id, "authority", paper=self.paper())
        drafting.complete_report(desk, report.id)
        drafting.approve_report(desk, report.id)
        return self.find(report.id)

    def worker(self, line: Line | None = None, *, reach: Reach = unwatched, name: str = "one") -> Worker:
        line = line or Line(self.authority)
        find = find_among({line.name: line})
        filing = Filing(vault=self.vault, find=find, actor=self.operator, tell=self.told.append, reach=reach)
        handlers = filing.handlers()
        return Worker(self.place.engine, self.clock, handlers, name=name, tell=self.told.append, reach=reach)

    def find(self, report_id: int) -> Report:
        with read(self.place.engine) as tx:
            return queries.find_report(tx, report_id)


@dataclass(frozen=True)
class Saved:
    """What an office is made of on one kind of database: its rows as they lay there, and the last numbers given."""

    at: datetime
    rows: dict[str, list[dict[str, Any]]]
    numbers: list[dict[str, Any]]
    keys: MemoryKeys
    case_id: int
    evidence_ids: list[str]


class Offices:
    """Builds an office once on each kind of database and puts it there again: to build one takes as long as a test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._saved: dict[str, Saved] = {}

    def open(self, engine: Engine, at: datetime, actor: Actor, folder: Path) -> Office:
        """Return an office; it is built anew where the database is not empty, or the time another."""
        kind = engine.dialect.name
        with write(engine) as tx:
            is_new = tx.execute(select(METADATA.tables["audit_entries"]).limit(1)).first() is None
            saved = self._saved.get(kind)
            if is_new and saved is not None and saved.at == at:
                _put_back(tx, saved)
                shutil.copytree(self._folder / kind, folder, dirs_exist_ok=True)
                return _office(engine, actor, folder, saved)
        hand, keys = HandClock(at=at), MemoryKeys()
        blobs = DiskBlobs(folder / "vault")
        blobs.create()
        place = Installation(engine=engine, blobs=blobs, keys=keys, clock=hand)
        access.add_person(engine, hand, actor, "ann", role_names=["reviewer", "service"])
        with read(engine) as tx:
            ann = person_actor(tx, "ann")
        made = add_decided_case(place, ann, folder / "spool", FILES, subject_id="account 7")
        with read(engine) as tx:
            ours = [table for table in METADATA.sorted_tables if table.name != "installation"]
            rows = {table.name: [dict(row) for row in tx.execute(select(table)).mappings()] for table in ours}
            numbers = [dict(row) for row in tx.execute(_NUMBERS).mappings()] if kind == "postgresql" else []
        saved = Saved(at, rows, numbers, keys, made.case_id, list(made.evidence_ids))
        if is_new and kind not in self._saved:
            for each in ("vault", "spool"):
                shutil.copytree(folder / each, self._folder / kind / each)
            self._saved[kind] = saved
        return _office(engine, actor, folder, saved)


_NUMBERS = text("SELECT sequencename AS name, last_value AS last FROM pg_sequences WHERE last_value IS NOT NULL")


def _put_back(tx: Tx, saved: Saved) -> None:
    for name, rows in saved.rows.items():
        table = METADATA.tables[name]
        if tx.dialect.name == "sqlite":
            tx.execute(delete(table))  # what the steps of the tables themselves put there
        if rows:
            tx.execute(insert(table), rows)
    if saved.numbers:
        tx.execute(text("SELECT setval(CAST(:name AS regclass), :last)"), saved.numbers)


def _office(engine: Engine, actor: Actor, folder: Path, saved: Saved) -> Office:
    hand = HandClock(at=saved.at)
    place = Installation(engine=engine, blobs=DiskBlobs(folder / "vault"), keys=copy(saved.keys), clock=hand)
    return Office(
        place=place,
        clock=hand,
        operator=actor,
        authority=Authority(hand),
        case_id=saved.case_id,
        evidence_ids=list(saved.evidence_ids),
    )


@pytest.fixture(scope="session")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Offices:
    """What builds offices."""
    return Offices(tmp_path_factory.mktemp("offices"))


@pytest.fixture
def office(offices: Offices, engine: Engine, clock, actor: Actor, tmp_path: Path) -> Office:
    """An office with a case of two files that is decided."""
    return offices.open(engine, clock.now(), actor, tmp_path)
