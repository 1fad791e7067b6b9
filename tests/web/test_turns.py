"""So many have a worker process at a time, and nobody waits for one for long."""

import asyncio
import threading
import time

import pytest

from safelight.web.places import NoPlace
from safelight.web.turns import Turns


def test_no_more_are_at_work_than_there_are_turns() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1

    async def run() -> None:
        turns = Turns(2, wait_s=10)
        await asyncio.gather(*[turns.run(work) for _ in range(8)])
        assert (turns.taken, turns.waiting) == (0, 0)

    asyncio.run(run())
    assert most == 2


def test_who_waits_too_long_is_told_to_come_again_and_nothing_is_done() -> None:
    async def run() -> list[object]:
        turns, leave, done = Turns(1, wait_s=0.02), threading.Event(), []
        first = asyncio.create_task(turns.run(leave.wait))
        await asyncio.sleep(0.005)
        assert (turns.most, turns.taken) == (1, 1)
        with pytest.raises(NoPlace, match=r"0\.02 seconds"):
            await turns.run(lambda: done.append("too late"))
        leave.set()
        await first
        assert await turns.run(lambda: 7) == 7
        return done

    assert asyncio.run(run()) == []


def test_a_turn_ends_whatever_happens_in_it() -> None:
    def fail() -> None:
        raise ValueError("no")

    async def run() -> int:
        turns = Turns(1, wait_s=1)
        for _ in range(3):
            with pytest.raises(ValueError, match="no"):
                await turns.run(fail)
        return turns.taken

    assert asyncio.run(run()) == 0
