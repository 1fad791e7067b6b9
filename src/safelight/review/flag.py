"""Flags: complaints of users and moderators. A report is never what a user sends in: that goes to authorities."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from safelight.errors import InvalidValue
from safelight.review.case import LONGEST_ID

LONGEST_WORDS = 4000
LONGEST_PLACE = 2000


class CameFrom(StrEnum):
    """Who complained, by their part."""

    USER = "user"
    MODERATOR = "moderator"
    TRUSTED_FLAGGER = "trusted_flagger"
    PARTNER = "partner"
    UNKNOWN = "unknown"


class Category(StrEnum):
    """What a complaint is about, as who complained says. By these, reviewers can opt out."""

    CSAM = "csam"
    INFANT = "infant"
    ENTICEMENT = "enticement"
    SEXTORTION = "sextortion"
    TRAFFICKING = "trafficking"
    VIOLENCE = "violence"
    TEXT = "text"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFlag:
    """A complaint. `content_id` is the platform's own id of what it is about.

    Sealed are `complainant` (the platform's own id of them), `place` (a URL, a room) and `words`.
    """

    came_from: CameFrom = CameFrom.UNKNOWN
    category: Category = Category.UNKNOWN
    content_id: str = ""
    complainant: str = ""
    place: str = ""
    words: str = ""
    deadline_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A complaint as it is kept, as the item of its case. `text_id` names what is sealed, None once it was erased."""

    item_id: int
    case_id: int
    came_from: CameFrom
    category: Category
    flagged_at: datetime
    text_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagText:
    """What of a complaint is sealed."""

    complainant: str
    place: str
    words: str


def check_flag(new: NewFlag) -> None:
    """Raise `InvalidValue` for a complaint that is too long, or that says nothing at all."""
    if len(new.words) > LONGEST_WORDS or len(new.place) > LONGEST_PLACE or len(new.complainant) > LONGEST_ID:
        raise InvalidValue(
            f"A complaint has up to {LONGEST_WORDS} characters of words, {LONGEST_PLACE} of a place and {LONGEST_ID} "
            "of who complained. Nothing was taken in."
        )
    if new.deadline_at is not None and new.deadline_at.utcoffset() is None:
        raise InvalidValue("A deadline needs its zone, such as 2027-01-31T00:00:00Z. Nothing was taken in.")


def flag_text(new: NewFlag) -> str:
    """Return what of a complaint is sealed, as one text."""
    return json.dumps(asdict(FlagText(complainant=new.complainant, place=new.place, words=new.words)))


def read_flag_text(text: str) -> FlagText:
    """Return what was sealed."""
    return FlagText(**json.loads(text))
