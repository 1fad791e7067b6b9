"""Many arrivals at once: a few threads, each waiting for its worker process, and never more in hand than that."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from safelight.flow.chain import ScanResult
from safelight.intake.sources.interface import Arrival

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
