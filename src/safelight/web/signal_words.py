"""Signals as requests write them, and matches as answers tell them."""

from collections.abc import Collection, Iterable
from typing import Any

from safelight.banks.control import EntryControl
from safelight.errors import InvalidValue
from safelight.hashing.signal import SIGNAL_SIZE_BYTES, NoSignal, Signal, SignalType
from safelight.matching.explanation import Considered
from safelight.matching.match import Match, MatchKind
from safelight.review.case import ItemMatch
from safelight.roles import Permission

_TYPES = {signal_type.value: signal_type for signal_type in SignalType}


def read_signal(signal_type: str, value: str) -> Signal:
    """Return the signal of a type and its hexadecimal value. Raises `InvalidValue`, without repeating the value."""
    known = _TYPES.get(signal_type)
    if known is None:
        raise InvalidValue(f"There is no signal type of that name. Those that are matched: {', '.join(_TYPES)}.")
    try:
        data = bytes.fromhex(value)
    except ValueError:
        data = b""
    if len(data) != SIGNAL_SIZE_BYTES[known] or len(value) != 2 * len(data):
        raise InvalidValue(f"A value of the type {known.value} is {2 * SIGNAL_SIZE_BYTES[known]} hexadecimal digits.")
    return Signal(type=known, value=data)


def tell_match(match: Match, permissions: Collection[Permission]) -> dict[str, Any]:
    """Return what an answer tells of a match; how near it is only to who may know: it could show a way past a list."""
    told: dict[str, Any] = {
        "kind": match.kind.value,
        "signal_type": match.signal_type.value,
        "bank": match.bank_name,
        "bank_version": match.bank_version,
        "entry": match.entry_id,
        "label": match.label,
        "label_scheme": match.label_scheme,
        "source": match.source,
        "opinion": match.opinion.value if match.opinion else None,
        "is_demoted": match.is_demoted,
    }
    if match.kind is MatchKind.EXACT or Permission.MATCH_DISTANCE in permissions:
        told |= {"distance": match.distance, "threshold": match.threshold, "orientation": match.orientation}
    return told


def tell_near_miss(
    considered: Considered, control: EntryControl | None, permissions: Collection[Permission]
) -> dict[str, Any]:
    """Return what an answer tells of an entry that was near, and of what kept it from being a match (null: it is one).

    How near it was is told as of a match.
    """
    return {
        **tell_match(considered.match, permissions),
        "control": considered.control.value if considered.control else None,
        "suppressed_by": considered.suppressed_by,
        "origin": considered.origin,
        "line": considered.line,
        "added_by": considered.added_by,
        "disabled_until": considered.disabled_until,
        "own_threshold": control.threshold if control else None,
        "quarantine_reason": (control.quarantine_reason or None) if control else None,
    }


def count_distances(matches: Iterable[Match | ItemMatch], permissions: Collection[Permission]) -> int:
    """Return how many distances an answer tells that says something: that of an exact match is always 0."""
    if Permission.MATCH_DISTANCE not in permissions:
        return 0
    return sum(match.kind is MatchKind.NEAR for match in matches)


def tell_answer(answer: Signal | NoSignal) -> dict[str, Any]:
    """Return what an answer tells of a signal, or why there is none."""
    told: dict[str, Any] = {"type": answer.type.value}
    if isinstance(answer, Signal):
        told["value"] = answer.value.hex()
    else:
        told |= {"reason": answer.reason.value, "detail": answer.detail}
    if answer.quality is not None:
        told["quality"] = answer.quality
    if answer.frame is not None:
        told["frame"] = answer.frame
    return told
