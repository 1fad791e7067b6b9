"""Many arrivals are scanned at once, with no more in hand than there are hands."""

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from safelight.flow.batch import in_order, scan_all


def _arrivals(count: int, taken: list[int]) -> Iterator[SimpleNamespace]:
    for number in range(count):
        taken.append(number)
        yield SimpleNamespace(number=number)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_arrival_has_one_result(threads: int) -> None:
    results = list(scan_all(_arrivals(200, []), lambda arrival: arrival.number, threads))
    assert sorted(results) == list(range(200))


def test_no_more_is_in_hand_than_twice_the_threads() -> None:
    taken: list[int] = []
    for done, _ in enumerate(scan_all(_arrivals(100, taken), lambda arrival: arrival.number, 3), start=1):
        assert len(taken) - done <= 2 * 3


def test_results_come_as_they_are_done_not_in_order() -> None:
    second_was_told = threading.Event()

    def scan(arrival: SimpleNamespace) -> int:
        assert arrival.number or second_was_told.wait(10)
        return int(arrival.number)

    results = scan_all(_arrivals(2, []), scan, 2)
    assert next(results) == 1
    second_was_told.set()
    assert list(results) == [0]


def test_a_fault_of_ours_stops_the_batch() -> None:
    def fail(_: SimpleNamespace) -> int:
        raise RuntimeError("a fault of ours")

    with pytest.raises(RuntimeError, match="ours"):
        list(scan_all(_arrivals(10, []), fail, 2))


def test_who_stops_early_leaves_nothing_running() -> None:
    before = threading.active_count()
    results = scan_all(_arrivals(1000, []), lambda arrival: arrival.number, 2)
    next(results)
    results.close()
    assert threading.active_count() == before


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_things_that_have_an_order_keep_it(threads: int) -> None:
    def make(number: int) -> int:
        time.sleep(0.002 * (number % 3))
        return -number

    assert list(in_order(range(60), make, threads)) == [-number for number in range(60)]


def test_of_ordered_things_no_more_is_in_hand_than_twice_the_threads() -> None:
    taken: list[int] = []
    arrivals = _arrivals(100, taken)
    for done, _ in enumerate(in_order(arrivals, lambda arrival: arrival.number, 3), start=1):
        assert len(taken) - done <= 2 * 3


def test_a_fault_in_making_comes_out_where_its_turn_is() -> None:
    def make(number: int) -> int:
        if number == 5:
            raise KeyError(number)
        return number

    made = in_order(range(100), make, 2)
    assert [next(made) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(KeyError):
        next(made)
