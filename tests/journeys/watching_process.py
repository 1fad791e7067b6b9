"""A process that asks a service for what must never wait, until its input ends; then it says how long that took.

    python tests/journeys/watching_process.py ADDRESS KEY

A process of its own: among the threads of a test that presses a service it would only measure those.
"""

import json
import sys
import threading
import time
from collections.abc import Callable

import httpx2


def watch(address: str, secret: str) -> dict[str, list[float]]:
    """Return the milliseconds that each answer took, sorted. Whatever is not answered with 200 is an error."""
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    look = {"signals": [{"type": "md5", "value": "07" * 16}]}
    taken: dict[str, list[float]] = {"lookup": [], "live": [], "ready": []}
    headers = {"Authorization": f"Bearer {secret}"}
    with httpx2.Client(base_url=address, headers=headers, timeout=60) as client:
        asking: dict[str, Callable[[], httpx2.Response]] = {
            "lookup": lambda: client.post("/api/v1/lookup", json=look),
            "live": lambda: client.get("/health/live"),
            "ready": lambda: client.get("/health/ready"),
        }
        while not ended.wait(0.01):
            for name, ask in asking.items():
                began = time.perf_counter()
                ask().raise_for_status()
                taken[name].append((time.perf_counter() - began) * 1000)
    return {name: sorted(each) for name, each in taken.items()}


if __name__ == "__main__":
    print(json.dumps(watch(*sys.argv[1:])))
