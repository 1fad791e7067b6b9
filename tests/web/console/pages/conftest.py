"""Records to look at: a bank, a case with evidence and a complaint, whose every text tries to be more than a text."""

import io
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from safelight.access.queries import find_person, person_actor
from safelight.banks import queries as bank_queries
from safelight.banks.entry import EntryKey, NewEntry
from safelight.database.transaction import read, write
from safelight.flow.banks import edits as banks
from safelight.flow.installation import Installation
from safelight.flow.reporting import drafting
from safelight.flow.reporting.filing import Filing
from safelight.flow.review.claiming import claim_case
from safelight.flow.review.deciding import decide
from safelight.flow.review.flagging import flag
from safelight.hashing.signal import SignalType
from safelight.jobs.worker import Worker
from safelight.matching.match import MatchKind
from safelight.reporting import queries as report_queries
from safelight.reporting.paper import Paper
from safelight.reporting.report import Report
from safelight.review import queries, steps
from safelight.review.case import About, ItemKind, ItemMatch, NewItem
from safelight.review.decision import Finding, IncidentType, Ruling
from safelight.review.exposure.exposure import Exposure
from safelight.review.exposure.queries import page_own
from safelight.review.flag import CameFrom, Category, NewFlag
from safelight.review.rules import ReviewRules
from safelight.review.scheme import Classification
from safelight.review.second_reading import SecondReading
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.testing.evidence import seal_bytes
from safelight.testing.report_line import WHOLE, Line
from safelight.testing.synthetic import paint
from safelight.web.console.console import Console

_NUMBERS = itertools.count()
WICKED = '{{ 7 * 7 }}<script>alert("x")</script>'
"""What somebody else wrote: a list, a platform, a user."""

MD5, PDQ = bytes(range(16)), bytes(range(32))
ALWAYS_TWICE = ReviewRules(second=SecondReading(clearing=False, near_distance=256, share=10_000))
OPERATOR = Actor(kind=ActorKind.SYSTEM_USER, name="tester", permissions=EVERY_PERMISSION)


@dataclass(frozen=True)
class Records:
    """What there is: the bank's name, its entries by signal type, the case with its items, and the evidence."""

    console: Console
    bank: str
    entries: dict[str, int]
    case: int
    item: int
    complaint: int
    evidence: str

    def decide(self, name: str, finding: Finding = Finding.CONFIRMED, **more: object) -> None:
        """Let a reviewer claim the case and decide on all that is due in it; everything is read twice."""
        with read(self.console.engine) as tx:
            actor = person_actor(tx, name)
        desk = replace(self.console.review_desk(actor), rules=ALWAYS_TWICE)
        values: dict[str, object] = {"finding": finding, "reasons": WICKED}
        if finding is Finding.CONFIRMED:
            values["classification"] = Classification(scheme="ncmec", label="A1")
            values["incident_type"] = IncidentType.CSAM
        claim_case(desk, self.case)
        decide(desk, self.case, Ruling(**values | more))


@pytest.fixture(scope="module")
def place(console: Console) -> Installation:
    """What evidence is sealed into."""
    vault = console.showing.vault
    return Installation(engine=console.engine, blobs=vault.blobs, keys=vault.keys, clock=console.clock)


@pytest.fixture(scope="module")
def records(console: Console, place: Installation, tmp_path_factory: pytest.TempPathFactory) -> Records:
    who = (console.engine, console.clock, OPERATOR)
    banks.create_bank(*who, name="records")
    key = EntryKey(source="ncmec", environment="production", issuer="7", entry_id="file-4")
    told = {"label": "A1", "label_scheme": "ncmec", "note": WICKED}
    new = [
        NewEntry(signal_type="md5", value=MD5, key=key, **told),
        NewEntry(signal_type="pdq", value=PDQ, **told),
    ]
    banks.add_entries(*who, bank="records", entries=new)
    with read(console.engine) as tx:
        bank = bank_queries.find_bank(tx, "records")
        entries = {each.signal_type: each.id for each in bank_queries.page_entries(tx, bank.id)}
    evidence = seal_evidence(place, tmp_path_factory.mktemp("spool"))
    return Records(console, "records", entries, *_open_case(console, entries, evidence), evidence)


def seal_evidence(place: Installation, folder: Path) -> str:
    told = {"subject_id": WICKED, "media_type": "image/png", "notes": (WICKED,)}
    return seal_bytes(place, OPERATOR, folder, [b"sealed bytes of a test"], told=told).id


def _open_case(console: Console, entries: dict[str, int], evidence: str) -> tuple[int, int, int]:
    matches = (
        ItemMatch(
            bank_name="records",
            entry_id=entries["md5"],
            signal_type=SignalType.MD5,
            kind=MatchKind.EXACT,
            distance=0,
            threshold=0,
            orientation="original",
        ),
        ItemMatch(
            bank_name="records",
            entry_id=entries["pdq"],
            signal_type=SignalType.PDQ,
            kind=MatchKind.NEAR,
            distance=22,
            threshold=31,
            orientation="flip_y",
        ),
    )
    new = NewItem(evidence_id=evidence, kind=ItemKind.EXACT, content_id=WICKED, matches=matches, matches_omitted=3)
    with write(console.engine) as tx:
        case = steps.open_or_join(tx, console.clock, OPERATOR, About(subject_id=WICKED)).case_id
        steps.add_item(tx, console.clock, OPERATOR, case, new)
    told = NewFlag(came_from=CameFrom.USER, category=Category.ENTICEMENT, content_id="chat", words=WICKED)
    complaint = flag(console.review_desk(OPERATOR), told, subject_id=WICKED).item_id
    with read(console.engine) as tx:
        first = queries.page_items(tx, case)[0].id
    return case, first, complaint


@pytest.fixture
def is_escaped() -> Callable[[str], bool]:
    """Tell whether a page shows what is wicked as the text that it is, and nothing of it as anything else."""

    def look(page: str) -> bool:
        shown = "{{ 7 * 7 }}&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;" in page
        return shown and "<script>alert" not in page

    return look


@cache
def painted(seed: int) -> bytes:
    """Paint a picture and return its file: the same for all tests, as to make it takes longer than to look at it."""
    held = io.BytesIO()
    paint(seed, width=400, height=300).save(held, "png")
    return held.getvalue()


@dataclass
class Reviewing:
    """Cases of painted pictures that wait, and people who review them."""

    console: Console
    place: Installation
    folder: Path
    enrol: Callable[..., Any]
    made: int = 0

    def person(self, *roles: str) -> Any:
        """Let somebody sign in for the first time."""
        self.made += 1
        return self.enrol(f"person-{self.made}@review.example.org", *(roles or ("reviewer",)))

    def seal(self, data: bytes) -> str:
        """Seal bytes, and return the evidence's id."""
        return seal_bytes(self.place, OPERATOR, self.folder / "spool", [data]).id

    def picture(self, seed: int = 3) -> bytes:
        """Return a picture as a file."""
        return painted(seed)

    def case(self, *evidence: str | None, distance: int = 0, group: int | None = None, **more: Any) -> int:
        """Open a case with these items, each an exact match, or a near one at this distance."""
        self.made += 1
        kind = ItemKind.NEAR if distance else ItemKind.EXACT
        match = ItemMatch(
            bank_name="list",
            entry_id=5,
            signal_type=SignalType.PDQ if distance else SignalType.SHA256,
            kind=MatchKind.NEAR if distance else MatchKind.EXACT,
            distance=distance,
            threshold=31,
            orientation="original",
        )
        subject = more.pop("subject", f"account-{self.made}")
        with write(self.console.engine) as tx:
            case_id = steps.open_or_join(tx, self.console.clock, OPERATOR, About(subject_id=subject)).case_id
            for each in evidence:
                values = {"evidence_id": each, "kind": kind, "content_id": "", "matches": (match,), "group_id": group}
                steps.add_item(tx, self.console.clock, OPERATOR, case_id, NewItem(**values | more))
        return case_id

    def items(self, case_id: int) -> list[int]:
        """Return the numbers of a case's items."""
        with read(self.console.engine) as tx:
            return [item.id for item in queries.page_items(tx, case_id)]

    def desk(self, person: Any) -> Any:
        """Return where somebody reviews."""
        with read(self.console.engine) as tx:
            return self.console.review_desk(person_actor(tx, person.name))

    def exposures(self, person: Any) -> list[Exposure]:
        """Return what somebody was shown, as it is on record."""
        with read(self.console.engine) as tx:
            return page_own(tx, find_person(tx, person.name).id)


@pytest.fixture(scope="module")
def reviewing(console: Console, place: Installation, enrol: Callable[..., Any], tmp_path_factory) -> Reviewing:
    return Reviewing(console, place, tmp_path_factory.mktemp("reviewing"), enrol)


@dataclass
class Bureau:
    """A console at which reports are written: cases that are decided, and a worker that files."""

    console: Console
    line: Line
    reviewing: Any
    told: list[str] = field(default_factory=list)

    def desk(self, person: Any) -> Any:
        """Return where somebody writes reports."""
        with read(self.console.engine) as tx:
            return self.console.report_desk(person_actor(tx, person.name))

    def case(self, *evidence: str | None) -> int:
        """Return a case in which all is confirmed."""
        case_id, reviewer = self.reviewing.case(*(evidence or (self.seal(),))), self.reviewing.person()
        desk = self.reviewing.desk(reviewer)
        claim_case(desk, case_id)
        ruling = Ruling(
            finding=Finding.CONFIRMED,
            reasons="seen by eye",
            classification=Classification(scheme="ncmec", label="A1"),
            incident_type=IncidentType.CSAM,
        )
        decide(desk, case_id, ruling)
        return case_id

    def seal(self) -> str:
        """Seal bytes of a test, others each time, and return the evidence's id."""
        return self.reviewing.seal(b"sealed bytes %d" % next(_NUMBERS))

    def draft(self, case_id: int, person: Any, **tree: Any) -> Report:
        """Draft a report of a case, with what is whole, or with what is given."""
        desk = self.desk(person)
        report = drafting.draft_report(desk, case_id, self.line.name)
        _, paper = drafting.read_report(desk, report.id)
        drafting.edit_report(desk, report.id, replace(paper, report=tree or WHOLE))
        return self.find(report.id)

    def approved(self, case_id: int, writer: Any, approver: Any) -> Report:
        """Return a report that waits to be sent."""
        report = self.draft(case_id, writer)
        drafting.complete_report(self.desk(writer), report.id)
        drafting.approve_report(self.desk(approver), report.id)
        return self.find(report.id)

    def work(self) -> None:
        """Let a worker do what is due."""
        vault = self.console.showing.vault
        filing = Filing(vault=vault, find=lambda _: self.line, actor=OPERATOR, tell=self.told.append)
        worker = Worker(self.console.engine, self.console.clock, filing.handlers(), name="one", tell=self.told.append)
        worker.run_due()

    def find(self, report_id: int) -> Report:
        with read(self.console.engine) as tx:
            return report_queries.find_report(tx, report_id)

    def paper(self, report_id: int, person: Any) -> Paper:
        """Return what a report says."""
        return drafting.read_report(self.desk(person), report_id)[1]


@pytest.fixture(scope="module")
def bureau(console: Console, reviewing: Reviewing, known_destinations: dict[str, Any]) -> Iterator[Bureau]:
    """Where reports are written, to an authority in memory."""
    line = Line(console.clock)
    known_destinations[line.name] = line
    yield Bureau(console, line, reviewing)
    known_destinations.clear()
