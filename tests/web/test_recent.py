"""A database is asked for figures every few seconds at most, and what it cannot tell is left out."""

from collections.abc import Iterator

from safelight.errors import DatabaseUnusable
from safelight.web.recent import Recent


def _answers(*given: int | Exception) -> Recent[int]:
    answers: Iterator[int | Exception] = iter(given)

    def read() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Recent(read=read, nothing=-1, every_s=0)


def test_an_answer_is_told_again_for_some_seconds() -> None:
    reading = _answers(1, 2)
    reading.every_s = 100
    assert [reading.take(), reading.take()] == [1, 1]


def test_after_that_it_is_asked_for_anew() -> None:
    reading = _answers(1, 2)
    assert [reading.take(), reading.take()] == [1, 2]


def test_what_cannot_be_told_is_nothing_and_no_old_answer() -> None:
    reading = _answers(1, DatabaseUnusable("It is away."), 3)
    assert [reading.take(), reading.take(), reading.take()] == [1, -1, 3]
