"""What a channel to an authority must offer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from safelight.sandbox.content import Content

_Value = TypeVar("_Value")


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
    """A channel to one authority, which opens a report, takes files into it, and finishes it or lets it be retracted.

    A report that is neither finished nor retracted comes to nothing by itself after some time. No call is repeated by a
    channel, and none raises for what the authority did or did not do. Channels whose authority takes all at once keep
    what is opened to themselves until it is finished.
    """

    @property
    def name(self) -> str:
        """The destination's name."""
        ...

    @property
    def is_test(self) -> bool:
        """Whether what it takes counts as nothing."""
        ...

    def evidence_of(self, content: bytes) -> Sequence[str]:
        """Return the ids of the evidence that a report's content names, in the order in which it is sent."""
        ...

    def document(self, content: bytes, mark: str) -> bytes:
        """Return what is sent to open a report. Raises `InvalidValue` where its content cannot be sent so."""
        ...

    def description(self, content: bytes, evidence_id: str, authority_id: str, file_id: str) -> bytes:
        """Return what is sent about a file. Raises `InvalidValue` where its content cannot be sent so."""
        ...

    def open(self, document: bytes) -> Answer[str]:
        """Open a report; the value is the authority's name for it."""
        ...

    def upload(self, authority_id: str, evidence_id: str, content: Content) -> Answer[Uploaded]:
        """Send a file. What reading the content raises is passed on."""
        ...

    def describe(self, description: bytes) -> Answer[None]:
        """Say what a file is."""
        ...

    def finish(self, authority_id: str) -> Answer[None]:
        """Finish a report: it is filed, and nothing of it can be changed any more."""
        ...

    def retract(self, authority_id: str) -> Answer[None]:
        """Retract a report that is not finished."""
        ...
