"""What could not be scanned is tried again, or dropped by a person or by the end of its time. No match is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.clock_mark import see
from safelight.database.transaction import read, write
from safelight.errors import InvalidValue, NotAllowed, NotFound, UsageError
from safelight.flow.scans.held_media import END_HELD_MEDIA, HeldMedia, drop_held, retry_all_held, retry_held
from safelight.hashing.signal import Reason
from safelight.jobs.queue import enqueue
from safelight.jobs.worker import Worker
from safelight.roles import EVERY_PERMISSION, Permission

LISTED = b"listed, and benign"


@pytest.fixture
def hold(desk, actor):
    """Let media arrive that cannot be scanned; return where it is held."""

    def arrive(data: bytes = LISTED, fault: Reason = Reason.TIMED_OUT) -> str:
        desk.fault = fault
        spool_id = desk.take_in(actor, data).spool_id
        desk.fault = None
        return str(spool_id)

    return arrive


def test_held_media_is_scanned_again_when_a_person_says_so(desk, actor, hold) -> None:
    spool_id = hold()
    desk.work()
    assert desk.cases() == []
    retry_held(desk.engine, desk.settling.keeping, actor, spool_id, reason="the limit was raised")
    assert not desk.kept()[0].is_held
    desk.work()
    assert (len(desk.cases()), len(desk.evidence()), desk.kept()) == (1, 1, [])
    with read(desk.engine) as tx:
        entries = page_entries(tx, target=f"spool:{spool_id}")
    assert ("unhold_spool", "the limit was raised") in [(entry.verb, entry.reason) for entry in entries]


def test_what_cannot_be_scanned_again_is_held_again_and_its_time_goes_on(desk, actor, hold) -> None:
    spool_id = hold()
    (before,) = desk.kept()
    desk.clock = FixedClock(at=desk.clock.now() + timedelta(hours=1))
    retry_held(desk.engine, desk.settling.keeping, actor, spool_id)
    desk.fault = Reason.CRASHED
    desk.work()
    (after,) = desk.kept()
    assert (after.held_for, after.kept_at) == ("crashed", before.kept_at)


def test_all_media_that_is_held_for_one_reason_is_tried_again_at_once(desk, actor, hold) -> None:
    for number in range(3):
        hold(LISTED + bytes([number]))
    hold(fault=Reason.UNSUPPORTED)
    keeping = desk.settling.keeping
    assert retry_all_held(desk.engine, keeping, actor, fault="timed_out") == 3
    assert [facts.held_for for facts in desk.kept() if facts.is_held] == ["unsupported"]
    assert retry_all_held(desk.engine, keeping, actor, fault=None) == 1
    assert retry_all_held(desk.engine, keeping, actor, fault=None) == 0


def test_held_media_is_dropped_unseen_with_a_reason(desk, actor, hold) -> None:
    spool_id = hold()
    keeping = desk.settling.keeping
    with pytest.raises(InvalidValue, match="takes a reason"):
        drop_held(desk.engine, keeping, actor, spool_id, reason=" ")
    drop_held(desk.engine, keeping, actor, spool_id, reason="a broken test file of ours")
    desk.work()
    assert (desk.kept(), desk.stored()) == ([], 0)
    with read(desk.engine) as tx:
        entry = page_entries(tx, target=f"spool:{spool_id}")[-1]
    assert (entry.verb, entry.reason) == ("drop_spool", "a broken test file of ours")


def test_what_a_job_is_to_scan_is_not_dropped(desk, actor) -> None:
    answer = desk.queue(actor, LISTED)
    with pytest.raises(UsageError, match=f"Job {answer.job_id} is to scan it"):
        drop_held(desk.engine, desk.settling.keeping, actor, str(answer.spool_id), reason="why")
    desk.work()
    assert len(desk.evidence()) == 1


def test_what_is_gone_or_never_was_is_not_found(desk, actor) -> None:
    keeping = desk.settling.keeping
    for act in (lambda: retry_held(desk.engine, keeping, actor, "a" * 32),
                lambda: drop_held(desk.engine, keeping, actor, "a" * 32, reason="why")):  # fmt: skip
        with pytest.raises(NotFound, match="scanned, or dropped"):
            act()
    assert desk.work() == 0  # the job that was asked for went with its transaction


def test_it_takes_the_permission(desk, actor, hold) -> None:
    spool_id, keeping = hold(), desk.settling.keeping
    less = replace(actor, permissions=EVERY_PERMISSION - {Permission.SPOOL_WRITE})
    for act in (lambda: retry_held(desk.engine, keeping, less, spool_id),
                lambda: retry_all_held(desk.engine, keeping, less, fault=None),
                lambda: drop_held(desk.engine, keeping, less, spool_id, reason="why")):  # fmt: skip
        with pytest.raises(NotAllowed, match="spool:write"):
            act()


def _end(desk, days: int) -> list[str]:
    """Let the clock job run so many days later, and return what it told."""
    later = FixedClock(at=desk.clock.now() + timedelta(days=days))
    keeping = replace(desk.settling.keeping, clock=later)
    held = HeldMedia(keeping=keeping, held_days=10, most_jump=timedelta(days=30))
    with write(desk.engine) as tx:
        enqueue(tx, later, kind=END_HELD_MEDIA)
    told: list[str] = []
    Worker(desk.engine, later, held.handlers(), name="w", tell=told.append).run_due()
    return told


def test_what_was_held_for_its_time_is_dropped_on_record_and_what_waits_for_a_scan_stays(desk, actor, hold) -> None:
    old = hold()
    waiting = desk.queue(actor, LISTED).spool_id
    assert not any("clock" in text for text in _end(desk, 10))
    assert {facts.id for facts in desk.kept()} == {old, waiting}
    _end(desk, 11)
    assert [facts.id for facts in desk.kept()] == [waiting]
    with read(desk.engine) as tx:
        entry = page_entries(tx, target=f"spool:{old}")[-1]
    assert (entry.verb, entry.reason) == ("drop_spool", "It could not be scanned for 10 days: timed_out.")


def test_nothing_is_dropped_by_a_clock_that_was_set_forward(desk, hold) -> None:
    spool_id = hold()
    with write(desk.engine) as tx:
        see(tx, desk.clock)
    assert any("clock" in text for text in _end(desk, 40))
    assert [facts.id for facts in desk.kept()] == [spool_id]
