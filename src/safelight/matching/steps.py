"""Signals to matches."""

from collections.abc import Collection, Mapping, Sequence

from safelight.banks.entry import Entry
from safelight.hashing.signal import NoSignal, Signal, SignalType
from safelight.matching.finding import find_entries, match_of
from safelight.matching.judgement import Control, Judgement, judge
from safelight.matching.judging import judge_near
from safelight.matching.match import Found, Withheld
from safelight.matching.snapshot import Snapshot

MAX_MATCHES = 32
"""Matches told of one media, nearest first. The others are counted: a cluster of thousands must not flood anyone."""

_FIRST_LOOK = 1_000
"""Entries that an index gives at first.

All are asked for only if controls left fewer than `MAX_MATCHES` of these, or demoted too many: nothing that does not
count takes the place of a match. Banks that are not rolled out to the media are then left out: they have none.
"""


def find_matches(snapshot: Snapshot, answers: Sequence[Signal | NoSignal], media_digest: bytes) -> Found:
    """Hold every signal against the snapshot. An entry counts once a media: at its smallest distance.

    `media_digest` tells this media from all others (its SHA-256; of a signal without media, the signal's value): it
    decides on gradual roll-outs. Raises `DatabaseUnusable` when the database has lost an entry that was found: a match
    is never passed over.
    """
    signals = [answer for answer in answers if isinstance(answer, Signal)]
    judged, cut = _judge_all(snapshot, signals, snapshot.asked, media_digest, limit=_FIRST_LOOK)
    if cut and sum(_counts_fully(judgement) for judgement in judged) < MAX_MATCHES:
        judged, cut = _look_again(snapshot, signals, media_digest, judged)
    counting = [judgement for judgement in judged if judgement.control is None]
    withheld = [(judgement, judgement.control) for judgement in judged if judgement.control is not None]
    told = counting[:MAX_MATCHES], withheld[:MAX_MATCHES]
    entries = find_entries(snapshot, _ids_of([*told[0], *(judgement for judgement, _ in told[1])]))
    return Found(
        matches=tuple(match_of(judgement, entries) for judgement in told[0]),
        omitted=len(counting) - len(told[0]) + cut,
        compared={signal.type: snapshot.count(signal.type) for signal in signals},
        withheld=tuple(_withheld(snapshot, judgement, control, entries) for judgement, control in told[1]),
        withheld_omitted=len(withheld) - len(told[1]),
    )


def find_each(snapshot: Snapshot, signals: Sequence[Signal]) -> list[Found]:
    """Return what `find_matches` finds for each of many signals that come without their media, in their order."""
    near = set[int]()
    by_type: dict[SignalType, list[int]] = {}
    for number, signal in enumerate(signals):
        by_type.setdefault(signal.type, []).append(number)
    for signal_type, numbers in by_type.items():
        radii = snapshot.radii(snapshot.asked, signal_type)
        answers = snapshot.indexes[signal_type].are_near([signals[number] for number in numbers], radii)
        near.update(number for number, is_near in zip(numbers, answers, strict=True) if is_near)
    nothing = {kind: Found(matches=(), omitted=0, compared={kind: snapshot.count(kind)}) for kind in by_type}
    return [
        find_matches(snapshot, [signal], signal.value) if number in near else nothing[signal.type]
        for number, signal in enumerate(signals)
    ]


def _look_again(
    snapshot: Snapshot, signals: Sequence[Signal], media_digest: bytes, seen: Sequence[Judgement]
) -> tuple[list[Judgement], int]:
    """Judge everything of the banks that may make a match; of the others there is what was seen at first."""
    rolled_out = [bank_id for bank_id in snapshot.asked if snapshot.banks[bank_id].in_rollout(media_digest)]
    judged, cut = _judge_all(snapshot, signals, rolled_out, media_digest, limit=None)
    seen = [judgement for judgement in seen if judgement.control is Control.ROLLOUT]
    return sorted([*judged, *seen], key=lambda judgement: judgement.order), cut


def _judge_all(
    snapshot: Snapshot,
    signals: Sequence[Signal],
    bank_ids: Collection[int],
    media_digest: bytes,
    *,
    limit: int | None,
) -> tuple[list[Judgement], int]:
    """Return the judgements of what lies within its threshold, in the order in which they are told."""
    judged, cut = judge_near(snapshot, signals, bank_ids, media_digest, limit=limit)
    within = (judgement for judgement in judged if judgement.control is not Control.THRESHOLD)
    return sorted(within, key=lambda judgement: judgement.order), cut


def _counts_fully(judgement: Judgement) -> bool:
    return judgement.control is None and not judgement.is_demoted


def _withheld(snapshot: Snapshot, judgement: Judgement, control: Control, entries: Mapping[int, Entry]) -> Withheld:
    by = judgement.suppressed_by
    return Withheld(
        match=match_of(judgement, entries),
        control=control,
        suppressed_by=None if by is None else match_of(judge(snapshot, by, media_digest=b""), entries),
    )


def _ids_of(judged: Sequence[Judgement]) -> list[int]:
    suppressors = [judgement.suppressed_by.entry_id for judgement in judged if judgement.suppressed_by is not None]
    return list(dict.fromkeys([*(judgement.candidate.entry_id for judgement in judged), *suppressors]))
