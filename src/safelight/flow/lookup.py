"""Lookup: matching of signals that come without their media."""

from collections.abc import Sequence
from dataclasses import dataclass

from safelight.flow.chain import explain_answers, match_signal, match_signals
from safelight.hashing.signal import NoSignal, Signal
from safelight.matching.explanation import Explanation
from safelight.matching.match import Found
from safelight.matching.matcher import Matcher
from safelight.matching.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Matches signals, from as many threads as wanted, against the banks as they stand at each question.

    Nothing is counted for the flood guard: a look-up is no media that arrived.
    """

    matcher: Matcher

    @property
    def snapshot(self) -> Snapshot:
        """The banks as they stand now. Raises UsageError when nothing is left to match against."""
        return self.matcher.snapshot()

    def match(self, signal: Signal) -> Found:
        """Return the matches of one signal."""
        return match_signal(self.snapshot, signal)

    def match_many(self, signals: Sequence[Signal]) -> list[Found]:
        """Return the matches of each signal, all against the banks of one moment."""
        return match_signals(self.snapshot, signals)

    def explain(self, answers: Sequence[Signal | NoSignal], media_digest: bytes) -> Explanation:
        """Say what was near and why each of it matches or does not; `media_digest` is the media's SHA-256.

        Of a signal without media, give the signal's value for it.
        """
        return explain_answers(self.snapshot, answers, media_digest)
