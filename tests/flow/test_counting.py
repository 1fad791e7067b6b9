"""What is counted is handed over, whatever goes wrong meanwhile, once."""

import time
from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from safelight.errors import DatabaseUnusable
from safelight.flow.counting import Counting


class Book:
    """What was handed over, and what was told. `faults` are raised first, one at each time."""

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()
        self.batches: list[int] = []
        self.told: list[str] = []
        self.faults: list[Exception] = []

    def hand_over(self, batch: Mapping[int, int]) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.counts.update(batch)
        self.batches.append(len(batch))

    def counting(self, *, every_s: float = 3600, tell: Callable[[str], None] | None = None) -> Counting[int]:
        told = tell or self.told.append
        return Counting(self.hand_over, tell=told, tell_failure=lambda why: f"Not counted: {why}", every_s=every_s)


@pytest.fixture
def book() -> Book:
    return Book()


def _wait_until(is_so: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + 30
    while not is_so() and time.monotonic() < give_up_at:
        time.sleep(0.005)
    assert is_so()


def test_what_is_left_is_handed_over_at_the_end(book: Book) -> None:
    counting = book.counting()
    counting.add([1, 2])
    counting.add([1])
    assert not book.counts
    assert counting.close() == {}
    assert book.counts == {1: 2, 2: 1}


def test_a_thread_hands_over_every_now_and_then(book: Book) -> None:
    counting = book.counting(every_s=0.01)
    counting.add([1])
    _wait_until(lambda: bool(book.counts))
    counting.close()
    assert book.counts == {1: 1}


def test_much_is_handed_over_in_batches(book: Book) -> None:
    counting = book.counting()
    counting.add(range(2_500))
    counting.close()
    assert book.batches == [1_000, 1_000, 500]


def test_a_failure_is_told_once_until_it_went_well_and_nothing_is_lost_by_it(book: Book) -> None:
    book.faults = [DatabaseUnusable("The disk is full.")] * 2
    counting = book.counting()
    for _ in range(3):
        counting.add([1])
        counting.hand_over()
    assert book.told == ["Not counted: The disk is full."]
    assert book.counts == {1: 3}
    book.faults = [DatabaseUnusable("Again.")]
    counting.add([1])
    assert counting.close() == {1: 1}
    assert book.told[1:] == ["Not counted: Again."]


def test_the_thread_goes_on_after_a_fault_of_ours_and_tells_it_without_its_words(book: Book) -> None:
    def tell(text: str) -> None:
        book.told.append(text)
        raise BrokenPipeError  # whoever is told is gone

    book.faults = [RuntimeError("a listed value")] * 3
    counting = book.counting(every_s=0.01, tell=tell)
    counting.add([1])
    _wait_until(lambda: bool(book.counts))
    counting.close()
    (told,) = book.told
    assert "RuntimeError in test_counting.py" in told
    assert "listed" not in told
    assert book.counts == {1: 1}
