"""Workers carry out what comes due, beside each other, and lose nothing."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.clock import SystemClock
from safelight.database.engine import open_engine
from safelight.database.transaction import read, write
from safelight.errors import DatabaseUnusable, InvalidValue
from safelight.jobs import queries
from safelight.jobs import worker as module
from safelight.jobs.job import JobState
from safelight.jobs.lease import LeaseTimes
from safelight.jobs.queue import enqueue
from safelight.jobs.worker import BATCH, MOST_THREADS

CLOCK = SystemClock()
QUICK = LeaseTimes(
    lease=timedelta(seconds=0.6),
    beat=timedelta(seconds=0.2),
    grace=timedelta(seconds=0.4),
    look=timedelta(seconds=0.02),
)


@contextmanager
def running(*workers) -> Iterator[None]:
    stop = threading.Event()
    threads = [threading.Thread(target=worker.run, args=(stop,)) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


@pytest.fixture
def states(engine):
    def count() -> dict[JobState, int]:
        with read(engine) as tx:
            found: dict[JobState, int] = {}
            for (_, state), many in queries.count_jobs(tx).items():
                found[state] = found.get(state, 0) + many
            return found

    return count


def _ask_many(engine, count: int, **more) -> None:
    with write(engine) as tx:
        for number in range(count):
            enqueue(tx, CLOCK, kind="note", args={"name": f"n{number}"}, **more)


def test_run_due_carries_out_what_is_due_and_what_becomes_due_by_it(ask, make_worker, effects, moving) -> None:
    def chained(run) -> None:
        with run.last_step() as tx:
            enqueue(tx, moving, kind="note", args=run.job.args)

    def note(run) -> None:
        with run.last_step() as tx:
            effects.note(tx, run.job.args["name"])

    ask("a", kind="chained")
    ask("later", due_at=moving.now() + timedelta(seconds=1))
    worker = make_worker({"chained": chained, "note": note})
    assert worker.run_due() == 2
    assert effects.counts() == {"a": 1}


def test_run_due_stops_when_asked_and_gives_back_what_it_had_not_begun(engine, make_worker, states) -> None:
    stop = threading.Event()
    _ask_many(engine, 5, due_at=CLOCK.now() - timedelta(days=400))
    assert make_worker({"note": lambda run: stop.set()}).run_due(stop) == 1
    assert states() == {JobState.DONE: 1, JobState.WAITING: 4}


@pytest.mark.parametrize("threads", [1, 3])
def test_a_worker_carries_out_everything_once(engine, make_worker, effects, states, threads: int) -> None:
    _ask_many(engine, 3 * BATCH)
    with running(make_worker(clock=CLOCK, threads=threads, times=QUICK)):
        _until(lambda: states() == {JobState.DONE: 3 * BATCH})
    assert effects.counts() == {f"n{number}": 1 for number in range(3 * BATCH)}


def test_two_workers_on_one_database_share_without_doubling(engine, make_worker, effects, states) -> None:
    who: set[str] = set()

    def handler(run) -> None:
        who.add(run.job.worker)
        time.sleep(0.002)
        with run.last_step() as tx:
            effects.note(tx, str(run.job.args["name"]))

    other = open_engine(engine.url)
    try:
        _ask_many(engine, 8 * BATCH)
        first = make_worker({"note": handler}, clock=CLOCK, threads=2, times=QUICK)
        second = module.Worker(other, CLOCK, {"note": handler}, name="w2", threads=2, times=QUICK)
        with running(first, second):
            _until(lambda: states() == {JobState.DONE: 8 * BATCH})
    finally:
        other.dispose()
    assert effects.counts() == {f"n{number}": 1 for number in range(8 * BATCH)}
    assert who == {"w1", "w2"}


def test_a_graceful_stop_finishes_what_runs_and_gives_back_the_rest(engine, make_worker, states, effects) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def handler(run) -> None:
        begun.set()
        may_end.wait(10)
        with run.last_step() as tx:
            effects.note(tx, "done")

    _ask_many(engine, 4)
    with running(make_worker({"note": handler}, clock=CLOCK, times=QUICK)):
        begun.wait(10)
        assert states() == {JobState.RUNNING: 4}
        threading.Timer(0.1, may_end.set).start()
    assert states() == {JobState.DONE: 1, JobState.WAITING: 3}
    assert effects.counts() == {"done": 1}


def test_what_waits_behind_a_long_job_is_given_back_for_others(engine, make_worker, states, effects) -> None:
    may_end = threading.Event()

    def handler(run) -> None:
        if run.job.worker == "w1":
            may_end.wait(20)
        with run.last_step() as tx:
            effects.note(tx, str(run.job.args["name"]))

    _ask_many(engine, 6)
    with running(make_worker({"note": handler}, clock=CLOCK, times=QUICK)):
        _until(lambda: states().get(JobState.RUNNING) == 6)
        with running(make_worker({"note": handler}, clock=CLOCK, times=QUICK, name="w2")):
            _until(lambda: states() == {JobState.DONE: 5, JobState.RUNNING: 1})
        may_end.set()
    assert effects.counts() == {f"n{number}": 1 for number in range(6)}


def test_a_job_that_takes_longer_than_a_lease_is_kept_by_the_heartbeat(engine, make_worker, effects, states) -> None:
    calls = []

    def handler(run) -> None:
        calls.append(run.job.worker)
        time.sleep(4 * QUICK.lease.total_seconds())
        with run.last_step() as tx:
            effects.note(tx, "done")

    _ask_many(engine, 1)
    workers = [make_worker({"note": handler}, clock=CLOCK, times=QUICK, name=f"w{number}") for number in range(2)]
    with running(*workers):
        _until(lambda: states() == {JobState.DONE: 1})
    assert len(calls) == 1
    assert effects.counts() == {"done": 1}


@pytest.mark.parametrize("holder", ["another program", "a step of the job's own"])
def test_a_write_elsewhere_that_outlasts_a_lease_takes_no_job_from_its_worker(
    *, engine, make_worker, effects, states, told, holder: str
) -> None:
    calls, begun, may_end = [], threading.Event(), threading.Event()
    longer_s = 3 * QUICK.lease.total_seconds()

    def handler(run) -> None:
        calls.append(run.job.worker)
        if holder == "another program":
            begun.set()
            may_end.wait(20)
        else:
            with run.step() as tx:
                effects.note(tx, "stepped")
                time.sleep(longer_s)
            time.sleep(2 * QUICK.grace.total_seconds())
        with run.last_step() as tx:
            effects.note(tx, "done")

    _ask_many(engine, 1)
    workers = [make_worker({"note": handler}, clock=CLOCK, times=QUICK, name=f"w{number}") for number in range(2)]
    with running(*workers):
        if holder == "another program":
            begun.wait(20)
            with write(engine) as tx:
                tx.execute(text("UPDATE jobs SET reason = reason"))  # on PostgreSQL: the row alone
                time.sleep(longer_s)
            time.sleep(2 * QUICK.grace.total_seconds())
            may_end.set()
        _until(lambda: states() == {JobState.DONE: 1})
    assert len(calls) == 1
    assert effects.counts()["done"] == 1
    assert not [sentence for sentence in told if "no longer held" in sentence]


def test_a_worker_says_that_the_database_is_away_and_goes_on(engine, make_worker, states, told, monkeypatch) -> None:
    away = [True]

    def claim(*args, **more):
        if away:
            raise DatabaseUnusable("The disk is full.")
        return original(*args, **more)

    original = module.claim
    monkeypatch.setattr(module, "claim", claim)
    _ask_many(engine, 1)
    with running(make_worker({"note": lambda run: None}, clock=CLOCK, times=QUICK)):
        _until(lambda: bool(told))
        away.clear()
        _until(lambda: states() == {JobState.DONE: 1})
    assert told[0] == "The worker goes on trying: The disk is full. [database_unusable]"


def test_a_due_job_of_an_unknown_kind_is_told_once_and_stays(ask, make_worker, told, job_of) -> None:
    job_id = ask("a", kind="of_tomorrow")
    worker = make_worker()
    assert worker.run_due() == 0
    assert worker.run_due() == 0
    assert told == ["Jobs of the kind of_tomorrow are due, and this worker has no handler for them. They wait."]
    assert job_of(job_id).state is JobState.WAITING


@pytest.mark.parametrize("threads", [0, MOST_THREADS + 1])
def test_a_worker_has_some_threads_and_not_too_many(make_worker, threads: int) -> None:
    with pytest.raises(InvalidValue, match="1 to 8 threads"):
        make_worker(threads=threads)


def test_a_table_that_cannot_be_is_refused(make_worker) -> None:
    with pytest.raises(InvalidValue, match="no handler is set for it"):
        make_worker(every={"gone": timedelta(days=1)})
