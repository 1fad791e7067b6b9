"""Judging: everything that lies near the signals of one media, and what the controls say of it."""

from collections.abc import Collection, Sequence

from safelight.hashing.signal import Signal, SignalType
from safelight.matching.candidate import Candidate
from safelight.matching.finding import find_candidates
from safelight.matching.judgement import Judgement, judge, may_suppress
from safelight.matching.snapshot import Snapshot


def judge_near(
    snapshot: Snapshot,
    signals: Sequence[Signal],
    bank_ids: Collection[int],
    media_digest: bytes,
    *,
    limit: int | None,
    wider: int = 0,
) -> tuple[list[Judgement], int]:
    """Judge what some banks have near the signals; return that, in no order, and at most how much more there was.

    Each entry is given once: where it counts, else where it is nearest. Where allow-lists are in force it is judged in
    every frame for itself, because one may suppress it in one frame and not in another.
    """
    allow_lists = snapshot.allow_lists
    candidates, cut = find_candidates(snapshot, signals, bank_ids, limit=limit, wider=wider, once=not allow_lists)
    if candidates and allow_lists:
        allowed = _Allowed(snapshot, signals, candidates, media_digest)
        judged = [
            judge(snapshot, candidate, media_digest=media_digest, allowed=allowed.beside(candidate))
            for candidate in candidates
        ]
    else:
        judged = [judge(snapshot, candidate, media_digest=media_digest) for candidate in candidates]
    return _one_each(judged), cut


class _Allowed:
    """What allow-lists have near the signals of one media, the nearest first.

    Of each list only the nearest that may suppress counts, beside each signal: what it does not suppress, those that
    are further away do not either.
    """

    def __init__(
        self, snapshot: Snapshot, signals: Sequence[Signal], candidates: Sequence[Candidate], media_digest: bytes
    ) -> None:
        near = {candidate.signal for candidate in candidates}
        asked = [signal for signal in signals if signal.type is not SignalType.PDQ or signal in near]
        found, _ = find_candidates(snapshot, asked, snapshot.allow_lists, limit=None, once=False)
        self._exact: list[Candidate] = []
        self._near: dict[Signal, list[Candidate]] = {}
        known = set[tuple[int, Signal | None]]()
        for candidate in sorted(found, key=lambda candidate: (candidate.distance, candidate.entry_id)):
            is_near = candidate.signal.type is SignalType.PDQ
            place = (candidate.bank_id, candidate.signal if is_near else None)
            if place not in known and may_suppress(snapshot, candidate, media_digest):
                known.add(place)
                (self._near.setdefault(candidate.signal, []) if is_near else self._exact).append(candidate)

    def beside(self, candidate: Candidate) -> list[Candidate]:
        """Return what may suppress a candidate: whatever is exact, and what is near the same signal."""
        return [*self._exact, *self._near.get(candidate.signal, ())]


def _one_each(judged: Sequence[Judgement]) -> list[Judgement]:
    best: dict[int, Judgement] = {}
    for judgement in judged:
        known = best.get(judgement.candidate.entry_id)
        if known is None or judgement.rank < known.rank:
            best[judgement.candidate.entry_id] = judgement
    return list(best.values())
