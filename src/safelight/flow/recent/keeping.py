"""Keeping what matched nothing, where that is switched on: gathered apart from the scan and never in its way."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.errors import SafelightError
from safelight.flow.scans.preserving import bank_ids_of
from safelight.flow.scans.settling import Scanned
from safelight.hashing.signal import Signal
from safelight.recent import steps
from safelight.recent.cipher import SeenCipher
from safelight.recent.packing import pack
from safelight.recent.seen import NewSeen, Seen

Tell = Callable[[str], None]

OpenCipher = Callable[[], SeenCipher]
"""Gives what seals; it raises the errors of keys and database."""

MOST_WAITING = 50_000
"""Media that wait in memory to be kept; while the database cannot be used, the oldest beyond these are lost."""

_AT_ONCE = 1_000
_EVERY_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """Media that is to be kept."""

    seen: Seen
    seen_at: datetime
    position: int


class RecentKeeper:
    """Gathers what matched nothing in memory, and keeps it every second, in a thread of its own.

    A process that is killed loses what it gathered since: a transaction for each of nearly all scans would cost more
    than the scan, and no verdict, case or evidence depends on it. `tell` is told when keeping fails and not again
    before it went well; no failure reaches the scan, and what could not be kept is tried again, up to `MOST_WAITING`.
    """

    def __init__(self, engine: Engine, open_cipher: OpenCipher, *, tell: Tell, every_s: float = _EVERY_S) -> None:
        self._engine, self._open_cipher, self._tell, self._every_s = engine, open_cipher, tell, every_s
        self._waiting: deque[_Waiting] = deque(maxlen=MOST_WAITING)
        self._lock = threading.Lock()
        self._keeping = threading.Lock()
        self._is_failing = False
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def keep(self, scanned: Scanned) -> None:
        """Take note of media that matched nothing in the banks that it was held against. It returns at once."""
        result = scanned.result
        if result.media is None:
            return
        manifest = scanned.manifest
        seen = Seen(
            media_digest=result.media.digests.sha256,
            signals=tuple(each for each in result.answers if isinstance(each, Signal)),
            subject_id=manifest.subject_id,
            content_id=manifest.origin.platform_content_id,
            key_id=scanned.actor.key_id,
            bank_ids=bank_ids_of(manifest),
        )
        waiting = _Waiting(seen=seen, seen_at=result.scanned_at, position=result.position)
        with self._lock:
            self._waiting.append(waiting)
            if self._thread is None and not self._stopped.is_set():
                self._thread = threading.Thread(target=self._keep_keeping, name="keep", daemon=True)
                self._thread.start()

    def keep_now(self) -> bool:
        """Keep what was gathered; return whether nothing is left."""
        with self._keeping:
            while batch := self._take():
                try:
                    self._write(batch)
                except Exception as error:  # noqa: BLE001 - whatever it is, no scan ends by it, and it is tried again
                    self._put_back(batch)
                    self._tell_failure(error)
                    return False
                self._is_failing = False
            return True

    def close(self) -> None:
        """Keep what is left and stop."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self.keep_now()

    def _keep_keeping(self) -> None:
        while not self._stopped.wait(self._every_s):
            self.keep_now()

    def _take(self) -> list[_Waiting]:
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), _AT_ONCE))]

    def _put_back(self, batch: list[_Waiting]) -> None:
        with self._lock:
            room = MOST_WAITING - len(self._waiting)
            self._waiting.extendleft(reversed(batch[max(0, len(batch) - room) :]))

    def _write(self, batch: list[_Waiting]) -> None:
        cipher = self._open_cipher()
        rows = [_new(cipher, each) for each in batch]
        with write(self._engine) as tx:
            steps.keep(tx, rows)

    def _tell_failure(self, error: Exception) -> None:
        if not self._is_failing:
            self._is_failing = True
            why = str(error) if isinstance(error, SafelightError) else f"{type(error).__name__}."
            with suppress(Exception):  # whoever is told may be gone
                self._tell(f"Recently seen media could not be kept: {why} No result is lost by it; it is tried again.")


def _new(cipher: SeenCipher, each: _Waiting) -> NewSeen:
    sealed = cipher.seal(each.seen_at, pack(each.seen))
    return NewSeen(seen_at=each.seen_at, position=each.position, sealed=sealed)
