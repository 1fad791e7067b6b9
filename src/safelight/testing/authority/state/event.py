"""What happened to reports, as flat records: from these alone the state is made, and made again after a kill."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from safelight.testing.authority.state.report import SentFile, SentReport, State


class Happening(StrEnum):
    """What may happen to a report."""

    OPENED = "opened"
    UPLOADED = "uploaded"
    DESCRIBED = "described"
    FINISHED = "finished"
    RETRACTED = "retracted"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. Which of the last five fields are filled depends on what it was."""

    happening: Happening
    report_id: int
    at: datetime
    user: str = ""
    xml: str = ""
    file_id: str = ""
    md5: str = ""
    sha256: str = ""
    size_bytes: int = 0

    def as_line(self) -> str:
        """Return the event as a line of JSON."""
        return json.dumps(asdict(self), default=str) + "\n"


def read_event(line: str) -> Event:
    """Read a line of JSON. Raises ValueError where it is none of ours."""
    told = json.loads(line)
    return Event(**{**told, "happening": Happening(told["happening"]), "at": datetime.fromisoformat(told["at"])})


_ENDS = {
    Happening.FINISHED: State.FINISHED,
    Happening.RETRACTED: State.RETRACTED,
    Happening.EXPIRED: State.EXPIRED,
}


def opened(event: Event) -> SentReport:
    """Return the report that an event opened."""
    return SentReport(
        report_id=event.report_id, user=event.user, xml=event.xml.encode(), opened_at=event.at, changed_at=event.at
    )


def changed(report: SentReport, event: Event) -> SentReport:
    """Return a report as it is after an event."""
    if (state := _ENDS.get(event.happening)) is not None:
        return replace(report, state=state, ended_at=event.at)
    return replace(report, changed_at=event.at, files=_files(report, event))


def _files(report: SentReport, event: Event) -> tuple[SentFile, ...]:
    if event.happening is Happening.UPLOADED:
        file = SentFile(
            file_id=event.file_id,
            md5=event.md5,
            sha256=event.sha256,
            size_bytes=event.size_bytes,
            uploaded_at=event.at,
        )
        return (*report.files, file)
    return tuple(
        replace(each, details=(*each.details, event.xml.encode())) if each.file_id == event.file_id else each
        for each in report.files
    )
