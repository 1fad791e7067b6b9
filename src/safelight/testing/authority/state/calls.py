"""The seven calls, and the log of those that came."""

import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_MOST_KEPT = 50_000


class Call(StrEnum):
    """A call of the reporting API, by the last word of its path."""

    STATUS = "status"
    XSD = "xsd"
    SUBMIT = "submit"
    UPLOAD = "upload"
    FILEINFO = "fileinfo"
    FINISH = "finish"
    RETRACT = "retract"


GETS = frozenset({Call.STATUS, Call.XSD})
"""The calls that are made by GET. The others are made by POST."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMade:
    """A call that came. `codes` are those of what was done, none where nothing was.

    `fault` is the one that it met, or empty. `request_id` is that of the answer, if one was sent; `status` is the HTTP
    status of the answer, 0 where none was.
    """

    number: int
    request_id: str
    call: Call
    at: datetime
    codes: tuple[int, ...]
    status: int
    fault: str


@dataclass(slots=True)
class CallLog:
    """Counts every call by kind, and keeps the last 50,000."""

    counts: Counter[Call] = field(default_factory=Counter)
    _last: deque[CallMade] = field(default_factory=lambda: deque(maxlen=_MOST_KEPT))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, call: Call) -> int:
        """Count a call that begins, and return which of its kind it is, from 1 on."""
        with self._lock:
            self.counts[call] += 1
            return self.counts[call]

    def made(self) -> list[CallMade]:
        """Return the last calls that have ended, in the order of their ends."""
        with self._lock:
            return list(self._last)

    def keep(self, made: CallMade) -> None:
        """Keep a call that has ended."""
        with self._lock:
            self._last.append(made)
