"""Reports are filed exactly once at the fake authority, over HTTP, whatever goes wrong on either side.

The schedules are generated: faults of the line and of the authority, calls delivered twice, workers that die at any
boundary, sleep until others took over, run two at a time, and clocks that jump on either side.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from safelight.database.transaction import read
from safelight.flow.reporting import drafting
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.reporting.filing import Filing
from safelight.jobs.boundary import JobBoundary
from safelight.jobs.worker import Worker
from safelight.outbound.address import read_networks
from safelight.outbound.outlet import Outlet
from safelight.reporting import queries
from safelight.reporting.attempt import UNSETTLED
from safelight.reporting.boundary import FilingBoundary
from safelight.reporting.destinations.ncmec.client import Patience
from safelight.reporting.destinations.ncmec.credentials import TestCredentials
from safelight.reporting.destinations.ncmec.cybertip import CyberTip
from safelight.reporting.destinations.ncmec.model.contact import Email
from safelight.reporting.destinations.ncmec.model.person import Person
from safelight.reporting.destinations.ncmec.model.reporter import Reporter
from safelight.reporting.destinations.ncmec.setup import NcmecSetup, Profile
from safelight.reporting.report import Report, ReportState
from safelight.testing.authority import FakeAuthority, State, fake_authority

_QUICK = (
    "cut_early",
    "cut_before",
    "cut_after",
    "cut_in_answer",
    "error_before",
    "error_after",
    "error_in_200",
    "error_in_200_after",
    "bare_401",
    "bare_503_before",
    "bare_503_after",
    "duplicate",
    "duplicate_first",
    "wrong_md5",
    "truncated",
    "wrong_type",
    "page_before",
    "page_after",
)
"""Every fault of the fake but those that only take time: `slow_*` and `drip`, which the client's own tests have."""

_OUTLET = Outlet()


class Death(BaseException):
    """The process is gone."""


@dataclass
class Wire:
    """A destination whose calls are watched: `meanwhile` is called before each of them leaves."""

    to: CyberTip
    meanwhile: Callable[[str], None] = lambda _kind: None
    is_test: bool = False  # so that what the fake takes is filed, and what follows can be looked at

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.to, name)
        if name not in {"open", "upload", "describe", "finish", "retract"}:
            return found

        def called(*given: Any) -> Any:
            self.meanwhile(name)
            return found(*given)

        return called


@dataclass
class Bureau:
    """An office that files at the fake."""

    office: Any
    authority: FakeAuthority
    told: Counter = field(default_factory=Counter)

    def wire(self, meanwhile: Callable[[str], None] = lambda _kind: None) -> Wire:
        person = Person(emails=(Email(text="safety@example.org"),))
        account = self.authority.account
        setup = NcmecSetup(
            credentials=TestCredentials(username=account.user, password=account.password),
            root=self.authority.address,
            profile=Profile(reporter=Reporter(reporting_person=person)),
        )
        to = CyberTip(
            name="ncmec",
            setup=setup,
            outlet=_OUTLET,
            clock=self.office.clock,
            let_through=read_networks(["127.0.0.0/8"]),
            patience=Patience(seconds=5, silence_seconds=5),
        )
        return Wire(to, meanwhile)

    def desk(self, wire: Wire) -> ReportDesk:
        return replace(self.office.desk(), find=lambda _name: wire, needs_another=False)

    def approved(self) -> Report:
        desk = self.desk(self.wire())
        report = drafting.draft_report(desk, self.office.case_id, "ncmec")
        drafting.complete_report(desk, report.id)
        drafting.approve_report(desk, report.id)
        return self.office.find(report.id)

    def again(self, report: Report) -> None:
        """Let a person send a report again that failed, or is parked, for reasons that lie outside of what it says."""
        desk, found = self.desk(self.wire()), self.office.find(report.id)
        if found.state is ReportState.FILING:
            drafting.retry_report(desk, report.id, reason="it was no fault of the report")
            return
        _, paper = drafting.read_report(desk, report.id)
        drafting.edit_report(desk, report.id, paper)
        drafting.complete_report(desk, report.id)
        drafting.approve_report(desk, report.id)

    def worker(self, wire: Wire, *, reach: Callable = lambda _boundary: None, name: str = "one") -> Worker:
        office = self.office
        filing = Filing(
            vault=office.vault, find=lambda _name: wire, actor=office.operator, tell=office.told.append, reach=reach
        )
        handlers = filing.handlers()
        return Worker(office.place.engine, office.clock, handlers, name=name, tell=office.told.append, reach=reach)


@pytest.fixture
def bureau(office) -> Iterator[Bureau]:
    with fake_authority(clock=office.clock) as authority:
        yield Bureau(office, authority)


def run_schedule(bureau: Bureau, seed: int) -> None:
    """File a report while anything goes wrong, and hold the authority's books against what was approved."""
    chance, office, authority = random.Random(seed), bureau.office, bureau.authority  # noqa: S311 - no secret
    report = bureau.approved()
    known = {each.report_id for each in authority.reports()}
    trouble = [chance.randint(1, 7)]

    def strike(share: float, what: str) -> bool:
        if trouble[0] and chance.random() < share:
            trouble[0] -= 1
            bureau.told[what] += 1
            return True
        return False

    def reach(boundary) -> None:
        if isinstance(boundary, FilingBoundary | JobBoundary) and strike(0.03, "a worker dies"):
            raise Death

    def meanwhile(kind: str) -> None:
        if strike(0.2, "a fault of the line or the authority"):
            authority.faults.next(None, chance.choice(_QUICK))
        if strike(0.03, "the authority's clock jumps"):
            authority.clock.advance(timedelta(seconds=chance.choice([-60, 30, 4000])))
        if strike(0.03, "our clock is set back"):
            office.clock.advance(seconds=-4000)
        if strike(0.05, "a worker sleeps until others took over"):
            office.clock.advance(seconds=chance.choice([70, 70, 4000, 90_000]))
            for _ in range(2):  # suspected, then taken over
                run_one(bureau.wire())
                office.clock.advance(seconds=20)
        if kind != "retract" and strike(0.03, "two workers at once"):
            second = threading.Thread(target=run_one, args=(bureau.wire(),))
            second.start()
            second.join(30)

    def run_one(wire: Wire) -> None:
        with suppress(Death):
            bureau.worker(wire, reach=reach, name=f"w{chance.random()}").run_due()

    for _ in range(8):
        run_one(bureau.wire(meanwhile))
        office.clock.advance(seconds=chance.choice([40, 70, 2000, 100_000]))
        if needs_person(bureau, report):
            bureau.told["a person sends it again"] += 1
            bureau.again(report)
    authority.faults.clear()
    office.clock.advance(hours=8)  # before any moment that was seen
    settle(bureau, report)
    require_filed_once(bureau, report, known)
    bureau.told["schedules"] += 1


def needs_person(bureau: Bureau, report: Report) -> bool:
    """Say whether a report failed, or is parked: both are told by a notice."""
    return bool(bureau.office.find(report.id).failure)


def settle(bureau: Bureau, report: Report) -> None:
    """Let workers with a good line run until nothing is left to do."""
    for _ in range(30):
        bureau.worker(bureau.wire(), name="last").run_due()
        state = bureau.office.find(report.id).state
        if state is ReportState.FILED:
            return
        if needs_person(bureau, report):
            bureau.again(report)
        bureau.office.clock.advance(minutes=31)
    raise AssertionError(bureau.office.told)


def require_filed_once(bureau: Bureau, report: Report, known: set[int]) -> None:
    """The authority has exactly one finished report of this one, whole, and nothing is left open past its expiry."""
    office, authority = bureau.office, bureau.authority
    filed = office.find(report.id)
    new = [each for each in authority.reports() if each.report_id not in known]
    (finished,) = [each for each in new if each.state is State.FINISHED]
    assert filed.receipt == str(finished.report_id)
    assert report.mark.encode() in finished.xml
    assert {each.md5 for each in finished.files} == set(office.md5s.values())
    described = [each for each in finished.files if each.details]
    assert sorted(each.md5 for each in described) == sorted(office.md5s.values())
    with read(office.place.engine) as tx:
        left = [each for each in queries.attempts_of(tx, report.id) if each.state in UNSETTLED]
    assert left == []
    bureau.told["opened and not finished"] += len(new) - 1
    authority.clock.advance(timedelta(hours=25))
    assert authority.orphans() == []
    authority.clock.advance(-timedelta(hours=25))


def test_a_few_schedules_are_filed_exactly_once(bureau: Bureau) -> None:
    for seed in range(5):
        run_schedule(bureau, seed)


@pytest.mark.long
def test_two_thousand_schedules_are_filed_exactly_once(bureau: Bureau, capsys) -> None:
    for seed in range(1000, 3000):
        run_schedule(bureau, seed)
    with capsys.disabled():
        dialect = bureau.office.place.engine.dialect.name
        print(f"\n{dialect}: each approved report finished once, none lost, none doubled, no orphan, every MD5 right")
        for what, count in sorted(bureau.told.items()):
            print(f"  {count:6} {what}")
