"""Uses are gathered and none is lost between threads."""

import threading
from datetime import UTC, datetime, timedelta

from safelight.access.uses import Uses

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_uses_add_up_and_the_latest_moment_stays() -> None:
    uses = Uses()
    for number, at in ((1, NOW), (2, NOW), (1, NOW - timedelta(seconds=1))):
        uses.count(number, at)
    assert uses.take() == {1: (2, NOW), 2: (1, NOW)}
    assert uses.take() == {}


def test_what_could_not_be_written_is_put_to_what_came_since() -> None:
    uses = Uses()
    uses.count(1, NOW)
    taken = uses.take()
    uses.count(1, NOW + timedelta(seconds=1))
    uses.put_back(taken)
    assert uses.take() == {1: (2, NOW + timedelta(seconds=1))}


def test_many_threads_lose_no_use() -> None:
    uses, taken = Uses(), []

    def count() -> None:
        for _ in range(1_000):
            uses.count(1, NOW)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        taken.append(uses.take())
    taken.append(uses.take())
    assert sum(each[1][0] for each in taken if each) == 4_000
