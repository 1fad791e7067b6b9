"""The hash-confirmed path: what may go to a report though nobody looked. It is off unless switched on."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.banks.control import Opinion
from safelight.hashing.signal import SignalType
from safelight.matching.match import Match, MatchKind
from safelight.review.scheme import Classification, known_schemes

CAP_SPAN = timedelta(hours=24)
"""The span that the cap counts over; it ends at the present moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathMark:
    """Whether something switched the path off, when, and why."""

    off_at: datetime | None = None
    off_why: str = ""


def confirming(matches: Sequence[Match], verified: Collection[str]) -> tuple[Match, ...]:
    """Return the matches by which something is confirmed by its hash alone; none: a person has to look.

    A match counts if (1) it is exact, (2) its bank is marked as verified by an authority, (3) our own reviewers did not
    find the entry to be a mistake, and (4) it is not demoted. Of what counts it takes (a) SHA-256, or (b) MD5 and SHA-1
    of the same thing: entries of one bank that their source names alike, or that both have no name of the source's.
    MD5 alone, or two digests of two things, are never enough: MD5 collisions are cheap (RFC 6151, 2011).
    """
    names = {name.casefold() for name in verified}
    sound = [each for each in matches if each.bank_name.casefold() in names and _is_sound(each)]
    by_sha256 = tuple(each for each in sound if each.signal_type is SignalType.SHA256)
    return by_sha256 or next(iter(_pairs(sound)), ())


def is_disputed(matches: Iterable[Match]) -> bool:
    """Whether our own reviewers found any entry that matched to be a mistake: then a person has to look."""
    return any(each.opinion is Opinion.DECONFIRMED or each.is_demoted for each in matches)


def classification_of(matches: Sequence[Match]) -> Classification | None:
    """Return the class that the confirming entries give; None where they give none, or not the same one."""
    told = {(each.label_scheme.casefold(), each.label) for each in matches if each.label}
    if len(told) != 1:
        return None
    scheme, label = told.pop()
    known = known_schemes().get(scheme)
    return Classification(scheme=scheme, label=label) if known is not None and label in known.labels else None


def _is_sound(match: Match) -> bool:
    return match.kind is MatchKind.EXACT and match.opinion is not Opinion.DECONFIRMED and not match.is_demoted


def _pairs(sound: Sequence[Match]) -> Iterable[tuple[Match, ...]]:
    by_type = {kind: [each for each in sound if each.signal_type is kind] for kind in (SignalType.MD5, SignalType.SHA1)}
    for one in by_type[SignalType.MD5]:
        for other in by_type[SignalType.SHA1]:
            if _name(one) == _name(other):
                yield one, other


def _name(match: Match) -> tuple[str, str, str]:
    return match.bank_name.casefold(), match.source, match.entry_key
