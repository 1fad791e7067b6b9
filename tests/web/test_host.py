"""What must wait waits in threads, so many at a time."""

import asyncio
import threading
import time
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from safelight.web.host import MOST_QUESTIONS, open_host
from safelight.web.places import NoPlace, Places


async def _nobody(_request) -> None:
    return None


def test_questions_wait_in_threads_and_not_more_than_there_are_connections(service) -> None:
    host = open_host(service, _nobody)
    lock, running, most = threading.Lock(), 0, 0

    def question() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1

    async def ask_many() -> None:
        await asyncio.gather(*[host.ask(question) for _ in range(30)])

    asyncio.run(ask_many())
    assert 1 < most <= MOST_QUESTIONS


def test_as_many_scans_are_under_way_as_there_are_workers_and_one_that_arrives(service) -> None:
    host = open_host(service, _nobody)
    assert host.scanning.most == service.house.settings.resolved_scan_workers + 1
    assert asyncio.run(host.scan(lambda: 7)) == 7


@pytest.mark.parametrize("keeps", [False, True])
def test_when_all_places_are_taken_media_is_turned_away_or_kept_as_the_policy_says(service, keeps: bool) -> None:
    host = replace(open_host(service, _nobody), places=Places(1), aside=Places(1), keeps_when_busy=keeps)

    async def fill() -> list[bool]:
        async with AsyncExitStack() as stack:
            may_wait = [await stack.enter_async_context(host.place()) for _ in range(1 + keeps)]
            with pytest.raises(NoPlace):
                await stack.enter_async_context(host.place())
            return may_wait

    assert asyncio.run(fill()) == ([True, False] if keeps else [True])
    assert (host.places.taken, host.aside.taken) == (0, 0)
