"""Match: one signal of media within the threshold of one entry, with everything that explains it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from safelight.banks.control import Opinion
from safelight.hashing.signal import NoSignal, Signal, SignalType
from safelight.matching.judgement import Control
from safelight.matching.snapshot import ThresholdSource


class MatchKind(StrEnum):
    """Exact: the same bytes by a cryptographic digest. Near: a perceptual signal within a threshold."""

    EXACT = "exact"
    NEAR = "near"


class Verdict(StrEnum):
    """What matching says of media. `no_known_match` does not mean safe; `not_scanned` does not mean clean."""

    EXACT = "exact"
    NEAR = "near"
    NO_KNOWN_MATCH = "no_known_match"
    NOT_SCANNED = "not_scanned"

    @property
    def is_match(self) -> bool:
        """Whether a match was found."""
        return self in {Verdict.EXACT, Verdict.NEAR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One hit and its reasons.

    `distance` and `threshold` are in bits (0 and 0 for an exact match). `orientation` names which of the eight
    turns and flips of the picture matched. `frame` is the frame of an animated picture, `time` fields wait for
    video. `quality` is that of the media's signal. `bank_version` is the bank's state that was searched. `opinion` is
    what our own reviewers found of the entry; a demoted match is of one that they found to be a mistake.
    """

    kind: MatchKind
    signal_type: SignalType
    distance: int
    threshold: int
    threshold_source: ThresholdSource
    orientation: str
    frame: int | None
    at_seconds: float | None = None
    entry_at_seconds: float | None = None
    quality: int | None
    entry_id: int
    bank_name: str
    bank_version: int
    label: str
    label_scheme: str
    source: str
    entry_key: str
    entry_note: str
    entry_added_at: datetime
    opinion: Opinion | None = None
    is_demoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """What would be a match, were it not for a control; `suppressed_by` is what an allow-list found in its stead.

    It is counted and told, but alters no verdict.
    """

    match: Match
    control: Control
    suppressed_by: Match | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The matches of one media, nearest first, how many more there were, and how many entries were compared.

    `withheld` are those that a control kept from counting, and `withheld_omitted` how many more of these there were.
    Beyond a thousand entries near one signal `omitted` counts what is near each orientation and frame, whatever the
    controls say of it: it is then the most that there can be. `withheld_omitted` is then the least: of banks that are
    not rolled out to this media, no more than those thousand are looked at.
    """

    matches: tuple[Match, ...]
    omitted: int
    compared: Mapping[SignalType, int]
    withheld: tuple[Withheld, ...] = ()
    withheld_omitted: int = 0


NOTHING_FOUND = Found(matches=(), omitted=0, compared={})


def decide_verdict(answers: Sequence[Signal | NoSignal], matches: Sequence[Match]) -> Verdict:
    """Say what the answers and matches together mean (DESIGN 5.6).

    - Any exact match: exact. Otherwise any near match: near.
    - No match and at least one signal type missing by a fault (unreadable, unsupported, too_large, timed_out,
      refused, crashed): not_scanned.
    - Otherwise no_known_match; too_small, low_quality and degenerate leave the verdict to the other signals.
    """
    if any(match.kind is MatchKind.EXACT for match in matches):
        return Verdict.EXACT
    if matches:
        return Verdict.NEAR
    if any(isinstance(answer, NoSignal) and answer.reason.is_fault for answer in answers):
        return Verdict.NOT_SCANNED
    return Verdict.NO_KNOWN_MATCH
