"""The mark is another after each change, and whoever changes something waits for whoever does so already."""

import threading

import pytest

from safelight.access.store.mark_rows import NEVER, read_mark, touch
from safelight.database.transaction import read, write


def _mark(engine) -> str:
    with read(engine) as tx:
        return read_mark(tx)


def test_the_mark_is_never_the_same_twice(engine) -> None:
    seen = [_mark(engine)]
    for _ in range(5):
        with write(engine) as tx:
            touch(tx)
        seen.append(_mark(engine))
    assert seen[0] == NEVER
    assert len(set(seen)) == 6


def test_changes_are_made_one_after_the_other_and_each_sees_the_one_before(engine) -> None:
    start = threading.Barrier(4)
    read_values: list[str] = []

    def change() -> None:
        start.wait()
        for _ in range(10):
            with write(engine) as tx:
                touch(tx)
                read_values.append(read_mark(tx))

    threads = [threading.Thread(target=change) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(read_values)) == 40
    assert _mark(engine) == read_values[-1]


def test_a_change_that_is_undone_leaves_the_mark(engine) -> None:
    with write(engine) as tx:
        touch(tx)
    before = _mark(engine)

    def touch_in_vain() -> None:
        with write(engine) as tx:
            touch(tx)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        touch_in_vain()
    assert _mark(engine) == before
