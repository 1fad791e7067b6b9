"""Signals to matches."""

from collections.abc import Sequence

from safelight.banks.bank import Bank
from safelight.banks.entry import Entry
from safelight.errors import DatabaseUnusable
from safelight.hashing.pdq import ORIENTATIONS
from safelight.hashing.signal import NoSignal, Signal, SignalType
from safelight.matching.candidate import Candidate
from safelight.matching.match import Found, Match, MatchKind
from safelight.matching.snapshot import Snapshot

MAX_MATCHES = 32
"""Matches told of one media, nearest first. The others are counted: a cluster of thousands must not flood anyone."""


def find_matches(snapshot: Snapshot, answers: Sequence[Signal | NoSignal]) -> Found:
    """Hold every signal against the snapshot. An entry counts once a media: at its smallest distance.

    The answer hangs on the signals and the snapshot alone, whatever becomes of the banks meanwhile. Raises
    `DatabaseUnusable` when the database has lost an entry of the snapshot: a match is never passed over.
    """
    signals = [answer for answer in answers if isinstance(answer, Signal)]
    nearest = _nearest(snapshot, signals)
    entries = snapshot.find_entries(list(nearest)) if nearest else {}
    lost = next((entry_id for entry_id in nearest if entry_id not in entries), None)
    if lost is not None:
        raise DatabaseUnusable(
            f"The database has lost entry {lost}, which matches. Entries are never deleted, so it was changed from "
            "outside. Restore it, then scan again."
        )
    found = (_match(snapshot, candidate, entries[entry_id]) for entry_id, candidate in nearest.items())
    matches = [match for match in found if match is not None]
    matches.sort(key=lambda match: (match.kind is MatchKind.NEAR, match.distance, match.entry_id))
    return Found(
        matches=tuple(matches[:MAX_MATCHES]),
        omitted=max(0, len(matches) - MAX_MATCHES),
        compared={signal.type: len(snapshot.indexes[signal.type]) for signal in signals},
    )


def _nearest(snapshot: Snapshot, signals: Sequence[Signal]) -> dict[int, Candidate]:
    nearest: dict[int, Candidate] = {}
    for signal in signals:
        for candidate in snapshot.indexes[signal.type].search(signal, snapshot.radius(signal.type)):
            known = nearest.get(candidate.entry_id)
            if known is None or candidate.distance < known.distance:
                nearest[candidate.entry_id] = candidate
    return nearest


def _match(snapshot: Snapshot, candidate: Candidate, entry: Entry) -> Match | None:
    """Return the match, or None if the entry is too far for its bank or only begins like the signal."""
    bank: Bank = snapshot.banks[entry.bank_id]
    signal = candidate.signal
    is_near = signal.type is SignalType.PDQ
    threshold = snapshot.threshold_of(bank, signal.type)
    if candidate.distance > threshold or (not is_near and entry.value != signal.value):
        return None
    return Match(
        kind=MatchKind.NEAR if is_near else MatchKind.EXACT,
        signal_type=signal.type,
        distance=candidate.distance,
        threshold=threshold,
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
    )
