"""Second reading: when another person decides too, blind to what the first one found."""

import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from safelight.matching.match import MatchKind
from safelight.review.case import Item
from safelight.review.decision import Decision, Finding

WHOLE_SHARE = 10_000


class SecondReason(StrEnum):
    """Why another person decides too."""

    CLEARS_VERIFIED = "clears_verified"
    """It would clear what a bank lists that an authority has verified, and by the very bytes."""
    FAR_NEAR_MATCH = "far_near_match"
    """The nearest match of it is beyond the distance set."""
    SAMPLED = "sampled"
    """It is of the share that is read twice, whatever was found."""
    CONTRADICTS_TWO = "contradicts_two"
    """Two people found otherwise before: of this very item, or of the same bytes in another case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading:
    """When another person decides too. `share` is in ten-thousandths; `near_distance` in bits of a PDQ value."""

    clearing: bool = True
    near_distance: int = 20
    share: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One item, what the first reader decided on it, and what is known of it.

    `is_contradiction`: two people found otherwise before.
    """

    item: Item
    decision: Decision
    is_contradiction: bool = False


def second_reasons(
    policy: SecondReading, read: Sequence[Read], verified: Collection[int], *, is_sampled: bool
) -> frozenset[SecondReason]:
    """Return every reason why another person decides too; none: the first decision stands. Always the same answer.

    (1) Something is found to be no match, or of another kind, that an entry lists exactly, and the entry's bank is
    marked as verified by an authority; `verified` are such entries. (2) The matches of something are near ones alone,
    and the nearest is farther than the distance set. (3) The case is of the sampled share. (4) What is found
    contradicts what two people found before.
    """
    found = {SecondReason.SAMPLED} if is_sampled else set()
    for each in read:
        if policy.clearing and _clears(each.decision) and _is_listed(each.item, verified):
            found.add(SecondReason.CLEARS_VERIFIED)
        if _nearest(each.item) > policy.near_distance:
            found.add(SecondReason.FAR_NEAR_MATCH)
        if each.is_contradiction:
            found.add(SecondReason.CONTRADICTS_TWO)
    return frozenset(found)


def is_sampled(policy: SecondReading, secret: bytes, case_id: int, wave: int) -> bool:
    """Whether a case is of the share that is read twice. Nobody can tell beforehand who has not the secret.

    It hangs on the case and on how often it was begun anew alone: whoever decides again and again gets the same answer.
    """
    told = hmac.digest(secret, f"safelight/second-reading/{case_id}/{wave}".encode(), hashlib.sha256)
    return int.from_bytes(told[:8], "big") * WHOLE_SHARE < policy.share << 64


def _clears(decision: Decision) -> bool:
    return decision.finding in {Finding.NOT_A_MATCH, Finding.OTHER_KIND}


def _is_listed(item: Item, verified: Collection[int]) -> bool:
    return any(match.kind is MatchKind.EXACT and match.entry_id in verified for match in item.matches)


def _nearest(item: Item) -> int:
    """Return the distance of the nearest match where all are near ones; else -1, which is beyond nothing."""
    if not item.matches or any(match.kind is MatchKind.EXACT for match in item.matches):
        return -1
    return min(match.distance for match in item.matches)
