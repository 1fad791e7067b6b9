"""Many things at once: a few threads, and never more in hand than they need."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from safelight.flow.chain import ScanResult
from safelight.intake.sources.interface import Arrival

Given = TypeVar("Given")
Made = TypeVar("Made")

_AHEAD = 2
"""Arrivals in hand per thread: one that is worked on and one that waits, so that no worker idles."""


def scan_all(
    arrivals: Iterable[Arrival], scan_one: Callable[[Arrival], ScanResult], threads: int
) -> Iterator[ScanResult]:
    """Yield the result of every arrival, in the order in which they are done.

    Memory does not grow with the number of arrivals. When the caller stops, what was begun is finished and dropped.
    """
    coming = iter(arrivals)
    in_hand: set[Future[ScanResult]] = set()
    with ThreadPoolExecutor(max_workers=threads, thread_name_prefix="scan") as executor:
        try:
            while True:
                while len(in_hand) < threads * _AHEAD and (arrival := next(coming, None)) is not None:
                    in_hand.add(executor.submit(scan_one, arrival))
                if not in_hand:
                    return
                done, in_hand = wait(in_hand, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            executor.shutdown(wait=True, cancel_futures=True)


def in_order(things: Iterable[Given], make: Callable[[Given], Made], threads: int) -> Iterator[Made]:
    """Yield what `make` makes of each thing, in the order of the things.

    Memory does not grow with their number. When the caller stops, what was begun is finished and dropped.
    """
    in_hand: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(max_workers=threads, thread_name_prefix="make") as executor:
        try:
            for thing in things:
                in_hand.append(executor.submit(make, thing))
                if len(in_hand) >= threads * _AHEAD:
                    yield in_hand.popleft().result()
            while in_hand:
                yield in_hand.popleft().result()
        finally:
            executor.shutdown(wait=True, cancel_futures=True)
