"""Why: what there is to tell of one signal or media and its matches, before any door puts it into words.

`seen` names the banks that whoever asks may know of, None every one. Allow-lists beyond them count all the same.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from safelight.banks.control import EntryControl
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.flow.banks.explaining import EntryExplanation, explain_entry
from safelight.flow.chain import ScanResult, digest_of, explain_answers, explain_scan
from safelight.hashing.interface import Hasher
from safelight.hashing.signal import Signal
from safelight.intake.sources.interface import Arrival
from safelight.matching.explanation import Explanation
from safelight.matching.match import Verdict, decide_verdict
from safelight.matching.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Why something matches or does not. `result` is None for a signal that came without its media."""

    result: ScanResult | None
    found_verdict: Verdict
    explanation: Explanation
    media_digest: bytes
    snapshot: Snapshot
    entry: EntryExplanation | None

    @property
    def verdict(self) -> Verdict:
        """What a scan would say, and `not_scanned` where it would be refused because nothing is left to search."""
        return self.found_verdict if self.is_searched else Verdict.NOT_SCANNED

    @property
    def is_searched(self) -> bool:
        """Whether the banks that are asked hold anything at all."""
        return any(self.snapshot.count(signal_type) for signal_type in self.snapshot.indexes)

    def exception(self, entry_id: int) -> EntryControl | None:
        """Return what was set for an entry beyond what its list says."""
        return self.snapshot.controls.get(entry_id)


def of_signal(snapshot: Snapshot, signal: Signal, *, seen: Collection[int] | None = None) -> Told:
    """Say why a signal that came without its media matches, or does not."""
    explanation = explain_answers(snapshot, [signal], signal.value, seen=seen)
    return Told(
        result=None,
        found_verdict=decide_verdict([signal], explanation.found.matches),
        explanation=explanation,
        media_digest=signal.value,
        snapshot=snapshot,
        entry=None,
    )


def of_media(
    snapshot: Snapshot,
    arrival: Arrival,
    *,
    clock: Clock,
    hashers: Sequence[Hasher],
    seen: Collection[int] | None = None,
) -> Told:
    """Hash one media and say why it matches, or does not. Nothing is counted for the flood guard."""
    explained = explain_scan(arrival, clock=clock, hashers=hashers, take_snapshot=lambda: snapshot, seen=seen)
    return Told(
        result=explained.result,
        found_verdict=explained.result.verdict,
        explanation=explained.explanation,
        media_digest=digest_of(explained.result.media),
        snapshot=snapshot,
        entry=None,
    )


def with_entry(engine: Engine, clock: Clock, told: Told, entry_id: int, *, seen: Collection[int] | None = None) -> Told:
    """Tell of one entry besides, however far it is and whatever became of it. Raises `NotFound` if it never was."""
    answers, digest = told.explanation.answers, told.media_digest
    with read(engine) as tx:
        entry = explain_entry(tx, clock, told.snapshot, answers, digest, entry_id=entry_id, seen=seen)
    return replace(told, entry=entry)
