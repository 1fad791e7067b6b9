"""Senders of media: threads that post to a service again and again, and keep what they were answered.

Each media has a number, from which follow its bytes, whether it is listed, whether it comes under an idempotency key,
and whether its sender waits for the verdict. What a kill cuts off is sent again, if it came under a key.
"""

import hashlib
import io
import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from enum import StrEnum
from typing import Any, Self

import httpx2
import numpy as np

from safelight.testing.synthetic import paint

LISTED_CONTENTS = 40
"""Contents that the bank lists: media of many numbers share one."""

SUBJECTS = 7
_PICTURES = 8
_LATER = {503, 429, 409}
_OF_ONE_ANSWER = ("is_repeat", "compared", "not_compared", "against", "matches", "matches_omitted")


class Kind(StrEnum):
    """What becomes of media."""

    LISTED = "listed"
    OTHER = "other"
    UNREADABLE = "unreadable"


def kind_of(number: int) -> Kind:
    """Return what becomes of media."""
    return (Kind.LISTED, Kind.LISTED, Kind.OTHER, Kind.LISTED, Kind.UNREADABLE)[number % 5]


def is_keyed(number: int) -> bool:
    """Whether it comes under an idempotency key."""
    return number % 7 > 0


def waits(number: int) -> bool:
    """Whether its sender waits for the verdict."""
    return number % 3 > 0


def listed_contents() -> list[bytes]:
    """Return what the bank lists by its MD5."""
    return [f"benign, and listed as content {number}".encode() * 50 for number in range(LISTED_CONTENTS)]


def _painted(seed: int) -> bytes:
    buffer = io.BytesIO()
    paint(500 + seed, width=64, height=48).save(buffer, "PNG")
    return buffer.getvalue()


_CONTENTS = {
    Kind.LISTED: listed_contents(),
    Kind.OTHER: [_painted(seed) for seed in range(_PICTURES)],
    Kind.UNREADABLE: [f"no picture, number {number}".encode() for number in range(50)],
}


def media_of(number: int) -> bytes:
    """Return the bytes of media."""
    contents = _CONTENTS[kind_of(number)]
    return contents[number % len(contents)]


def sha256_of(number: int) -> str:
    """Return the digest of media."""
    return hashlib.sha256(media_of(number)).hexdigest()


class Senders:
    """Some threads that send, to one of the addresses that are there at the moment."""

    def __init__(self, threads: int, addresses: Callable[[], list[str]], secret: str, seed: int) -> None:
        self.answers: dict[int, dict[str, Any]] = {}
        self.pending: set[int] = set()
        self.sent_without_key: set[int] = set()
        self.trouble: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.repeats = self.cut_off = 0
        self._seed = seed
        self.last_address = ""
        self._addresses, self._secret = addresses, secret
        self._next = 0
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(each,)) for each in range(threads)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def finish(self, deadline_s: float) -> None:
        """Send again all that came under a key and has no answer, until it has one."""
        deadline = time.monotonic() + deadline_s
        with httpx2.Client(timeout=60) as client:
            while self.pending and time.monotonic() < deadline:
                for number in sorted(self.pending):
                    self._ask(client, number)
                time.sleep(0.1)
        assert not self.pending, f"{len(self.pending)} requests were never answered"

    def _send(self, thread: int) -> None:
        numbers = np.random.default_rng((self._seed, thread))
        with ExitStack() as stack:
            client = stack.enter_context(httpx2.Client(timeout=60))
            while not self._stop.is_set():
                number = self._pick(numbers)
                while not self._ask(client, number) and is_keyed(number) and not self._stop.is_set():
                    time.sleep(0.02)

    def _pick(self, numbers: np.random.Generator) -> int:
        """Return a number that is new, or one that came before under a key."""
        with self._lock:
            if self._next and numbers.random() < 0.2:
                return next(filter(is_keyed, numbers.integers(self._next, size=50).tolist()), 1)
            self._next += 1
            return self._next - 1

    def _ask(self, client: httpx2.Client, number: int) -> bool:
        """Send once; return whether it was answered."""
        addresses = self._addresses()
        if not addresses:
            time.sleep(0.02)
            return False
        self._note_sent(number)
        address = addresses[number % len(addresses)]
        context = {"subject": {"id": f"account-{number % SUBJECTS}"}, "origin": {"content_id": f"media-{number}"}}
        headers = {"Authorization": f"Bearer {self._secret}", "Safelight-Context": json.dumps(context)}
        if is_keyed(number):
            headers["Idempotency-Key"] = f"media-{number}"
        url = f"{address}/api/v1/scan" + ("" if waits(number) else "?wait=false")
        try:
            answer = client.post(url, content=media_of(number), headers=headers)
        except httpx2.TransportError:
            self.cut_off += 1
            return False
        return self._note(number, answer, address)

    def _note_sent(self, number: int) -> None:
        with self._lock:
            if not is_keyed(number):
                self.sent_without_key.add(number)
            elif number not in self.answers:
                self.pending.add(number)

    def _note(self, number: int, answer: httpx2.Response, address: str) -> bool:
        with self._lock:
            self.statuses[answer.status_code] += 1
            if answer.status_code in _LATER:
                if "retry-after" not in answer.headers:
                    self.trouble.append(f"{answer.status_code} without Retry-After")
                return False
            if answer.status_code not in {200, 202}:
                self.trouble.append(f"{answer.status_code} {answer.text}")
                return True
            told = answer.json()
            self.repeats += told["is_repeat"]
            told = {name: value for name, value in told.items() if name not in _OF_ONE_ANSWER}
            if self.answers.setdefault(number, told) != told:
                self.trouble.append(f"{number} was answered {self.answers[number]}, and then {told}")
            self.pending.discard(number)
            self.last_address = address
            return True


def by_number(names: Iterable[str]) -> dict[int, int]:
    """Count the numbers that content ids name."""
    found: defaultdict[int, int] = defaultdict(int)
    for name in names:
        found[int(name.removeprefix("media-"))] += 1
    return found
