"""Outcomes: what became of a call, as far as it can be known on this side."""

from dataclasses import dataclass, field
from enum import StrEnum

from safelight.reporting.destinations.ncmec.answer import Response
from safelight.reporting.destinations.ncmec.credentials import Environment
from safelight.reporting.destinations.ncmec.response_code import Effect, effect_of


class Reach(StrEnum):
    """How far a call without an answer may have come."""

    BEFORE_SENDING = "before_sending"  # nothing of it left: it can be made again as if it never was
    UNKNOWN = "unknown"  # some of it left: the authority may have done it


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What was sent: its size and SHA-256, and of a file its own MD5, to be compared with what the answer says."""

    size_bytes: int
    sha256: bytes = field(repr=False)
    file_md5: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A call that was answered.

    `response` is None where the answer is none of the authority's forms, and `unreadable` says why (for `/xsd`, it is
    the schema that came). `request_id` is what the authority wants quoted. `received` is the answer as it came, for the
    sealed record.
    """

    environment: Environment
    http_status: int
    request_id: str
    response: Response | None
    unreadable: str
    sent: Sent
    received: bytes = field(repr=False)
    received_sha256: bytes = field(repr=False)

    @property
    def code(self) -> int | None:
        """The response code; None where none could be read."""
        return None if self.response is None else self.response.code

    @property
    def effect(self) -> Effect:
        """What follows from status and code."""
        return effect_of(self.http_status, self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A call that was not answered, or whose answer broke off. `reason` is a sentence for people, without a secret."""

    environment: Environment
    reach: Reach
    reason: str


Outcome = Answered | Unanswered
