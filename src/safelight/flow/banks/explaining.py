"""Why one entry matches media or does not, however far it is and whatever became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from safelight.banks.control import EntryControl
from safelight.banks.entry import Entry
from safelight.banks.entry_fate import EntryFate
from safelight.banks.standing import find_standing
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.errors import NotFound
from safelight.hashing.pdq import ORIENTATIONS
from safelight.hashing.signal import NoSignal, Signal, SignalType
from safelight.matching.candidate import Candidate
from safelight.matching.finding import find_candidates
from safelight.matching.follower import Holdings
from safelight.matching.judgement import Control, Judgement, judge, may_suppress
from safelight.matching.snapshot import Snapshot, ThresholdSource


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryExplanation:
    """One entry held against media.

    `is_comparable` says whether the media has a signal of the entry's type. `distance` is in bits, of the nearest
    orientation and frame; None where there was nothing to compare, or where two digests are simply not the same.
    `threshold` is what counts for the entry, and `control` what keeps it from being a match by its distance, its bank
    or a control; both are None where its bank was deleted. `is_switched_off` is the entry's own switch.
    """

    entry: Entry
    fate: EntryFate
    exception: EntryControl | None
    is_switched_off: bool
    is_comparable: bool
    distance: int | None
    orientation: str
    frame: int | None
    threshold: int | None
    threshold_source: ThresholdSource | None
    control: Control | None
    suppressed_by: int | None

    @property
    def is_match(self) -> bool:
        """Whether the entry matches."""
        can_match = self.fate.is_held and not self.is_switched_off
        return can_match and self.distance is not None and self.control is None


def chosen_banks(holdings: Holdings, bank_names: Collection[str] | None) -> frozenset[int]:
    """Return the numbers of the banks named, or of all; disabled ones too. Raises NotFound for a name of none."""
    if bank_names is None:
        return frozenset(holdings.banks)
    by_name = {bank.name.casefold(): bank.id for bank in holdings.banks.values()}
    unknown = next((name for name in bank_names if name.casefold() not in by_name), None)
    if unknown is not None:
        raise NotFound(f"There is no bank {unknown!r}. `safelight bank list` shows those that there are.")
    return frozenset(by_name[name.casefold()] for name in bank_names)


def explain_entry(
    tx: Tx,
    clock: Clock,
    snapshot: Snapshot,
    answers: Sequence[Signal | NoSignal],
    media_digest: bytes,
    *,
    entry_id: int,
    seen: Collection[int] | None = None,
) -> EntryExplanation:
    """Explain one entry, and name nothing beside it that is of another bank than those `seen`; None: of any.

    Raises NotFound if no bank ever held it.
    """
    standing = find_standing(tx, entry_id)
    entry = standing.entry
    signals = [answer for answer in answers if isinstance(answer, Signal)]
    same_type = [signal for signal in signals if signal.type.value == entry.signal_type]
    candidates = [candidate for signal in same_type if (candidate := _candidate(signal, entry))]
    judged = min(
        _judge(snapshot, candidates, signals, media_digest), key=lambda judgement: judgement.rank, default=None
    )
    by = judged.suppressed_by if judged else None
    nearest = judged.candidate if judged else min(candidates, key=_distance, default=None)
    return EntryExplanation(
        entry=entry,
        fate=standing.fate,
        exception=standing.control,
        is_switched_off=entry.is_disabled(clock.now()),
        is_comparable=bool(same_type),
        distance=nearest.distance if nearest else None,
        orientation=ORIENTATIONS[nearest.orientation] if nearest else "",
        frame=nearest.signal.frame if nearest else None,
        threshold=judged.threshold if judged else None,
        threshold_source=judged.threshold_source if judged else None,
        control=judged.control if judged else None,
        suppressed_by=by.entry_id if by is not None and (seen is None or by.bank_id in seen) else None,
    )


def _candidate(signal: Signal, entry: Entry) -> Candidate | None:
    """Return the entry as a candidate for a signal, in its nearest orientation; None if two digests differ."""
    values = signal.orientations or (signal.value,)
    distance, orientation = min((_bits_between(value, entry.value), place) for place, value in enumerate(values))
    if signal.type is not SignalType.PDQ and distance:
        return None
    return Candidate(
        signal=signal, bank_id=entry.bank_id, entry_id=entry.id, distance=distance, orientation=orientation
    )


def _bits_between(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


def _distance(candidate: Candidate) -> int:
    return candidate.distance


def _judge(
    snapshot: Snapshot, candidates: Sequence[Candidate], signals: Sequence[Signal], media_digest: bytes
) -> list[Judgement]:
    """Judge the entry by each signal; of one whose bank was deleted there is nothing to judge."""
    judged = [candidate for candidate in candidates if candidate.bank_id in snapshot.banks]
    if not judged:
        return []
    found, _ = find_candidates(snapshot, signals, snapshot.allow_lists, limit=None, once=False)
    # As where matches are judged: the first that suppresses is named, exact ones first, then the nearest.
    found = sorted(found, key=lambda each: (each.signal.type is SignalType.PDQ, each.distance, each.entry_id))
    allowed = [each for each in found if may_suppress(snapshot, each, media_digest)]
    return [judge(snapshot, candidate, media_digest=media_digest, allowed=allowed) for candidate in judged]
