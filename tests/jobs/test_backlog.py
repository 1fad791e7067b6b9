"""Jobs pass from the thread that claims to the threads that carry out."""

import threading
import time
from datetime import UTC, datetime

import pytest

from safelight.jobs.backlog import Backlog
from safelight.jobs.job import Job, JobState

_NOW = datetime(2026, 11, 23, tzinfo=UTC)


def _job(number: int) -> Job:
    return Job(
        id=number,
        kind="note",
        args={},
        key=None,
        state=JobState.RUNNING,
        due_at=_NOW,
        added_at=_NOW,
        attempts=1,
        worker="w1",
        fence=1,
        lease_until=_NOW,
        reason="",
        finished_at=None,
    )


@pytest.fixture
def backlog() -> Backlog:
    return Backlog()


def test_jobs_are_begun_in_the_order_in_which_they_came(backlog: Backlog) -> None:
    backlog.fill([_job(1), _job(2)])
    backlog.fill([_job(3)])
    assert [job.id for _ in range(3) if (job := backlog.take())] == [1, 2, 3]


def test_whoever_takes_waits_for_a_job(backlog: Backlog) -> None:
    taken = []
    thread = threading.Thread(target=lambda: taken.append(backlog.take()))
    assert not backlog.wait_until_hungry(0.01)
    thread.start()
    assert backlog.wait_until_hungry(5)
    backlog.fill([_job(1)])
    thread.join()
    assert [job.id for job in taken] == [1]
    assert not backlog.wait_until_hungry(0.01)


def test_what_nobody_has_begun_is_drained_once_it_has_lain_for_long(backlog: Backlog) -> None:
    backlog.fill([_job(1), _job(2)])
    assert backlog.drain(older_than_s=60) == []
    time.sleep(0.02)
    assert [job.id for job in backlog.drain(older_than_s=0.01)] == [1, 2]
    assert backlog.drain() == []


def test_a_closed_backlog_gives_nothing_out_and_keeps_what_is_left(backlog: Backlog) -> None:
    thread = threading.Thread(target=backlog.take)
    thread.start()
    assert backlog.wait_until_hungry(5)
    assert not backlog.is_closed
    backlog.close()
    thread.join()
    backlog.fill([_job(1)])
    assert backlog.is_closed
    assert backlog.take() is None
    assert not backlog.wait_until_hungry(0.01)
    assert [job.id for job in backlog.drain()] == [1]
