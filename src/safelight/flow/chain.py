"""The product on one page: scan → hash → match, and on from there.

What matches is sealed and opens a case in `scans/settling.py`; `review/deciding.py` and `review/showing.py` are what a
person does to it, and `review/following.py` what follows from that. Reports and outcomes come after, as they are built.

`scan` is a pure function of (bytes, bank snapshot) and writes nothing; what follows from it is written by the step
that called it, in a transaction of its own.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.audit import log as audit
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.hashing import steps as hashing
from safelight.hashing.hashed import Hashed, PictureFacts
from safelight.hashing.interface import Hasher
from safelight.hashing.signal import NoSignal, Reason, Signal, SignalType
from safelight.intake import steps as intake
from safelight.intake.content import ContentLost
from safelight.intake.media import Media
from safelight.intake.sources.interface import Arrival, Stamp, Unopenable
from safelight.matching import steps as matching
from safelight.matching.explaining import explain
from safelight.matching.explanation import Explanation
from safelight.matching.match import NOTHING_FOUND, Found, Match, Verdict, Withheld, decide_verdict
from safelight.matching.snapshot import Snapshot
from safelight.roles import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """What one scan found out about one arrival.

    `media` is None where the bytes could not be had. `compared` counts, for each signal type that media has a signal
    of, the entries that it was held against; `against` names the banks and versions. `matches_omitted` counts the
    matches beyond those listed. `withheld` is what a control kept from being a match. `position` is the number of a
    change of the banks up to which all counted.
    """

    name: bytes
    stamp: Stamp | None
    media: Media | None
    verdict: Verdict
    answers: tuple[Signal | NoSignal, ...]
    picture: PictureFacts | None
    matches: tuple[Match, ...]
    matches_omitted: int
    withheld: tuple[Withheld, ...]
    withheld_omitted: int
    compared: Mapping[SignalType, int]
    against: str
    scanned_at: datetime
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanExplanation:
    """What a scan found out about one arrival, and why: everything that was near, and what became of it."""

    result: ScanResult
    explanation: Explanation


SnapshotSource = Callable[[], Snapshot | None]
"""Gives the banks as they stand at this moment; None where nothing is to be matched."""


def scan(arrival: Arrival, *, clock: Clock, hashers: Sequence[Hasher], take_snapshot: SnapshotSource) -> ScanResult:
    """Hash one arrival, then match it against the banks as they stand by then; without any only hash it.

    Every arrival has a result: what cannot be opened, read or decoded says why in its answers.
    """
    return _scan(arrival, clock, hashers, take_snapshot)[0]


def explain_scan(
    arrival: Arrival,
    *,
    clock: Clock,
    hashers: Sequence[Hasher],
    take_snapshot: Callable[[], Snapshot],
    seen: Collection[int] | None = None,
) -> ScanExplanation:
    """Scan one arrival and explain the result, by the banks `seen` or all.

    Of what could not be read, no bank can say anything.
    """
    result, found, snapshot = _scan(arrival, clock, hashers, take_snapshot)
    explanation = explain(snapshot or take_snapshot(), result.answers, digest_of(result.media), found, seen=seen)
    return ScanExplanation(result=result, explanation=explanation)


def digest_of(media: Media | None) -> bytes:
    """Return what tells this media from all others when banks are rolled out; b"" where it could not be had."""
    return media.digests.sha256 if media else b""


def _scan(
    arrival: Arrival, clock: Clock, hashers: Sequence[Hasher], take_snapshot: SnapshotSource
) -> tuple[ScanResult, Found, Snapshot | None]:
    stamp = arrival.stamp
    media, hashed = _hash(arrival, clock, hashers)
    snapshot = take_snapshot()  # only now: hashing takes long enough for an entry to be withdrawn meanwhile
    found = NOTHING_FOUND
    if snapshot is not None and media is not None:
        found = matching.find_matches(snapshot, hashed.answers, digest_of(media))
    result = ScanResult(
        name=arrival.name,
        stamp=stamp,
        media=media,
        verdict=decide_verdict(hashed.answers, found.matches),
        answers=hashed.answers,
        picture=hashed.picture,
        matches=found.matches,
        matches_omitted=found.omitted,
        withheld=found.withheld,
        withheld_omitted=found.withheld_omitted,
        compared=found.compared,
        against=snapshot.stamp if snapshot else "",
        scanned_at=clock.now(),
        position=snapshot.position if snapshot else 0,
    )
    return result, found, snapshot


def record_scan(tx: Tx, clock: Clock, actor: Actor, *, verb: str, against: str, counts: Mapping[str, int]) -> None:
    """Write down that a scan began (`begin_scan`), or what it counted (`scan_media`).

    It is all that a scan leaves of what did not match.
    """
    audit.write(tx, clock=clock, actor=actor, verb=verb, target=against, details=dict(counts))


def _hash(arrival: Arrival, clock: Clock, hashers: Sequence[Hasher]) -> tuple[Media | None, Hashed]:
    try:
        with arrival.open() as content:
            media = intake.accept(clock, content, arrival.origin)
            hashed = hashing.make_signals(hashers, media, content)
            content.check_unchanged()
            return media, hashed
    except Unopenable as obstacle:
        return None, hashing.explain_absence(hashers, Reason(obstacle.obstacle.value), obstacle.detail)
    except ContentLost as lost:
        return None, hashing.explain_absence(hashers, Reason.UNREADABLE, str(lost))


def match_signal(snapshot: Snapshot, signal: Signal) -> Found:
    """Match one signal that came without its media."""
    return matching.find_matches(snapshot, [signal], signal.value)


def match_answers(snapshot: Snapshot, answers: Sequence[Signal | NoSignal], media_digest: bytes) -> Found:
    """Match what was hashed before. `media_digest` decides on gradual roll-outs: whoever gives it may be consistent."""
    return matching.find_matches(snapshot, answers, media_digest)


def match_signals(snapshot: Snapshot, signals: Sequence[Signal]) -> list[Found]:
    """Match many signals that came without their media, each for itself."""
    return matching.find_each(snapshot, signals)


def explain_answers(
    snapshot: Snapshot,
    answers: Sequence[Signal | NoSignal],
    media_digest: bytes,
    *,
    seen: Collection[int] | None = None,
) -> Explanation:
    """Explain what matching says of media, and what it passes over, by the banks `seen` or all."""
    found = matching.find_matches(snapshot, answers, media_digest)
    return explain(snapshot, answers, media_digest, found, seen=seen)
