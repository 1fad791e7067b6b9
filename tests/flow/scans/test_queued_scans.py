"""Scans that wait are done once in effect: a match becomes evidence, the rest is dropped with its key."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from safelight.boundary import Reach, unwatched
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import SandboxUnavailable
from safelight.flow.chain import ScanResult, scan
from safelight.flow.evidence.destruction import Destruction
from safelight.flow.scans.held_media import retry_held
from safelight.flow.scans.preserving import manifest_of
from safelight.flow.scans.queued_scans import SCAN_KEPT, QueuedScans, accept_scan
from safelight.flow.scans.settling import Settling
from safelight.flow.scans.telling import tell_answers
from safelight.flow.scans.unscanned import HOLD_ALL, read_policy
from safelight.hashing.hashers.cryptographic import CryptographicHasher
from safelight.hashing.signal import NoSignal, Reason, SignalType
from safelight.intake.media import Digests, Media, Origin, Subject
from safelight.intake.sources.interface import Arrival
from safelight.intake.spool import Spool
from safelight.jobs import queries as jobs
from safelight.jobs.boundary import JobBoundary
from safelight.jobs.job import Job, JobState
from safelight.jobs.worker import Worker
from safelight.matching.match import Match, MatchKind, Verdict
from safelight.matching.snapshot import ThresholdSource
from safelight.review import queries as cases
from safelight.roles import Actor
from safelight.testing.keys import MemoryKeys
from safelight.vault import queries as evidence
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.keeping import Keeping
from safelight.vault.listing import EvidenceState
from safelight.vault.purpose import Purpose
from safelight.vault.seal_boundary import KeepBoundary, SealBoundary
from safelight.vault.vault import Vault

LISTED = b"benign bytes that stand for something listed" * 40_000
OTHER = b"benign bytes that nobody lists" * 40_000


class Abandoned(BaseException):
    """The process died here."""


class House:
    """An installation whose scanner knows one listed content; `reach` is told every boundary."""

    def __init__(self, engine: Engine, clock: FixedClock, actor: Actor, folder: Path) -> None:
        self.engine, self.clock, self.actor, self.folder = engine, clock, actor, folder
        self.keys, self.blobs = MemoryKeys(), DiskBlobs(folder / "blobs")
        self.blobs.create()
        self.fault: Reason | None = None
        self.policy = HOLD_ALL
        self.is_down = False
        self.scanned: list[Media | None] = []

    def vault(self, reach: Reach = unwatched) -> Vault:
        return Vault(blobs=self.blobs, keys=self.keys, clock=self.clock, reach=reach)

    def keeping(self, reach: Reach = unwatched) -> Keeping:
        return Keeping(blobs=self.blobs, keys=self.keys, clock=self.clock, reach=reach)

    def accept(self, data: bytes, reach: Reach = unwatched) -> int:
        with (
            Spool(self.folder / "spool", memory_bytes=1 << 20, reach=reach) as spool,
            spool.receive([data], max_bytes=1 << 30) as spooled,
        ):
            digests = Digests(md5=bytes(16), sha1=bytes(20), sha256=hashlib.sha256(data).digest())
            origin = Origin(original_file_name="holiday.jpg")
            media = Media(size_bytes=len(data), digests=digests, arrived_at=self.clock.now(), origin=origin)
            manifest = manifest_of(media, sealed_by=self.actor, subject=Subject(id="account 7"))
            return accept_scan(self.engine, self.keeping(reach), self.actor, spooled, manifest)

    def work(self, reach: Reach = unwatched) -> int:
        settling = Settling(
            vault=self.vault(reach), keeping=self.keeping(reach), policy=self.policy, also=tell_answers(self.clock)
        )
        scans = QueuedScans(settling=settling, scan=self.scan)
        destruction = Destruction(blobs=self.blobs, keys=self.keys, people=lambda tx: [], tell=_ignore, reach=reach)
        handlers = {SCAN_KEPT: scans.scan_kept, **destruction.handlers()}
        return Worker(self.engine, self.clock, handlers, name="w", reach=reach, tell=_ignore).run_due()

    def restart_and_settle(self) -> None:
        """Let new workers do what is left, however long leases, graces and waits take."""
        for _ in range(8):
            self.clock = FixedClock(at=self.clock.at + timedelta(minutes=10))
            self.work()

    def scan(self, arrival: Arrival) -> ScanResult:
        if self.is_down:
            raise SandboxUnavailable("No worker process can be started.")
        result = scan(arrival, clock=self.clock, hashers=[CryptographicHasher()], take_snapshot=lambda: None)
        self.scanned.append(result.media)
        if self.fault is not None:
            answers = (NoSignal(type=SignalType.PDQ, reason=self.fault, detail=""),)
            return replace(result, verdict=Verdict.NOT_SCANNED, answers=answers)
        assert result.media is not None
        if result.media.digests.sha256 == hashlib.sha256(LISTED).digest():
            return replace(result, verdict=Verdict.EXACT, matches=(_match(self.clock),))
        return replace(result, verdict=Verdict.NO_KNOWN_MATCH)

    def sealed(self) -> list[bytes]:
        """Return the bytes of all evidence."""
        with read(self.engine) as tx:
            found = evidence.list_evidence(tx, state=EvidenceState.LIVING)
        return [self.open(each.id) for each in found]

    def open(self, evidence_id: str) -> bytes:
        vault = self.vault()
        with write(self.engine) as tx:
            grant = vault.open(tx, self.actor, evidence_id, Purpose.CHECK, "test")
        with vault.read(self.engine, grant) as reader:
            return reader.read(0, reader.size_bytes)

    def states(self) -> list[JobState]:
        with read(self.engine) as tx:
            return [job.state for job in jobs.page_jobs(tx)]


def _ignore(_text: str) -> None:
    pass


def _match(clock: FixedClock) -> Match:
    return Match(
        kind=MatchKind.EXACT,
        signal_type=SignalType.SHA256,
        distance=0,
        threshold=0,
        threshold_source=ThresholdSource.BANK,
        orientation="",
        frame=None,
        quality=None,
        entry_id=5,
        bank_name="known",
        bank_version=1,
        label="",
        label_scheme="",
        source="",
        entry_key="",
        entry_note="",
        entry_added_at=clock.now(),
    )


@pytest.fixture
def house(engine: Engine, clock: FixedClock, actor: Actor, tmp_path: Path) -> House:
    """An installation on each database."""
    return House(engine, clock, actor, tmp_path)


def test_what_matches_becomes_evidence_with_what_was_told_and_what_matched(house: House) -> None:
    house.accept(LISTED)
    assert house.work() == 1
    assert house.sealed() == [LISTED]
    assert house.states() == [JobState.DONE]
    with read(house.engine) as tx:
        (found,) = evidence.list_evidence(tx, state=EvidenceState.LIVING)
    with write(house.engine) as tx:
        grant = house.vault().open(tx, house.actor, found.id, Purpose.REVIEW, "test")
    manifest = house.vault().manifest(house.engine, grant)
    assert manifest.subject_id == "account 7"
    assert manifest.origin.original_file_name == "holiday.jpg"
    assert [(match.bank, match.entry_id, match.kind) for match in manifest.matches] == [("known", "5", "exact")]


def test_what_waited_is_scanned_by_the_digests_that_were_sealed_with_it(house: House) -> None:
    house.accept(OTHER)
    house.work()
    (media,) = house.scanned
    assert media is not None
    assert media.digests == Digests(md5=bytes(16), sha1=bytes(20), sha256=hashlib.sha256(OTHER).digest())


def test_what_does_not_match_is_dropped_with_its_key(house: House) -> None:
    house.accept(OTHER)
    house.work()
    assert house.sealed() == []
    assert house.states()[0] is JobState.DONE
    with read(house.engine) as tx:
        assert tx.execute(text("SELECT count(*) FROM vault_spools")).scalar_one() == 0
    assert list(house.blobs.blob_ids()) == []


def test_each_scan_that_ended_is_told_of_by_its_job_and_verdict(house: House, told_events: Callable[[], Any]) -> None:
    other, listed = house.accept(OTHER), house.accept(LISTED)
    house.work()
    with read(house.engine) as tx:
        (found,) = evidence.list_evidence(tx, state=EvidenceState.LIVING)
        (case,) = cases.page_cases(tx)
    told = told_events()
    assert told[0] == ("scan_finished", {"job_id": other, "verdict": "no_known_match"})
    assert sorted(kind for kind, _ in told[1:]) == ["case_opened", "evidence_sealed", "scan_finished"]
    facts = dict(told[1:])
    assert facts["scan_finished"] == {"job_id": listed, "verdict": "exact", "evidence_id": found.id}
    assert facts["case_opened"] == {"case_id": case.id, "verdict": "exact"}


def test_a_scan_that_failed_is_told_of_as_not_scanned(house: House, told_events: Callable[[], Any]) -> None:
    job = house.accept(OTHER)
    house.fault = Reason.TIMED_OUT
    house.work()
    assert told_events() == [("scan_finished", {"job_id": job, "verdict": "not_scanned"})]


def test_a_queued_match_opens_a_case_of_the_account_and_the_next_joins_it(house: House) -> None:
    house.accept(LISTED)
    house.accept(LISTED)
    house.work()
    with read(house.engine) as tx:
        (case,) = cases.page_cases(tx)
        items = cases.page_items(tx, case.id)
        ids = {each.id for each in evidence.list_evidence(tx)}
    assert (case.about.subject_id, case.item_count, case.exact_count) == ("account 7", 2, 2)
    assert {item.evidence_id for item in items} == ids


def test_what_cannot_be_looked_at_is_held_with_its_reason_until_it_can_be(house: House) -> None:
    house.accept(LISTED)
    house.fault = Reason.TIMED_OUT
    house.work()
    with read(house.engine) as tx:
        (held,) = evidence.list_kept(tx)
    assert (held.is_held, held.held_for) == (True, "timed_out")
    assert (house.states(), house.sealed()) == ([JobState.DONE], [])
    house.fault = None
    retry_held(house.engine, house.keeping(), house.actor, held.id)
    house.work()
    assert house.sealed() == [LISTED]


def test_what_the_policy_rejects_is_dropped_with_its_key(house: House) -> None:
    house.policy = read_policy("timed_out=reject")
    house.accept(LISTED)
    house.fault = Reason.TIMED_OUT
    house.work()
    with read(house.engine) as tx:
        assert evidence.list_kept(tx) == []
    assert list(house.blobs.blob_ids()) == []


def test_what_cannot_be_looked_at_by_a_fault_of_ours_is_tried_again(house: House) -> None:
    house.accept(LISTED)
    house.is_down = True
    house.work()
    (job,) = _open_jobs(house)
    assert "No worker process" in job.reason
    with read(house.engine) as tx:
        assert not evidence.list_kept(tx)[0].is_held
    house.is_down = False
    house.restart_and_settle()
    assert house.sealed() == [LISTED]


def _open_jobs(house: House) -> list[Job]:
    with read(house.engine) as tx:
        return [job for job in jobs.page_jobs(tx) if job.state in {JobState.WAITING, JobState.RUNNING}]


def test_the_same_content_queued_twice_is_stored_once_and_is_evidence_twice(house: House) -> None:
    house.accept(LISTED)
    house.accept(LISTED)
    house.work()
    assert house.sealed() == [LISTED, LISTED]
    with read(house.engine) as tx:
        assert tx.execute(text("SELECT count(*) FROM vault_objects")).scalar_one() == 1
    assert len(list(house.blobs.blob_ids())) == 1


def _dying_at(boundary: StrEnum, hit: list[StrEnum]) -> Callable[[StrEnum], None]:
    def reach(reached: StrEnum) -> None:
        hit.append(reached)
        if reached == boundary and hit.count(boundary) == 1:
            raise Abandoned

    return reach


_PLACED_WHEN_ACCEPTED = {SealBoundary.BLOB_WRITTEN, SealBoundary.BLOB_PLACED}


@pytest.mark.parametrize("boundary", [each for each in KeepBoundary if each is not KeepBoundary.SPOOL_DROPPED])
def test_a_death_while_accepting_leaves_a_whole_scan_or_none(house: House, boundary: KeepBoundary) -> None:
    with pytest.raises(Abandoned):
        house.accept(LISTED, _dying_at(boundary, []))
    house.work()
    before = house.sealed()
    assert before in ([], [LISTED])
    if not before:  # it was not accepted: whoever sent it sends it again
        house.accept(LISTED)
        house.work()
    assert house.sealed() == [LISTED]


_JOB = [JobBoundary.CLAIMED, JobBoundary.STARTED, JobBoundary.FINISHING, JobBoundary.FINISHED]
_WORKING = [
    *((boundary, LISTED) for boundary in (*_JOB, *SealBoundary) if boundary not in _PLACED_WHEN_ACCEPTED),
    *((boundary, OTHER) for boundary in (*_JOB, KeepBoundary.SPOOL_DROPPED)),
]


@pytest.mark.parametrize(("boundary", "data"), _WORKING, ids=lambda value: value if isinstance(value, str) else "")
def test_a_death_while_working_loses_no_scan_and_does_none_twice(house: House, boundary: StrEnum, data: bytes) -> None:
    house.accept(data)
    with pytest.raises(Abandoned):
        house.work(_dying_at(boundary, []))
    house.restart_and_settle()
    assert house.sealed() == ([LISTED] if data is LISTED else [])
    with read(house.engine) as tx:
        assert sum(case.item_count for case in cases.page_cases(tx)) == len(house.sealed())
    assert set(house.states()) == {JobState.DONE}
    assert len(list(house.blobs.blob_ids())) == len(house.sealed())
