"""`safelight why` in plain words: what was hashed, searched and near, and a closing sentence."""

from collections.abc import Iterator, Sequence

from safelight.cli.reasons import absences
from safelight.cli.why_entry import entry_lines
from safelight.cli.why_words import control_words, distance_words, exception_words, label_words, origin_words
from safelight.flow.why import Told
from safelight.hashing.signal import NoSignal, Signal, SignalType
from safelight.matching.explanation import Considered
from safelight.matching.judgement import Control
from safelight.matching.match import Match, Verdict

_BANKS_LEFT_OUT = {
    Control.DISABLED: "disabled",
    Control.NOT_ASKED: "not among those to be searched",
    Control.ROLLOUT: "not rolled out to this media",
}
_OF_BANKS = {Control.DISABLED, Control.NOT_ASKED}


def why_lines(name: str, told: Told) -> Iterator[str]:
    """Give the lines of the text. No value is in it: neither a listed one nor the target's own."""
    yield name
    yield from _indented("Hashed", _hashed(told))
    yield from _indented("Searched", _searched(told))
    yield from _indented("Left out", [_left_out(*each) for each in told.explanation.left_out.items()])
    yield from _indented("Near", [line for each in told.explanation.considered for line in _near(told, each)])
    if told.explanation.considered_omitted:
        yield f"  {told.explanation.considered_omitted} more, further away"
    if told.entry is not None:
        yield from entry_lines(told.entry)
    yield f"Verdict: {told.verdict.value}. {verdict_words(told)}"


def verdict_words(told: Told) -> str:
    """Say in one sentence why the verdict is what it is."""
    found = told.explanation.found
    if not told.is_searched:
        return "The banks to be searched hold nothing that could match: a scan refuses to run, and this is no answer."
    if found.matches:
        best = found.matches[0]
        more = len(found.matches) - 1 + found.omitted
        return f"It matches {_named(best)}: {distance_words(best)}.{f' {more} more match.' if more else ''}"
    if told.verdict is Verdict.NOT_SCANNED:
        return f"Nothing matched, and not everything could be looked at: {absences(told.explanation.answers)}."
    reason = _no_match(told)
    return f"{reason[0].upper()}{reason[1:]} It does not mean that it is harmless: no list that was searched has it."


def _no_match(told: Told) -> str:
    withheld = told.explanation.found.withheld
    if withheld:
        first = withheld[0]
        by = first.suppressed_by.entry_id if first.suppressed_by else None
        return f"{_named(first.match)} is near enough, but {control_words(first.control, by)}."
    unasked = [
        each for each in told.explanation.considered if each.control in _OF_BANKS and _is_near_enough(each.match)
    ]
    if unasked:
        return (
            f"{_named(unasked[0].match)} is near enough, but {control_words(unasked[0].control or Control.NOT_ASKED)}."
        )
    missed = [each.match for each in told.explanation.considered if each.control is Control.THRESHOLD]
    if missed:
        return f"The nearest, {_named(missed[0])}, is too far: {distance_words(missed[0])}."
    return f"Nothing among {sum(told.explanation.found.compared.values())} entries came near."


def _is_near_enough(match: Match) -> bool:
    return match.distance <= match.threshold


def _indented(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield heading
        yield from (f"  {line}" for line in lines)


def _hashed(told: Told) -> list[str]:
    picture = told.result.picture if told.result else None
    seen = f"{picture.frames_hashed} of {picture.frames_seen} frames hashed" if picture else ""
    frames = [f"{picture.format}, {picture.width} x {picture.height}, {seen}"] if picture else []
    present = [answer for answer in told.explanation.answers if isinstance(answer, Signal)]
    missing = [answer for answer in told.explanation.answers if isinstance(answer, NoSignal)]
    digests = ", ".join(signal.type for signal in present if signal.type is not SignalType.PDQ)
    lines = [*frames, digests, _pdq([signal for signal in present if signal.type is SignalType.PDQ])]
    return [line for line in (*lines, f"missing: {absences(missing)}" if missing else "") if line]


def _pdq(signals: Sequence[Signal]) -> str:
    if not signals:
        return ""
    qualities = sorted(signal.quality for signal in signals if signal.quality is not None)
    spread = " to ".join(dict.fromkeys(f"{quality}" for quality in (*qualities[:1], *qualities[-1:])))
    turned = "all eight orientations" if signals[0].orientations else (
        "one orientation: a turned or mirrored copy is not found by a value alone"
    )  # fmt: skip
    frames = f" of {len(signals)} frames" if len(signals) > 1 else ""
    return f"pdq{frames}{f', quality {spread}' if spread else ''}, in {turned}"


def _searched(told: Told) -> list[str]:
    counts = ", ".join(f"{count} {kind}" for kind, count in told.explanation.found.compared.items())
    banks = [f"{name}, version {version}" for name, version in told.explanation.searched.items()]
    return [*banks, f"compared: {counts or 'nothing'}"]


def _left_out(name: str, control: Control) -> str:
    return f"{name}: {_BANKS_LEFT_OUT.get(control, control.value)}"


def _near(told: Told, considered: Considered) -> Iterator[str]:
    match = considered.match
    demoted = ", after all others" if match.is_demoted and considered.control is None else ""
    reason = control_words(considered.control, considered.suppressed_by) if considered.control else ""
    verdict = f"no match ({considered.control}): {reason}" if considered.control else "match"
    yield f"{_named(match)}: {distance_words(match)}"
    yield f"  {verdict}{demoted}"
    yield f"  {origin_words(considered.origin, considered.line, considered.added_by, match.entry_added_at)}"
    source = match.source if match.entry_key else ""
    label = label_words(match.label, match.label_scheme, source, match.entry_key, match.entry_note)
    for line in (label, *exception_words(told.exception(match.entry_id))):
        if line:
            yield f"  {line}"


def _named(match: Match) -> str:
    return f"entry {match.entry_id} of {match.bank_name}"
