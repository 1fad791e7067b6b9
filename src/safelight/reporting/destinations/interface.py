"""What a destination must offer."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from safelight.reporting.completeness import Completeness
from safelight.reporting.facts import CaseFacts
from safelight.reporting.form.fault import Fault
from safelight.reporting.paper import Paper
from safelight.review.exposure.viewing import Viewed
from safelight.sandbox.content import Content

_Value = TypeVar("_Value", covariant=True)  # noqa: PLC0105 - it is what comes back, and nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What went over the wire, word for word; `http_status`, `code` and `request_id` as far as there were any.

    Of an uploaded file nothing is in `sent`: it is evidence already.
    """

    sent: bytes = field(default=b"", repr=False)
    received: bytes = field(default=b"", repr=False)
    http_status: int | None = None
    code: int | None = None
    request_id: str = ""


class Meaning(StrEnum):
    """What a refusal means for what is to be done next."""

    LATER = "later"
    """The authority is in trouble: the same may succeed at another time."""
    FAULTY = "faulty"
    """It will never take this, or not from us: a person must see to it."""
    UNKNOWN_REPORT = "unknown_report"
    """It has no report of this name, for it never had or it expired."""
    RETRACTED = "retracted"
    """The report was retracted before."""
    FINISHED = "finished"
    """The report was finished before: it is filed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Generic[_Value]):
    """The authority did it."""

    value: _Value
    exchange: Exchange = Exchange()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The authority answered that it did not do it. `sentence` says why, for people, without anybody's data."""

    meaning: Meaning
    sentence: str
    exchange: Exchange = Exchange()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """No answer came that can be relied on: whether it was done, nobody here knows."""

    sentence: str
    exchange: Exchange = Exchange()


Answer = Done[_Value] | Refused | Unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """The authority's name for a file, and the MD5 of what arrived there, as hexadecimal text in lower case."""

    file_id: str
    md5: str


class Channel(Protocol):
    """The wire to one authority, which opens a report, takes files into it, and finishes it or lets it be retracted.

    A report that is neither finished nor retracted comes to nothing by itself after some time. No call is repeated by a
    channel, and none raises for what the authority did or did not do. Channels whose authority takes all at once keep
    what is opened to themselves until it is finished.
    """

    def open(self, document: bytes) -> Answer[str]:
        """Open a report; the value is the authority's name for it."""
        ...

    def upload(self, authority_id: str, evidence_id: str, content: Content) -> Answer[Uploaded]:
        """Send a file. What reading the content raises is passed on."""
        ...

    def describe(self, description: bytes) -> Answer[None]:
        """Say what a file is."""
        ...

    def finish(self, authority_id: str) -> Answer[str | None]:
        """Finish a report: it is filed, and nothing of it can be changed any more.

        The value is the authority's reference for it where that comes only now, and else None: the name stands then.
        """
        ...

    def retract(self, authority_id: str) -> Answer[None]:
        """Retract a report that is not finished."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form of a destination's papers. `name` has its version. `report` and `file` are types of records (`form`).

    Of a file, `house_fields` are filled when it is sent, by what this house knows: no paper holds them.
    """

    name: str
    report: type[Any]
    file: type[Any]
    house_fields: frozenset[str] = frozenset()


class Destination(Channel, Protocol):
    """An authority as the operator set it up: what is said to it, how complete that is, and the wire to it."""

    @property
    def name(self) -> str:
        """The operator's name for it."""
        ...

    @property
    def is_test(self) -> bool:
        """Whether what it takes counts as nothing."""
        ...

    @property
    def is_handed_over(self) -> bool:
        """Whether what is finished has still to be handed over by a person, and counts as filed only then."""
        ...

    @property
    def form(self) -> Form:
        """The form of its papers."""
        ...

    def draft(self, facts: CaseFacts) -> Paper:
        """Return what this house knows of a case, on its form. What is not known is left out."""
        ...

    def faults(self, paper: Paper, now: datetime) -> list[Fault]:
        """Return why a paper cannot be sent at that moment, with the path of each field; nothing where it can."""
        ...

    def completeness(self, paper: Paper) -> Completeness:
        """Return how complete a paper is. It may have faults."""
        ...

    def document(self, paper: Paper, mark: str) -> bytes:
        """Return what is sent to open a report; `mark` is our own name for it. Raises `InvalidValue` for faults."""
        ...

    def description(self, paper: Paper, viewed: Viewed, *, evidence_id: str, authority_id: str, file_id: str) -> bytes:
        """Return what is sent about a file, which was viewed as the log says. Raises `InvalidValue` for faults."""
        ...


@runtime_checkable
class Discarding(Protocol):
    """A destination whose finished reports lie here until a person hands them over, and can be given up till then."""

    def discard(self, authority_id: str) -> Answer[None]:
        """Delete what was finished and will never be handed over; done, too, where there is none. Safe to run twice."""
        ...
