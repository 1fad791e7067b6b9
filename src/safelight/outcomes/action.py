"""Actions: what the platform did about an account or content, as it told us. Nothing of it is done by this house."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from safelight.errors import InvalidValue
from safelight.intake.media import Answer
from safelight.review.case import check_platform_id

SLIP = timedelta(days=1)
"""How far ahead a moment that somebody tells may lie: as much as a confusion of time zones makes."""


class ActionKind(StrEnum):
    """What the platform did."""

    REMOVED = "removed"
    """Content is gone from where others saw it."""
    SUSPENDED = "suspended"
    """An account can do nothing, for a time or for good."""
    RESTORED = "restored"
    """What was removed or suspended is back."""
    WARNED = "warned"
    NOTHING = "nothing"
    """It looked, and left all as it was."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAction:
    """What a platform tells that it did. It is about an account, about content, or about both.

    `user_told`: whether the account's user was told of it. `case_id` is for who knows the case; else it is looked for.
    """

    kind: ActionKind
    acted_at: datetime
    subject_id: str = field(default="", repr=False)
    content_id: str = field(default="", repr=False)
    user_told: Answer = Answer.UNKNOWN
    case_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that a platform did. The ids are its own, both empty once they were erased."""

    id: int
    kind: ActionKind
    acted_at: datetime
    subject_id: str = field(repr=False)
    content_id: str = field(repr=False)
    user_told: Answer
    case_id: int | None
    recorded_at: datetime


def check_action(new: NewAction, now: datetime) -> None:
    """Raise `InvalidValue` for an action that cannot be kept as it is."""
    if not (new.subject_id or new.content_id):
        raise InvalidValue("An action is about an account or about content: say which. Nothing was taken in.")
    check_platform_id(new.subject_id, "account")
    check_platform_id(new.content_id, "content")
    check_moment(new.acted_at, now, "An action")


def check_moment(moment: datetime, now: datetime, what: str) -> None:
    """Raise `InvalidValue` for a moment without a zone, or in the time to come."""
    if moment.utcoffset() is None:
        raise InvalidValue(f"{what} needs a moment with its zone, such as 2027-01-31T00:00:00Z. Nothing was taken in.")
    if moment > now + SLIP:
        raise InvalidValue(f"{what} cannot lie in the time to come. Nothing was taken in.")


def action_target(action_id: int) -> str:
    """Return how the audit log names an action."""
    return f"action:{action_id}"
