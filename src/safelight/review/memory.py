"""Verdict memory: what two people found of the very same bytes. It says what a file is, and decides no case."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from safelight.review.decision import Decision, Finding
from safelight.review.settlement import Settled

REMEMBERED = frozenset({Finding.CONFIRMED, Finding.NOT_A_MATCH, Finding.OTHER_KIND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """A remembered verdict: that of a decision, until a time, unless somebody finds otherwise."""

    id: int
    decision_id: int
    remembered_at: datetime
    expires_at: datetime
    overturned_at: datetime | None = None
    media_key: bytes = field(default=b"", repr=False)


def may_be_remembered(settled: Settled, read: Sequence[Decision]) -> bool:
    """Whether a verdict is one to remember.

    It is if (1) two people found the same, (2) it says something, and (3) each of them looked for themselves: what was
    itself taken over from memory would never expire.
    """
    own = [each for each in read if each.memory_id is None and each.agrees_with(settled.decision)]
    is_said = settled.decision.finding in REMEMBERED
    return settled.is_confirmed and is_said and len({each.by_name.casefold() for each in own}) > 1
