"""Judgement: whether a candidate is a match, and if not, which control keeps it from being one."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from safelight.banks.bank import Bank, DeconfirmedPolicy
from safelight.banks.control import Opinion
from safelight.hashing.signal import SignalType
from safelight.matching.candidate import Candidate
from safelight.matching.snapshot import Snapshot, ThresholdSource


class Control(StrEnum):
    """What keeps an entry that was found from being a match."""

    NOT_ASKED = "not_asked"
    """Its bank is not among those that were to be searched."""
    DISABLED = "disabled"
    """Its bank is switched off."""
    IS_ALLOWED = "is_allowed"
    """It is an entry of an allow-list: the media is like one that is known to be harmless."""
    THRESHOLD = "threshold"
    """It lies beyond the threshold."""
    ROLLOUT = "rollout"
    """Its bank is not rolled out to this media yet."""
    FLOOD_GUARD = "flood_guard"
    """It is in quarantine, for it suddenly matched far more than it ever did."""
    DECONFIRMED = "deconfirmed"
    """Our own reviewers found it to be a mistake of its list."""
    ALLOW_LIST = "allow_list"
    """An allow-list suppresses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A candidate, the threshold that counts for it, and what keeps it from being a match; None: it is one.

    `suppressed_by` is the allow-list's entry, where one suppresses it. A demoted match is of a deconfirmed entry whose
    bank lets it count, after all others.
    """

    candidate: Candidate
    bank: Bank
    threshold: int
    threshold_source: ThresholdSource
    opinion: Opinion | None
    control: Control | None
    suppressed_by: Candidate | None = None
    is_demoted: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether the two have the same digest, rather than lying near each other."""
        return self.candidate.signal.type is not SignalType.PDQ

    @property
    def rank(self) -> tuple[bool, int]:
        """By which the best judgement of one entry is chosen: a match first, then the nearest."""
        return self.control is not None, self.candidate.distance

    @property
    def order(self) -> tuple[bool, bool, int, int]:
        """By which judgements are told: demoted ones last, exact ones first, then the nearest."""
        return self.is_demoted, not self.is_exact, self.candidate.distance, self.candidate.entry_id


def judge(
    snapshot: Snapshot, candidate: Candidate, *, media_digest: bytes, allowed: Sequence[Candidate] = ()
) -> Judgement:
    """Judge one candidate. `allowed` are the entries of allow-lists that may suppress matches of the same media.

    It is a match unless, in this order:

    - its bank is not among those asked, is disabled, or is an allow-list;
    - it is further away than the threshold of the query, else of the entry, else of its bank;
    - its bank is not rolled out to this media;
    - the entry is in quarantine;
    - our reviewers deconfirmed the entry and its bank's policy is to stop (under `demote` it counts, as the last);
    - an allow-list that is to suppress its bank has an entry at least as near to the same signal, such as the same
      frame, or an exact one (an exact match only yields to an exact one).
    """
    bank = snapshot.banks[candidate.bank_id]
    threshold, source = snapshot.threshold_of(bank, candidate.entry_id, candidate.signal.type)
    control = snapshot.controls.get(candidate.entry_id)
    opinion = control.opinion if control else None
    is_deconfirmed = opinion is Opinion.DECONFIRMED
    suppressor = next((other for other in allowed if _suppresses(snapshot, other, candidate)), None)
    reasons = (
        (Control.DISABLED, not bank.is_enabled),
        (Control.IS_ALLOWED, bank.is_allow_list),
        (Control.NOT_ASKED, not bank.is_allow_list and bank.id not in snapshot.asked),
        (Control.THRESHOLD, candidate.distance > threshold),
        (Control.ROLLOUT, not bank.in_rollout(media_digest)),
        (Control.FLOOD_GUARD, control is not None and control.is_quarantined),
        (Control.DECONFIRMED, is_deconfirmed and bank.deconfirmed is DeconfirmedPolicy.STOP),
        (Control.ALLOW_LIST, suppressor is not None),
    )
    reason = next((reason for reason, holds in reasons if holds), None)
    return Judgement(
        candidate=candidate,
        bank=bank,
        threshold=threshold,
        threshold_source=source,
        opinion=opinion,
        control=reason,
        suppressed_by=suppressor if reason is Control.ALLOW_LIST else None,
        is_demoted=is_deconfirmed and bank.deconfirmed is DeconfirmedPolicy.DEMOTE,
    )


def is_within(snapshot: Snapshot, candidate: Candidate) -> bool:
    """Whether an entry lies within the threshold that counts for it."""
    bank = snapshot.banks[candidate.bank_id]
    return candidate.distance <= snapshot.threshold_of(bank, candidate.entry_id, candidate.signal.type)[0]


def may_suppress(snapshot: Snapshot, candidate: Candidate, media_digest: bytes) -> bool:
    """Whether an entry of an allow-list may suppress matches.

    Not when it lies beyond its threshold, its list is not rolled out to this media, it is in quarantine, or our
    reviewers deconfirmed it: what is in doubt hides nothing.
    """
    control = snapshot.controls.get(candidate.entry_id)
    is_doubted = control is not None and (control.is_quarantined or control.opinion is Opinion.DECONFIRMED)
    is_rolled_out = snapshot.banks[candidate.bank_id].in_rollout(media_digest)
    return is_rolled_out and not is_doubted and is_within(snapshot, candidate)


def _suppresses(snapshot: Snapshot, allowed: Candidate, candidate: Candidate) -> bool:
    if candidate.bank_id not in snapshot.banks[allowed.bank_id].suppresses:
        return False
    if allowed.signal.type is not SignalType.PDQ:
        return True
    # A harmless frame says nothing of the other frames of an animation.
    return candidate.signal == allowed.signal and allowed.distance <= candidate.distance
