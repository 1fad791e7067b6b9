"""The threads of a worker."""

import threading

import pytest

from safelight.jobs.crew import Crew


def test_each_thread_carries_out_one_job_at_a_time() -> None:
    together = threading.Barrier(3, timeout=10)
    done = []

    def carry_out(job) -> None:
        together.wait()  # three at a time, neither more nor fewer
        done.append(job)

    crew = Crew(carry_out, 3)
    with crew.working():
        crew.backlog.fill(range(6))  # type: ignore[arg-type]  # a crew does not look at its jobs
        while len(done) < 6:
            crew.backlog.wait_until_hungry(0.01)
    assert sorted(done) == [0, 1, 2, 3, 4, 5]


def test_what_was_begun_is_finished_and_what_was_not_is_left() -> None:
    begun, may_end, done = threading.Event(), threading.Event(), []

    def carry_out(job) -> None:
        begun.set()
        may_end.wait(10)
        done.append(job)

    crew = Crew(carry_out, 1)
    with crew.working():
        crew.backlog.fill([1, 2])  # type: ignore[list-item]  # as above
        begun.wait(10)
        threading.Timer(0.05, may_end.set).start()
    assert done == [1]
    assert crew.backlog.drain() == [2]


def test_what_ends_a_thread_ends_the_crew_and_is_raised() -> None:
    class Fault(BaseException):
        pass

    def carry_out(job) -> None:
        raise Fault

    crew = Crew(carry_out, 2)

    def work() -> None:
        with crew.working():
            crew.backlog.fill([1])  # type: ignore[list-item]  # as above
            while not crew.backlog.is_closed:
                crew.backlog.wait_until_hungry(0.01)

    with pytest.raises(Fault):
        work()
