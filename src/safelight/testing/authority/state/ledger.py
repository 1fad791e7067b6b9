"""The ledger of reports: opened, added to, ended, each step whole, under one lock."""

import hashlib
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from safelight.clock import Clock
from safelight.testing.authority.code import Code
from safelight.testing.authority.refused import Refused
from safelight.testing.authority.state.event import Event, Happening, changed, opened
from safelight.testing.authority.state.report import SentReport, State

_FIRST_ID = 4_000_001


class Ledger:
    """All reports. Every method that changes one raises Refused for one that does not exist, or is ended."""

    def __init__(self, clock: Clock, write: Callable[[Event], None], before: Iterable[Event] = ()) -> None:
        self._clock, self._write = clock, write
        self._reports: dict[int, SentReport] = {}
        self._open: set[int] = set()
        self._last_id = _FIRST_ID - 1
        self._lock = threading.RLock()
        for event in before:
            self._apply(event)

    def open_report(self, user: str, xml: bytes) -> SentReport:
        """Open a report, and give it the next number."""
        with self._lock:
            return self._record(Happening.OPENED, self._last_id + 1, user=user, xml=xml.decode())

    def add_file(self, user: str, report_id: int, *, md5: str, sha256: str, size_bytes: int) -> str:
        """Add a file that arrived, and return its id: one that arrives twice is two files."""
        with self._lock:
            report = self.require_open(user, report_id)
            told = f"{report_id}/{len(report.files)}".encode()
            file_id = hashlib.blake2b(told, digest_size=16).hexdigest()
            self._record(Happening.UPLOADED, report_id, file_id=file_id, md5=md5, sha256=sha256, size_bytes=size_bytes)
            return file_id

    def describe_file(self, user: str, report_id: int, file_id: str, xml: bytes, *, only_once: bool) -> None:
        """Add the details of a file of an open report."""
        with self._lock:
            file = self.require_open(user, report_id).file(file_id)
            if file is None:
                raise Refused(Code.NO_FILE)
            if only_once and file.details:
                raise Refused(Code.INVALID_REQUEST, "The details of this file were sent before.")
            self._record(Happening.DESCRIBED, report_id, file_id=file_id, xml=xml.decode())

    def finish(self, user: str, report_id: int, check: Callable[[SentReport], None]) -> SentReport:
        """Finish a report for good, unless `check` raises."""
        with self._lock:
            check(self.require_open(user, report_id))
            return self._record(Happening.FINISHED, report_id)

    def retract(self, user: str, report_id: int) -> SentReport:
        """Retract a report that is not finished."""
        with self._lock:
            self.require_open(user, report_id)
            return self._record(Happening.RETRACTED, report_id)

    def require_open(self, user: str, report_id: int) -> SentReport:
        """Return an open report of this user. Raises Refused: 5001, 5101 or 5102."""
        with self._lock:
            self._expire()
            report = self._reports.get(report_id)
        if report is None or report.user != user or report.state is State.EXPIRED:
            raise Refused(Code.NO_REPORT)
        if report.state is not State.OPEN:
            raise Refused(Code.FINISHED if report.state is State.FINISHED else Code.RETRACTED)
        return report

    def reports(self, state: State | None = None) -> list[SentReport]:
        """Return the reports, in the order in which they were opened; all, or those in one state."""
        with self._lock:
            self._expire()
            return [each for each in self._reports.values() if state in {None, each.state}]

    def report(self, report_id: int) -> SentReport | None:
        """Return one report, in whatever state, or None."""
        with self._lock:
            self._expire()
            return self._reports.get(report_id)

    def _expire(self) -> None:
        now = self._clock.now()
        for report in [self._reports[report_id] for report_id in sorted(self._open)]:
            if now >= report.expires_at:
                self._record(Happening.EXPIRED, report.report_id, at=report.expires_at)

    def _record(self, happening: Happening, report_id: int, *, at: datetime | None = None, **facts: Any) -> SentReport:
        event = Event(happening=happening, report_id=report_id, at=at or self._clock.now(), **facts)
        self._write(event)
        return self._apply(event)

    def _apply(self, event: Event) -> SentReport:
        before = self._reports.get(event.report_id)
        report = opened(event) if before is None else changed(before, event)
        self._reports[event.report_id] = report
        self._last_id = max(self._last_id, event.report_id)
        if report.state is State.OPEN:
            self._open.add(event.report_id)
        else:
            self._open.discard(event.report_id)
        return report
