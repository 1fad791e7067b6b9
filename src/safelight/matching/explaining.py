"""How an explanation is made: everything near is judged, and nothing is left out of the account."""

from collections.abc import Collection, Mapping, Sequence

from safelight.banks.entry import Entry
from safelight.hashing.signal import NoSignal, Signal, SignalType
from safelight.matching.explanation import Considered, Explanation
from safelight.matching.finding import find_entries, match_of
from safelight.matching.judgement import Control, Judgement
from safelight.matching.judging import judge_near
from safelight.matching.match import Found
from safelight.matching.snapshot import Snapshot

WIDER_BITS = 16
"""How far beyond the widest threshold an explanation looks: a copy that just missed lies there."""

_MOST_CONSIDERED = 50
"""The matches first, then what a control kept back, then what would be none anyway."""

_FIRST_LOOK = 1_000
_PASSED_OVER = frozenset({Control.NOT_ASKED, Control.DISABLED, Control.IS_ALLOWED, Control.THRESHOLD})


def explain(
    snapshot: Snapshot,
    answers: Sequence[Signal | NoSignal],
    media_digest: bytes,
    found: Found,
    *,
    seen: Collection[int] | None = None,
) -> Explanation:
    """Explain what `find_matches` found of the same media, and what it passed over.

    Every bank is looked at, also those that are disabled, not asked or allow-lists, 16 bits beyond their thresholds; or
    of these `seen` alone, which are the banks that whoever asks may know of. Entries that are switched off, withdrawn
    or replaced are in no index: `bank show` tells of these.
    """
    signals = [answer for answer in answers if isinstance(answer, Signal)]
    known = snapshot.banks.keys() if seen is None else snapshot.banks.keys() & set(seen)
    judged, cut = _judge_everything(snapshot, signals, media_digest, known - snapshot.asked)
    told = sorted(judged[:_MOST_CONSIDERED], key=_place)
    entries = find_entries(snapshot, [judgement.candidate.entry_id for judgement in told])
    return Explanation(
        answers=tuple(answers),
        found=found,
        searched={snapshot.banks[bank_id].name: snapshot.banks[bank_id].version for bank_id in sorted(snapshot.asked)},
        left_out=_left_out(snapshot, media_digest, known),
        considered=tuple(_considered(judgement, entries, known) for judgement in told),
        considered_omitted=len(judged) - len(told) + cut,
    )


def _judge_everything(
    snapshot: Snapshot, signals: Sequence[Signal], media_digest: bytes, others: Collection[int]
) -> tuple[list[Judgement], int]:
    """Return what is told of first, and at most how much more there is: of the banks asked nothing is cut off."""
    wider = WIDER_BITS if any(signal.type is SignalType.PDQ for signal in signals) else 0
    asked, _ = judge_near(snapshot, signals, snapshot.asked, media_digest, limit=None, wider=wider)
    rest, cut = judge_near(snapshot, signals, others, media_digest, limit=_FIRST_LOOK, wider=wider)
    return sorted([*asked, *rest], key=_importance), cut


def _importance(judgement: Judgement) -> tuple[bool, bool, int]:
    return judgement.control is not None, judgement.control in _PASSED_OVER, judgement.candidate.distance


def _place(judgement: Judgement) -> tuple[int, int]:
    return judgement.candidate.distance, judgement.candidate.entry_id


def _left_out(snapshot: Snapshot, media_digest: bytes, known: Collection[int]) -> dict[str, Control]:
    left_out: dict[str, Control] = {}
    for bank in (bank for bank in snapshot.banks.values() if bank.id in known):
        if not bank.is_enabled:
            left_out[bank.name] = Control.DISABLED
        elif bank.is_allow_list:
            continue
        elif bank.id not in snapshot.asked:
            left_out[bank.name] = Control.NOT_ASKED
        elif not bank.in_rollout(media_digest):
            left_out[bank.name] = Control.ROLLOUT
    return left_out


def _considered(judgement: Judgement, entries: Mapping[int, Entry], known: Collection[int]) -> Considered:
    entry, by = entries[judgement.candidate.entry_id], judgement.suppressed_by
    return Considered(
        match=match_of(judgement, entries),
        control=judgement.control,
        suppressed_by=by.entry_id if by is not None and by.bank_id in known else None,
        origin=entry.provenance.origin,
        line=entry.provenance.line,
        added_by=entry.provenance.added_by.name,
        disabled_until=entry.disabled_until,
    )
