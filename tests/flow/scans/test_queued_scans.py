"""Scans that wait are done once in effect: a match becomes evidence, the rest is dropped with its key."""

import hashlib
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import text

from safelight.database.transaction import read, write
from safelight.flow.scans.held_media import retry_held
from safelight.flow.scans.preserving import manifest_of
from safelight.flow.scans.queued_scans import accept_scan
from safelight.flow.scans.telling import tell_answers
from safelight.flow.scans.unscanned import read_policy
from safelight.hashing.signal import Reason
from safelight.intake.media import Digests, Media
from safelight.jobs.boundary import JobBoundary
from safelight.jobs.job import JobState
from safelight.review import queries as cases
from safelight.roles import Actor
from safelight.vault.purpose import Purpose
from safelight.vault.seal_boundary import KeepBoundary, SealBoundary

LISTED = b"listed: benign bytes that stand for something listed" * 40_000
OTHER = b"benign bytes that nobody lists" * 40_000


class Abandoned(BaseException):
    """The process died here."""


def _states(desk: Any) -> list[JobState]:
    return [job.state for job in desk.jobs()]


def test_what_matches_becomes_evidence_with_what_was_told_and_what_matched(desk: Any, actor: Actor) -> None:
    desk.queue(actor, LISTED)
    assert desk.work() == 1
    assert desk.sealed(actor) == [LISTED]
    assert _states(desk) == [JobState.DONE]
    (found,) = desk.evidence()
    vault = desk.settling.vault
    with write(desk.engine) as tx:
        grant = vault.open(tx, actor, found.id, Purpose.REVIEW, "test")
    manifest = vault.manifest(desk.engine, grant)
    assert manifest.subject_id == "account 7"
    assert manifest.origin.original_file_name == "a.jpg"
    assert [(match.bank, match.entry_id, match.kind) for match in manifest.matches] == [("known", "5", "exact")]


def test_what_waited_is_scanned_by_the_digests_that_were_sealed_with_it(desk: Any, actor: Actor) -> None:
    sealed = Digests(md5=bytes(16), sha1=bytes(20), sha256=hashlib.sha256(OTHER).digest())
    with desk.arrived(OTHER) as arrived:
        media = Media(size_bytes=len(OTHER), digests=sealed, arrived_at=desk.clock.now())
        manifest = manifest_of(media, sealed_by=actor, subject=None)
        accept_scan(desk.engine, desk.settling.keeping, actor, arrived.spooled, manifest)
    desk.work()
    (scanned,) = desk.scanned
    assert scanned.media.digests == sealed


def test_what_does_not_match_is_dropped_with_its_key(desk: Any, actor: Actor) -> None:
    desk.queue(actor, OTHER)
    desk.work()
    assert desk.sealed(actor) == []
    assert _states(desk)[0] is JobState.DONE
    with read(desk.engine) as tx:
        assert tx.execute(text("SELECT count(*) FROM vault_spools")).scalar_one() == 0
    assert desk.stored() == 0


def test_each_scan_that_ended_is_told_of_by_its_job_and_verdict(
    desk: Any, actor: Actor, told_events: Callable[[], Any]
) -> None:
    desk.also = tell_answers(desk.clock)
    other, listed = desk.queue(actor, OTHER).job_id, desk.queue(actor, LISTED).job_id
    desk.work()
    (found,), (case,) = desk.evidence(), desk.cases()
    told = told_events()
    assert told[0] == ("scan_finished", {"job_id": other, "verdict": "no_known_match"})
    assert sorted(kind for kind, _ in told[1:]) == ["case_opened", "evidence_sealed", "scan_finished"]
    facts = dict(told[1:])
    assert facts["scan_finished"] == {"job_id": listed, "verdict": "exact", "evidence_id": found.id}
    assert facts["case_opened"] == {"case_id": case.id, "verdict": "exact"}


def test_a_scan_that_failed_is_told_of_as_not_scanned(desk: Any, actor: Actor, told_events: Callable[[], Any]) -> None:
    desk.also = tell_answers(desk.clock)
    job = desk.queue(actor, OTHER).job_id
    desk.fault = Reason.TIMED_OUT
    desk.work()
    assert told_events() == [("scan_finished", {"job_id": job, "verdict": "not_scanned"})]


def test_a_queued_match_opens_a_case_of_the_account_and_the_next_joins_it(desk: Any, actor: Actor) -> None:
    desk.queue(actor, LISTED)
    desk.queue(actor, LISTED)
    desk.work()
    (case,) = desk.cases()
    with read(desk.engine) as tx:
        items = cases.page_items(tx, case.id)
    ids = {each.id for each in desk.evidence()}
    assert (case.about.subject_id, case.item_count, case.exact_count) == ("account 7", 2, 2)
    assert {item.evidence_id for item in items} == ids


def test_what_cannot_be_looked_at_is_held_with_its_reason_until_it_can_be(desk: Any, actor: Actor) -> None:
    desk.queue(actor, LISTED)
    desk.fault = Reason.TIMED_OUT
    desk.work()
    (held,) = desk.kept()
    assert (held.is_held, held.held_for) == (True, "timed_out")
    assert (_states(desk), desk.sealed(actor)) == ([JobState.DONE], [])
    desk.fault = None
    retry_held(desk.engine, desk.settling.keeping, actor, held.id)
    desk.work()
    assert desk.sealed(actor) == [LISTED]


def test_what_the_policy_rejects_is_dropped_with_its_key(desk: Any, actor: Actor) -> None:
    desk.policy = read_policy("timed_out=reject")
    desk.queue(actor, LISTED)
    desk.fault = Reason.TIMED_OUT
    desk.work()
    assert desk.kept() == []
    assert desk.stored() == 0


def test_what_cannot_be_looked_at_by_a_fault_of_ours_is_tried_again(desk: Any, actor: Actor) -> None:
    desk.queue(actor, LISTED)
    desk.is_down = True
    desk.work()
    (job,) = (job for job in desk.jobs() if job.state in {JobState.WAITING, JobState.RUNNING})
    assert "No worker process" in job.reason
    assert not desk.kept()[0].is_held
    desk.is_down = False
    desk.restart_and_settle()
    assert desk.sealed(actor) == [LISTED]


def test_the_same_content_queued_twice_is_stored_once_and_is_evidence_twice(desk: Any, actor: Actor) -> None:
    desk.queue(actor, LISTED)
    desk.queue(actor, LISTED)
    desk.work()
    assert desk.sealed(actor) == [LISTED, LISTED]
    with read(desk.engine) as tx:
        assert tx.execute(text("SELECT count(*) FROM vault_objects")).scalar_one() == 1
    assert desk.stored() == 1


def _dying_at(boundary: StrEnum, hit: list[StrEnum]) -> Callable[[StrEnum], None]:
    def reach(reached: StrEnum) -> None:
        hit.append(reached)
        if reached == boundary and hit.count(boundary) == 1:
            raise Abandoned

    return reach


_PLACED_WHEN_ACCEPTED = {SealBoundary.BLOB_WRITTEN, SealBoundary.BLOB_PLACED}


@pytest.mark.few_on_postgresql(KeepBoundary.SPOOL_ADDED)
@pytest.mark.parametrize("boundary", [each for each in KeepBoundary if each is not KeepBoundary.SPOOL_DROPPED])
def test_a_death_while_accepting_leaves_a_whole_scan_or_none(desk: Any, actor: Actor, boundary: KeepBoundary) -> None:
    desk.reach = _dying_at(boundary, [])
    with pytest.raises(Abandoned):
        desk.queue(actor, LISTED)
    desk.work()
    before = desk.sealed(actor)
    assert before in ([], [LISTED])
    if not before:  # it was not accepted: whoever sent it sends it again
        desk.queue(actor, LISTED)
        desk.work()
    assert desk.sealed(actor) == [LISTED]


_JOB = [JobBoundary.CLAIMED, JobBoundary.STARTED, JobBoundary.FINISHING, JobBoundary.FINISHED]
_WORKING = [
    *((boundary, LISTED) for boundary in (*_JOB, *SealBoundary) if boundary not in _PLACED_WHEN_ACCEPTED),
    *((boundary, OTHER) for boundary in (*_JOB, KeepBoundary.SPOOL_DROPPED)),
]


@pytest.mark.few_on_postgresql((SealBoundary.EVIDENCE_ADDED, LISTED), (JobBoundary.FINISHED, OTHER))
@pytest.mark.parametrize(("boundary", "data"), _WORKING, ids=lambda value: value if isinstance(value, str) else "")
def test_a_death_while_working_loses_no_scan_and_does_none_twice(
    desk: Any, actor: Actor, boundary: StrEnum, data: bytes
) -> None:
    desk.queue(actor, data)
    desk.reach = _dying_at(boundary, [])
    with pytest.raises(Abandoned):
        desk.work()
    desk.restart_and_settle()
    assert desk.sealed(actor) == ([LISTED] if data is LISTED else [])
    assert sum(case.item_count for case in desk.cases()) == len(desk.sealed(actor))
    assert set(_states(desk)) == {JobState.DONE}
    assert desk.stored() == len(desk.sealed(actor))
