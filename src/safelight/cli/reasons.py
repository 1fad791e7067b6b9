"""A result's reasons in one line of plain words."""

from collections.abc import Sequence

from safelight.flow.chain import ScanResult
from safelight.hashing.signal import NoSignal, Signal
from safelight.matching.match import Match, MatchKind, Withheld


def tell_reasons(result: ScanResult) -> str:
    """Say in one line why the verdict is what it is."""
    if result.matches:
        more = len(result.matches) - 1 + result.matches_omitted
        return _match_words(result.matches[0]) + (f"; {more} more" if more else "")
    reasons = absences(result.answers)
    if result.withheld:
        return withheld_words(result.withheld[0], len(result.withheld) - 1 + result.withheld_omitted)
    if result.verdict.value == "not_scanned":
        return reasons
    entries = sum(result.compared.values())
    return f"nothing near among {entries} entries" + (f"; {reasons}" if reasons else "")


def withheld_words(withheld: Withheld, more: int = 0) -> str:
    """Say which control kept an entry from being a match."""
    match = withheld.match
    others = f"; {more} more" if more else ""
    return f"withheld by {withheld.control}: {match.bank_name} entry {match.entry_id}, {_match_words(match)}{others}"


def _match_words(match: Match) -> str:
    if match.kind is MatchKind.EXACT:
        return f"the same {match.signal_type} digest"
    turned = "" if match.orientation == "original" else f", seen {match.orientation}"
    frame = "" if match.frame is None else f", frame {match.frame}"
    return f"{match.signal_type} within {match.threshold} of 256 bits: {match.distance}{turned}{frame}"


def absences(answers: Sequence[Signal | NoSignal]) -> str:
    """Return each reason for a missing signal once, with the types that it holds for."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for answer in answers:
        if isinstance(answer, NoSignal):
            kinds.setdefault((answer.reason.value, answer.detail), []).append(answer.type.value)
    return "; ".join(
        f"{'/'.join(dict.fromkeys(types))}: {reason} ({detail})" for (reason, detail), types in kinds.items()
    )
