"""What must wait waits in threads, so many at a time."""

import asyncio
import threading
import time

from safelight.web.host import MOST_QUESTIONS, open_host


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
    assert host.scanning.total_tokens == service.house.settings.resolved_scan_workers + 1
    assert asyncio.run(host.scan(lambda: 7)) == 7
