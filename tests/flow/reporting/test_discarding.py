"""Packages in the flow: made exactly once whatever dies, handed over by a person, deleted where they are given up."""

import gc
import hashlib
import json
import random
import tarfile
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyrage
import pytest

from safelight.audit.queries import page_entries
from safelight.database.transaction import read
from safelight.errors import UsageError
from safelight.flow.reporting import drafting
from safelight.flow.reporting.filing import Filing
from safelight.jobs.boundary import JobBoundary
from safelight.jobs.queries import page_jobs
from safelight.jobs.worker import Worker
from safelight.reporting import queries
from safelight.reporting.attempt import UNSETTLED, AttemptState
from safelight.reporting.boundary import FilingBoundary
from safelight.reporting.destinations.interface import Done, Meaning, Refused, Unanswered
from safelight.reporting.destinations.package.package import PackageDestination
from safelight.reporting.destinations.package.setup import PackageSetup
from safelight.reporting.report import Report, ReportState
from safelight.review.case import CaseState
from safelight.review.queries import find_case

FAULTS = ("later", "cut before", "cut after", "twice", "other bytes")
WIRE = ("open", "upload", "describe", "finish", "retract", "discard")


class Death(BaseException):
    """The process is gone."""


class Line:
    """A package's destination, with whose calls something goes wrong: `fault` says what, by the kind of the call."""

    def __init__(self, to: PackageDestination, fault, meanwhile) -> None:
        self._to, self._fault, self._meanwhile = to, fault, meanwhile

    def __getattr__(self, name: str):
        found = getattr(self._to, name)
        return self._failing(name, found) if name in WIRE else found

    def _failing(self, kind: str, call):
        def made(*args):
            fault = self._fault(kind)
            self._meanwhile(kind)
            if fault == "later":
                return Refused(meaning=Meaning.LATER, sentence="it is in trouble")
            if fault == "cut before":
                return Unanswered(sentence="the line was cut")
            answer = call(*args)
            if fault == "twice":
                answer = call(*args)
            if fault == "cut after":
                return Unanswered(sentence="the line was cut")
            if fault == "other bytes" and kind == "upload" and isinstance(answer, Done):
                return Done(value=replace(answer.value, md5="0" * 32))
            return answer

        return made


@dataclass
class Post:
    """An office whose reports become packages. Each worker is a process of its own."""

    office: object
    folder: Path
    identity: pyrage.x25519.Identity
    told: list[str] = field(default_factory=list)
    is_test: bool = False

    def destination(self) -> PackageDestination:
        setup = PackageSetup(
            recipient_name="Example Police",
            recipient_keys=(str(self.identity.to_public()),),
            folder=self.folder,
            organisation="Example",
            contact="trust@example.org",
            is_test=self.is_test,
        )
        place = self.office.place
        return PackageDestination(setup, name="police", keys=place.keys, clock=self.office.clock)

    def desk(self):
        desk = self.office.desk()
        return replace(desk, find=lambda _name: self.destination(), needs_another=False)

    def approved(self) -> Report:
        desk = self.desk()
        report = drafting.draft_report(desk, self.office.case_id, "police")
        drafting.complete_report(desk, report.id)
        drafting.approve_report(desk, report.id)
        return self.office.find(report.id)

    def work(self, *, fault=lambda _: "", meanwhile=lambda _: None, reach=lambda _: None, name: str = "one") -> None:
        line = Line(self.destination(), fault, meanwhile)
        more = {"actor": self.office.operator, "tell": self.told.append, "reach": reach}
        handlers = Filing(vault=self.office.vault, find=lambda _name: line, **more).handlers()
        place = self.office.place
        Worker(place.engine, self.office.clock, handlers, name=name, tell=self.told.append, reach=reach).run_due()

    def work_until(self, report: Report, *states: ReportState) -> Report:
        for _ in range(20):
            self.work(name="last")
            found = self.office.find(report.id)
            if found.state in states:
                return found
            self.office.clock.advance(minutes=31)
        raise AssertionError(self.told)

    def packages(self) -> list[Path]:
        return sorted(self.folder.glob("*.tar"))

    def parts(self) -> list[Path]:
        return sorted(self.folder.glob(".*.part"))

    def opened(self, package: Path) -> dict[str, bytes]:
        with tarfile.open(package) as archive:
            sealed = {each.name: archive.extractfile(each).read() for each in archive if each.name.endswith(".age")}
        plain = {name: pyrage.decrypt(data, [self.identity]) for name, data in sealed.items()}
        return {name.partition("/")[2].removesuffix(".age"): data for name, data in plain.items()}

    def require_made_once(self, report: Report) -> Path:
        """There is one package of the report, whole, and no other."""
        (package,) = self.packages()
        opened = self.opened(package)
        told = json.loads(opened["report.json"])
        assert told["mark"] == report.mark
        digests = [hashlib.md5(opened[each["part"]]).hexdigest() for each in told["files"]]
        assert digests == [each["md5"] for each in told["files"]]
        assert sorted(digests) == sorted(self.office.md5s.values())
        return package


@pytest.fixture
def post(office, tmp_path: Path) -> Post:
    folder = tmp_path / "packages"
    folder.mkdir()
    return Post(office, folder, pyrage.x25519.Identity.generate())


def states(post: Post, report: Report) -> list[AttemptState]:
    with read(post.office.place.engine) as tx:
        return [each.state for each in queries.attempts_of(tx, report.id)]


def test_a_package_is_made_and_counts_as_filed_when_a_person_has_handed_it_over(post: Post) -> None:
    report = post.approved()
    post.work()
    assert post.office.find(report.id).state is ReportState.HAND_OVER_DUE
    package = post.require_made_once(report)
    handed = drafting.hand_over_report(post.desk(), report.id, receipt="EP-2026-7", reason="by courier")
    assert (handed.state, handed.receipt) == (ReportState.FILED, "EP-2026-7")
    with read(post.office.place.engine) as tx:
        assert find_case(tx, post.office.case_id).state is CaseState.REPORTED
    post.work()
    assert post.packages() == [package]


def test_what_was_viewed_is_said_as_the_log_has_it(post: Post) -> None:
    report = post.approved()
    post.work()
    told = json.loads(post.opened(post.require_made_once(report))["report.json"])
    assert {each["viewed"]["answer"] for each in told["files"]} == {"unknown"}
    assert all("did not say" in each["viewed"]["sentence"] for each in told["files"])


def test_one_that_somebody_gave_up_while_it_was_made_is_deleted_and_not_to_be_handed_over(post: Post) -> None:
    report = post.approved()

    def meanwhile(kind: str) -> None:
        if kind == "finish":
            drafting.withdraw_report(post.desk(), report.id, reason="mistaken")

    post.work(meanwhile=meanwhile)
    post.work()
    assert post.office.find(report.id).state is ReportState.WITHDRAWN
    assert (post.packages(), post.parts()) == ([], [])


def test_one_that_somebody_gave_up_after_its_worker_died_is_deleted(post: Post) -> None:
    report, calls = post.approved(), []

    def die(boundary) -> None:
        if boundary is FilingBoundary.CALLED and calls[-1:] == ["finish"]:
            raise Death

    with suppress(Death):
        post.work(reach=die, meanwhile=calls.append)
    assert len(post.packages()) == 1
    drafting.withdraw_report(post.desk(), report.id, reason="mistaken")
    post.office.clock.advance(minutes=2)
    post.work()
    post.office.clock.advance(minutes=2)
    post.work_until(report, ReportState.WITHDRAWN)
    post.work()
    assert (post.packages(), post.parts()) == ([], [])
    assert states(post, report) == [AttemptState.RETRACTED]


def test_one_that_was_withdrawn_is_deleted_and_what_did_it_may_run_twice(post: Post) -> None:
    report = post.approved()
    post.work()
    assert drafting.withdraw_report(post.desk(), report.id, reason="mistaken") is ReportState.WITHDRAWN
    assert len(post.packages()) == 1

    def die(boundary) -> None:
        if boundary is JobBoundary.FINISHING:
            raise Death

    with suppress(Death):
        post.work(reach=die)
    assert post.packages() == []
    assert states(post, report) == [AttemptState.FINISHED]
    for _ in range(3):
        post.office.clock.advance(seconds=90)
        post.work(name="other")
    assert states(post, report) == [AttemptState.RETRACTED]
    with read(post.office.place.engine) as tx:
        verbs = [entry.verb for entry in page_entries(tx, target=f"report:{report.id}")]
        left = [job for job in page_jobs(tx) if job.kind == "discard_report" and job.state.value != "done"]
    assert verbs.count("discard_report") == 1
    assert left == []
    with pytest.raises(UsageError):
        drafting.hand_over_report(post.desk(), report.id, receipt="EP-1", reason="by courier")


def test_while_it_cannot_be_deleted_that_is_told_and_tried_again(post: Post) -> None:
    report = post.approved()
    post.work()
    drafting.withdraw_report(post.desk(), report.id, reason="mistaken")
    away = post.folder.with_name("unmounted")
    post.folder.rename(away)
    post.work()
    assert "is not deleted yet" in post.told[-1]
    away.rename(post.folder)
    post.office.clock.advance(minutes=11)
    post.work()
    assert post.packages() == []


def test_a_report_that_was_never_made_leaves_nothing_to_be_deleted(post: Post) -> None:
    report = post.approved()
    drafting.withdraw_report(post.desk(), report.id, reason="mistaken")
    with read(post.office.place.engine) as tx:
        assert "discard_report" not in {job.kind for job in page_jobs(tx)}


def test_a_test_package_counts_as_nothing(post: Post) -> None:
    post.is_test = True
    report = post.approved()
    post.work()
    assert post.office.find(report.id).state is ReportState.TRIED
    assert len(post.packages()) == 1


@pytest.mark.few_on_postgresql(("finish", FilingBoundary.CALLED))
@pytest.mark.parametrize(
    ("kind", "boundary"),
    [
        ("open", FilingBoundary.CALLED),
        ("upload", FilingBoundary.CALLED),
        ("finish", FilingBoundary.CALLING),
        ("finish", FilingBoundary.CALLED),
    ],
)
def test_a_worker_that_dies_around_a_call_leaves_one_package_in_the_end(post: Post, kind: str, boundary) -> None:
    report, calls = post.approved(), []
    places = {"open": 0, "upload": 1, "describe": 2, "finish": 5}

    def die(reached) -> None:
        if isinstance(reached, FilingBoundary) and reached is boundary:
            calls.append(reached)
            if len(calls) == places[kind] + 1:
                raise Death

    with suppress(Death):
        post.work(reach=die)
    gc.collect()  # what the process held is let go
    post.office.clock.advance(minutes=3)
    post.work_until(report, ReportState.HAND_OVER_DUE)
    post.require_made_once(report)
    if kind != "open" or boundary is FilingBoundary.CALLING:
        assert post.parts() == []


def run_schedule(post: Post, seed: int) -> None:
    """Make a package while its calls fail, workers die or sleep until others took over, and the clock jumps."""
    chance = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    report, clock = post.approved(), post.office.clock
    trouble = [chance.randint(1, 6)]

    def strike(share: float) -> bool:
        if trouble[0] and chance.random() < share:
            trouble[0] -= 1
            return True
        return False

    def fault(_kind: str) -> str:
        return chance.choice(FAULTS) if strike(0.2) else ""

    def reach(boundary) -> None:
        if isinstance(boundary, FilingBoundary | JobBoundary) and strike(0.04):
            raise Death

    def meanwhile(_kind: str) -> None:
        if strike(0.06):
            clock.advance(seconds=chance.choice([70, 70, 4000, 90_000]))
            for _ in range(2):  # suspected, then taken over
                with suppress(Death):
                    post.work(fault=fault, reach=reach, name=f"w{chance.random()}")
                clock.advance(seconds=20)

    for _ in range(8):
        with suppress(Death):
            post.work(fault=fault, meanwhile=meanwhile, reach=reach, name=f"w{chance.random()}")
        if post.office.find(report.id).state is ReportState.HAND_OVER_DUE:
            break
        clock.advance(seconds=chance.choice([40, 70, 2000, 100_000]))
    clock.advance(seconds=140)
    post.work(name="sweeper")
    clock.advance(seconds=70)
    post.work_until(report, ReportState.HAND_OVER_DUE)
    package = post.require_made_once(report)
    with read(post.office.place.engine) as tx:
        assert [each for each in queries.attempts_of(tx, report.id) if each.state in UNSETTLED] == []
    drafting.withdraw_report(post.desk(), report.id, reason="the next one is made")
    for _ in range(10):
        with suppress(Death):
            post.work(fault=fault, reach=reach, name=f"d{chance.random()}")
        clock.advance(minutes=11)
    post.work(name="cleaner")
    assert not package.exists()
    gc.collect()
    begun = post.destination().open(post.destination().document(drafting.read_report(post.desk(), report.id)[1], "m"))
    assert [each.name for each in post.parts()] == [f".{begun.value}.safelight-report.tar.part"]
    post.destination().retract(begun.value)


@pytest.mark.parametrize("seed", range(2))
def test_whatever_goes_wrong_it_is_made_exactly_once_and_deleted_when_it_is_given_up(post: Post, seed: int) -> None:
    run_schedule(post, seed)


@pytest.mark.long
@pytest.mark.parametrize("first", range(1000, 1500, 100))
def test_whatever_goes_wrong_five_hundred_times_it_is_made_exactly_once(post: Post, first: int) -> None:
    for seed in range(first, first + 100):
        run_schedule(post, seed)
