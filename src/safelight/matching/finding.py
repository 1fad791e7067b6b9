"""Finding: what lies near signals, and what the banks say of it."""

from collections.abc import Collection, Mapping, Sequence

from safelight.banks.entry import Entry
from safelight.errors import DatabaseUnusable
from safelight.hashing.pdq import ORIENTATIONS
from safelight.hashing.signal import Signal, SignalType
from safelight.matching.candidate import Candidate
from safelight.matching.judgement import Judgement
from safelight.matching.match import Match, MatchKind
from safelight.matching.snapshot import Snapshot


def find_candidates(
    snapshot: Snapshot,
    signals: Sequence[Signal],
    bank_ids: Collection[int],
    *,
    limit: int | None,
    wider: int = 0,
    once: bool = True,
) -> tuple[list[Candidate], int]:
    """Return the entries of some banks within reach of any signal, and how many were cut off.

    An entry is given once, at its nearest, or else for each signal that it is near. Digests are compared wholly here:
    an index only knows how they begin.
    """
    nearest: dict[tuple[int, int], Candidate] = {}
    cut = 0
    for number, signal in enumerate(signals):
        # Of two digests that begin alike only one can be an entry's.
        kept_apart_by = 0 if once and signal.type is SignalType.PDQ else number
        radii = snapshot.radii(bank_ids, signal.type, wider=wider)
        found = snapshot.indexes[signal.type].search(signal, radii, limit)
        cut += found.cut
        for candidate in found.found:
            place = (candidate.entry_id, kept_apart_by)
            if place not in nearest or candidate.distance < nearest[place].distance:
                nearest[place] = candidate
    return _truly_equal(snapshot, list(nearest.values())), cut


def find_entries(snapshot: Snapshot, entry_ids: Sequence[int]) -> Mapping[int, Entry]:
    """Return entries by their ids. Raises `DatabaseUnusable` when one is lost: a match is never passed over."""
    entries = snapshot.find_entries(entry_ids) if entry_ids else {}
    lost = next((entry_id for entry_id in entry_ids if entry_id not in entries), None)
    if lost is not None:
        raise DatabaseUnusable(
            f"The database has lost entry {lost}, which matches. Entries are never deleted, so it was changed from "
            "outside. Restore it, then scan again."
        )
    return entries


def match_of(judgement: Judgement, entries: Mapping[int, Entry]) -> Match:
    """Return a candidate with everything that explains it."""
    candidate, bank = judgement.candidate, judgement.bank
    entry, signal = entries[candidate.entry_id], candidate.signal
    return Match(
        kind=MatchKind.EXACT if judgement.is_exact else MatchKind.NEAR,
        signal_type=signal.type,
        distance=candidate.distance,
        threshold=judgement.threshold,
        threshold_source=judgement.threshold_source,
        orientation=ORIENTATIONS[candidate.orientation],
        frame=signal.frame,
        quality=signal.quality,
        entry_id=entry.id,
        bank_name=bank.name,
        bank_version=bank.version,
        label=entry.label or "",
        label_scheme=entry.label_scheme or "",
        source=entry.key.source if entry.key else entry.provenance.origin,
        entry_key=entry.key.entry_id if entry.key else "",
        entry_note=entry.note or "",
        entry_added_at=entry.provenance.added_at,
        opinion=judgement.opinion,
        is_demoted=judgement.is_demoted,
    )


def _truly_equal(snapshot: Snapshot, candidates: list[Candidate]) -> list[Candidate]:
    digests = [candidate.entry_id for candidate in candidates if candidate.signal.type is not SignalType.PDQ]
    if not digests:
        return candidates
    entries = find_entries(snapshot, digests)
    return [
        candidate
        for candidate in candidates
        if candidate.signal.type is SignalType.PDQ or entries[candidate.entry_id].value == candidate.signal.value
    ]
