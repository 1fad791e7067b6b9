"""Cases: what each is about, what belongs to it, and whether it is open. Every rule is a function of this page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from safelight.errors import InvalidValue
from safelight.hashing.signal import SignalType
from safelight.matching.match import Match, MatchKind
from safelight.review.category import category_of

LONGEST_ID = 500
"""Characters of a platform's own id, of an account or of content."""

LONGEST_REASON = 1000
LARGEST_CASE_ID = 2**63 - 1


class CaseState(StrEnum):
    """Where a case stands. `moves.MOVES` says how it gets from one to another.

    That somebody has claimed it is no state: a claim ends by time, and a state that nobody ends would be untrue.
    """

    OPEN = "open"
    SECOND_DUE = "second_due"
    """It waits for a second reader."""
    LEAD_DUE = "lead_due"
    """It waits for a lead."""
    DECIDED = "decided"
    """It waits to be reported."""
    REPORTED = "reported"
    CLOSED = "closed"
    REOPENED = "reopened"


WAITING = frozenset({CaseState.OPEN, CaseState.REOPENED, CaseState.SECOND_DUE, CaseState.LEAD_DUE})
"""The states in which a case is in the queue."""

ENDED = frozenset({CaseState.REPORTED, CaseState.CLOSED})
"""The states in which nothing joins a case any more: what comes about the same opens another."""


class ItemKind(StrEnum):
    """How something came to belong to a case."""

    EXACT = "exact"
    NEAR = "near"
    FLAG = "flag"
    """Somebody complained of it."""
    HAND = "hand"
    """A reviewer brought it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a case is about: a subject, by the platform's own id, or else media, by the keyed digest of its bytes.

    One of the two is set. What is about neither is a case whose facts were erased when its time was over.
    """

    subject_id: str = ""
    media_key: bytes = b""

    @property
    def is_erased(self) -> bool:
        """Whether nobody can say any more what it is about."""
        return not (self.subject_id or self.media_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One review file. `item_count` counts what belongs to it, `exact_count` and `near_count` what of that matched how.

    `last_activity_at` is when something was last added to it, or it moved on.
    """

    id: int
    about: About
    state: CaseState
    opened_at: datetime
    closed_at: datetime | None
    last_activity_at: datetime
    item_count: int
    exact_count: int
    near_count: int

    @property
    def is_open(self) -> bool:
        """Whether more can come to belong to it."""
        return self.state not in ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMatch:
    """Which entry of which bank an item matched, and how. The entry is named, its value never is."""

    bank_name: str
    entry_id: int
    signal_type: SignalType
    kind: MatchKind
    distance: int
    threshold: int
    orientation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """What is to be added to a case. `content_id` is the platform's own id of it, or empty.

    `evidence_id` is None where there are no bytes, or none any more. `matches_omitted` counts the matches beyond those
    listed. `media_key` is the keyed digest of the bytes, empty without any. `categories` say in short words what it may
    show, before anybody looks. `group_id` is the group of its likes.
    """

    evidence_id: str | None
    kind: ItemKind
    content_id: str
    matches: tuple[ItemMatch, ...] = ()
    matches_omitted: int = 0
    media_key: bytes = b""
    categories: frozenset[str] = frozenset()
    group_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that belongs to a case. The fields are those of `NewItem`."""

    id: int
    case_id: int
    evidence_id: str | None
    kind: ItemKind
    content_id: str
    added_at: datetime
    matches: tuple[ItemMatch, ...]
    matches_omitted: int
    media_key: bytes = field(default=b"", repr=False)
    group_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The open case that something goes into, and whether it was opened for it."""

    case_id: int
    is_new: bool


def about(subject_id: str, media_key: bytes) -> About:
    """Say what a case is about: the subject if there is one, else the media."""
    return About(subject_id=subject_id) if subject_id else About(media_key=media_key)


def check_platform_id(text: str, what: str) -> None:
    """Raise `InvalidValue` for an id of the platform's that cannot be kept as it is: too long, or broken.

    An id that were kept otherwise than it came would let the cases of two accounts run together.
    """
    if len(text) > LONGEST_ID or (text and not text.strip()) or not _is_whole(text):
        raise InvalidValue(
            f"The id of the {what} is longer than {LONGEST_ID} characters, blank, or holds a character that cannot be "
            "kept. Nothing was taken in. Send the id by which the platform itself knows it."
        )


def check_reason(reason: str) -> None:
    """Raise `InvalidValue` unless somebody says why."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidValue(
            f"To close or reopen a case takes a reason of up to {LONGEST_REASON} characters, for the audit log. "
            "Nothing was changed."
        )


def check_case_id(case_id: int) -> None:
    """Raise `InvalidValue` for a number that no case can have: the database would not even take the question."""
    if not 1 <= case_id <= LARGEST_CASE_ID:
        raise InvalidValue(f"{case_id} is no number of a case: they are counted from 1. See `safelight case list`.")


def kind_of(matches: Sequence[Match]) -> MatchKind:
    """Say how something matched as a whole: exactly if any of its matches is exact."""
    return MatchKind.EXACT if any(match.kind is MatchKind.EXACT for match in matches) else MatchKind.NEAR


def new_item(
    evidence_id: str | None,
    matches: Sequence[Match],
    *,
    content_id: str = "",
    omitted: int = 0,
    media_key: bytes = b"",
    group_id: int | None = None,
) -> NewItem:
    """Return what is added to a case for one upload that matched."""
    return NewItem(
        evidence_id=evidence_id,
        kind=ItemKind(kind_of(matches).value),
        content_id=content_id,
        matches=tuple(_item_match(match) for match in matches),
        matches_omitted=omitted,
        media_key=media_key,
        categories=frozenset(filter(None, (category_of(match.label_scheme, match.label) for match in matches))),
        group_id=group_id,
    )


def _item_match(match: Match) -> ItemMatch:
    return ItemMatch(
        bank_name=match.bank_name,
        entry_id=match.entry_id,
        signal_type=match.signal_type,
        kind=match.kind,
        distance=match.distance,
        threshold=match.threshold,
        orientation=match.orientation,
    )


def _is_whole(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
