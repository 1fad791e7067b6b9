"""Work is asked for within the transaction that needs it, and dead work can be asked for anew."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.audit import queries as audit
from safelight.database.transaction import read, write
from safelight.errors import AlreadyExists, InvalidValue, NotAllowed, NotFound, UsageError
from safelight.jobs import queries
from safelight.jobs.job import JobState
from safelight.jobs.queue import enqueue, prune, retry, retry_kind
from safelight.roles import Actor, ActorKind


def _hopeless(run) -> None:
    raise InvalidValue("It cannot be.")


def test_a_job_is_there_when_its_transaction_is_and_holds_what_was_asked(engine, moving, job_of) -> None:
    due = moving.now() + timedelta(days=365)
    with write(engine) as tx:
        job_id = enqueue(tx, moving, kind="destroy", args={"evidence": "ab", "turn": 3}, due_at=due)
    job = job_of(job_id)
    assert (job.kind, job.args, job.key, job.state) == (
        "destroy",
        {"evidence": "ab", "turn": 3},
        None,
        JobState.WAITING,
    )
    assert (job.due_at, job.added_at, job.attempts, job.fence) == (due, moving.now(), 0, 0)
    assert job.finished_at is None


def test_a_job_is_undone_with_its_transaction(engine, moving, make_worker) -> None:
    def ask_in_vain() -> None:
        with write(engine) as tx:
            enqueue(tx, moving, kind="note", args={"name": "a"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ask_in_vain()
    assert make_worker().run_due() == 0


@pytest.mark.parametrize("wrong", [{"kind": "No Kind"}, {"args": {"x": "y" * 101}}, {"key": ""}])
def test_a_job_of_the_wrong_form_is_refused(engine, moving, wrong) -> None:
    with pytest.raises(InvalidValue), write(engine) as tx:
        enqueue(tx, moving, **{"kind": "note", **wrong})


def test_of_a_key_one_job_is_open_and_it_takes_the_sooner_of_the_times(engine, moving, ask, job_of) -> None:
    hour = timedelta(hours=1)
    first = ask("a", key="k", due_at=moving.now() + 2 * hour)
    assert ask("b", key="k", due_at=moving.now() + 3 * hour) == first
    assert job_of(first).due_at == moving.now() + 2 * hour
    assert ask("c", key="k", due_at=moving.now() + hour) == first
    job = job_of(first)
    assert (job.due_at, job.args, job.attempts) == (moving.now() + hour, {"name": "a"}, 0)
    assert ask("d", key="other") != first
    with read(engine) as tx:
        assert len(queries.page_jobs(tx)) == 2


def test_once_the_job_of_a_key_is_done_the_key_is_free(ask, make_worker, effects) -> None:
    first = ask("a", key="k")
    make_worker().run_due()
    assert ask("b", key="k") != first
    make_worker().run_due()
    assert effects.counts() == {"a": 1, "b": 1}


def test_what_is_asked_for_while_it_runs_runs_once_more(moving, ask, make_worker, effects) -> None:
    def handler(run) -> None:
        with run.step() as tx:
            is_first = not effects.has(tx, "looked")
            effects.note(tx, "looked")
        if is_first:  # somebody adds something to see to when it has looked already
            assert ask("a", key="k") == run.job.id
            assert ask("a", key="k", due_at=moving.now() + timedelta(hours=1)) == run.job.id

    ask("a", key="k")
    assert make_worker({"note": handler}).run_due() == 2
    assert effects.counts() == {"looked": 2}


def test_what_is_asked_for_while_it_dies_becomes_a_job_of_its_own(engine, ask, make_worker, job_of) -> None:
    asked = []

    def handler(run) -> None:
        if not asked:
            asked.append(ask("a", key="k"))
            raise NotFound("It is gone.")

    first = ask("a", key="k")
    make_worker({"note": handler}).run_due()
    with read(engine) as tx:
        states = {job.id: job.state for job in queries.page_jobs(tx)}
    assert asked == [first]
    assert states.pop(first) is JobState.DEAD
    assert list(states.values()) == [JobState.DONE]


def test_many_who_ask_for_one_key_at_once_get_one_job_and_no_error(engine, moving) -> None:
    found: list[int] = []
    start = threading.Barrier(6)

    def ask_often() -> None:
        start.wait()
        for turn in range(10):
            with write(engine) as tx:
                found.append(enqueue(tx, moving, kind="note", key=f"k{turn}"))

    threads = [threading.Thread(target=ask_often) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 60
    assert len(set(found)) == 10
    with read(engine) as tx:
        assert len(queries.page_jobs(tx)) == 10


def test_whoever_asks_while_another_is_asking_waits_for_what_becomes_of_that(engine, moving) -> None:
    if engine.dialect.name == "sqlite":
        return  # there one waits for the write lock anyway
    found: list[int] = []

    def ask_too() -> None:
        with write(engine) as tx:
            found.append(enqueue(tx, moving, kind="note", key="k"))

    thread = threading.Thread(target=ask_too)
    asked: list[int] = []

    def ask_in_vain() -> None:
        with write(engine) as tx:
            asked.append(enqueue(tx, moving, kind="note", key="k"))
            thread.start()
            thread.join(0.2)
            assert found == []
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ask_in_vain()
    thread.join()
    assert len(found) == 1
    assert found != asked  # the first was undone


def test_a_dead_job_is_retried_from_nothing_and_its_death_stays_in_the_audit_log(
    *, engine, moving, actor, ask, make_worker, job_of, effects
) -> None:
    job_id = ask("a")
    make_worker({"note": _hopeless}).run_due()
    assert job_of(job_id).state is JobState.DEAD
    with write(engine) as tx:
        retry(tx, moving, actor, job_id=job_id, reason="The form was mended.")
    job = job_of(job_id)
    assert (job.state, job.attempts, job.due_at, job.reason) == (JobState.WAITING, 0, moving.now(), "")
    assert job.finished_at is None
    make_worker().run_due()
    assert effects.counts() == {"a": 1}
    with read(engine) as tx:
        told = [(e.verb, e.actor.name, e.reason) for e in audit.page_entries(tx, target=f"job:{job_id}")]
    assert told == [
        ("bury_job", "worker w1", "It cannot be. [invalid_value]"),
        ("retry_job", "tester", "The form was mended."),
    ]


def test_only_dead_jobs_are_retried_and_only_by_who_may(engine, moving, actor, ask) -> None:
    job_id = ask("a")
    nobody = Actor(kind=ActorKind.PERSON, name="nobody")
    with write(engine) as tx:
        with pytest.raises(UsageError, match=f"Job {job_id} is waiting, not dead"):
            retry(tx, moving, actor, job_id=job_id)
        with pytest.raises(NotFound, match="There is no job 999"):
            retry(tx, moving, actor, job_id=999)
        with pytest.raises(InvalidValue, match="is no number of a job"):
            retry(tx, moving, actor, job_id=2**80)
        with pytest.raises(NotAllowed, match="job:write"):
            retry(tx, moving, nobody, job_id=job_id)
        with pytest.raises(NotAllowed, match="job:write"):
            retry_kind(tx, moving, nobody, kind="note")


def test_a_dead_job_whose_key_is_open_again_is_not_retried(*, engine, moving, actor, ask, make_worker, job_of) -> None:
    dead = ask("a", key="k")
    make_worker({"note": _hopeless}).run_due()
    ask("b", key="k")
    with pytest.raises(AlreadyExists, match="key k is open"), write(engine) as tx:
        retry(tx, moving, actor, job_id=dead)
    with write(engine) as tx:
        assert retry_kind(tx, moving, actor, kind="note") == (0, 1)
    assert job_of(dead).state is JobState.DEAD


def test_all_dead_jobs_of_a_kind_are_retried_and_of_a_key_the_latest(
    *, engine, moving, actor, ask, make_worker, job_of
) -> None:
    alone, first = ask("a"), ask("b", key="k")
    other = ask("x", kind="other")
    make_worker({"note": _hopeless, "other": _hopeless}).run_due()
    latest = ask("c", key="k")
    make_worker({"note": _hopeless}).run_due()
    with write(engine) as tx:
        assert retry_kind(tx, moving, actor, kind="note") == (2, 1)
    states = {each: job_of(each).state for each in (alone, first, latest, other)}
    assert states == {
        alone: JobState.WAITING,
        first: JobState.DEAD,
        latest: JobState.WAITING,
        other: JobState.DEAD,
    }


def test_old_done_jobs_are_removed_and_nothing_else(engine, moving, ask, make_worker, effects) -> None:
    done = ask("a")
    dead = ask("b", kind="dies")
    make_worker({"note": lambda run: None, "dies": _hopeless}).run_due()
    moving.move(timedelta(days=30))
    recent, waiting = ask("c"), ask("d", due_at=moving.now() + timedelta(days=1))
    make_worker().run_due()
    with write(engine) as tx:
        assert prune(tx, moving.now() - timedelta(days=7)) == 1
    with read(engine) as tx:
        assert [job.id for job in queries.page_jobs(tx)] == [dead, recent, waiting]
    assert done < dead


def test_a_number_is_never_given_twice_though_every_done_job_was_removed(engine, moving, ask, make_worker) -> None:
    numbers = [ask("a"), ask("b")]
    make_worker({"note": lambda run: None}).run_due()
    with write(engine) as tx:
        prune(tx, moving.now() + timedelta(days=1))
        assert tx.execute(text("SELECT count(*) FROM jobs")).scalar_one() == 1
    assert ask("c") not in numbers
