"""`safelight why --entry`: what is told of one entry, however far it is and whatever became of it."""

from collections.abc import Iterator

from safelight.cli.why_words import (
    bits_words,
    control_words,
    exception_words,
    label_words,
    moment_words,
    origin_words,
)
from safelight.flow.banks.explaining import EntryExplanation
from safelight.hashing.signal import SignalType


def entry_lines(told: EntryExplanation) -> Iterator[str]:
    """Give the lines about one entry, the last of which says whether it matches."""
    entry = told.entry
    yield f"Entry {entry.id} of {told.fate.bank_name} ({entry.signal_type})"
    yield f"  {_comparison(told)}"
    came = entry.provenance
    yield f"  {origin_words(came.origin, came.line, came.added_by.name, came.added_at)}"
    key = entry.key
    label = label_words(
        entry.label or "", entry.label_scheme or "", key.source if key else "", key.entry_id if key else "",
        entry.note or "",
    )  # fmt: skip
    for line in (label, *exception_words(told.exception), *_fates(told)):
        if line:
            yield f"  {line}"
    yield f"  {_conclusion(told)}"


def _comparison(told: EntryExplanation) -> str:
    kind = told.entry.signal_type
    if kind not in set(SignalType):
        return f"not compared: Safelight does not compute {kind}"
    if not told.is_comparable:
        return f"not compared: there is no {kind} signal of the target"
    if told.distance is None:
        return f"another {kind}"
    if kind != SignalType.PDQ:
        return f"the same {kind}"
    return bits_words(told.distance, told.threshold, told.threshold_source, told.orientation, told.frame)


def _fates(told: EntryExplanation) -> Iterator[str]:
    fate, entry = told.fate, told.entry
    if fate.bank_deleted_at is not None:
        yield f"its bank was deleted on {moment_words(fate.bank_deleted_at)}"
    if fate.withdrawn_at is not None:
        yield f"it was taken out of its bank on {moment_words(fate.withdrawn_at)}"
    if fate.replaced_at is not None:
        by = "" if fate.replaced_by is None else f" by entry {fate.replaced_by}"
        yield f"it was replaced{by} on {moment_words(fate.replaced_at)}"
    if told.is_switched_off:
        until = "for good" if entry.disabled_until is None else f"until {moment_words(entry.disabled_until)}"
        yield f"it is switched off {until}"


def _conclusion(told: EntryExplanation) -> str:
    if told.is_match:
        return "It matches."
    if told.distance is None:
        return "It does not match: the two are not the same, or cannot be compared."
    if told.control is not None:
        return f"It does not match ({told.control}): {control_words(told.control, told.suppressed_by)}."
    return f"It does not match: {'; '.join(_fates(told))}."
