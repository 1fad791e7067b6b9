"""`safelight why --json`: everything that explains a match or a non-match, as one record."""

from typing import Any

from safelight.banks.control import EntryControl
from safelight.cli.record import answer_fields, match_fields, picture_fields, withheld_fields
from safelight.cli.result_file import Record
from safelight.cli.why_text import verdict_words
from safelight.flow.banks.explaining import EntryExplanation
from safelight.flow.why import Told
from safelight.matching.explanation import Considered


def why_record(name: str, told: Told) -> Record:
    """Return the record. No value is in it: neither a listed one nor the target's own, which may be the same."""
    explanation = told.explanation
    record: Record = {"target": name, "verdict": told.verdict.value, "because": verdict_words(told)}
    if told.result is not None and told.result.picture is not None:
        record["picture"] = picture_fields(told.result.picture)
    record |= {
        "signals": [_without_value(answer_fields(answer)) for answer in explanation.answers],
        "searched": [{"bank": name, "bank_version": version} for name, version in explanation.searched.items()],
        "left_out": [{"bank": name, "control": control.value} for name, control in explanation.left_out.items()],
        "compared": {kind.value: count for kind, count in explanation.found.compared.items()},
        "considered": [_considered(told, each) for each in explanation.considered],
        "considered_omitted": explanation.considered_omitted,
        "withheld": [withheld_fields(each) for each in explanation.found.withheld],
        "withheld_omitted": explanation.found.withheld_omitted,
        "matches_omitted": explanation.found.omitted,
    }
    if told.entry is not None:
        record["entry"] = _entry(told.entry)
    return record


def _without_value(fields: Record) -> Record:
    return {name: value for name, value in fields.items() if name != "value"}


def _considered(told: Told, considered: Considered) -> Record:
    return {
        **match_fields(considered.match),
        "control": considered.control.value if considered.control else "",
        "suppressed_by": considered.suppressed_by,
        "origin": considered.origin,
        "line": considered.line,
        "added_by": considered.added_by,
        "disabled_until": _moment(considered.disabled_until),
        **_exception(told.exception(considered.match.entry_id)),
    }


def _exception(control: EntryControl | None) -> Record:
    """Return who said what of an entry here, and why it is in quarantine, if it is."""
    if control is None:
        return {}
    return {
        "own_threshold": control.threshold,
        "opinion": control.opinion.value if control.opinion else "",
        "opinion_by": control.opinion_by.name if control.opinion_by else "",
        "opinion_at": _moment(control.opinion_at),
        "opinion_reason": control.opinion_reason,
        "quarantined_at": _moment(control.quarantined_at),
        "quarantine_reason": control.quarantine_reason,
        "released_at": _moment(control.released_at),
    }


def _entry(told: EntryExplanation) -> Record:
    entry, fate = told.entry, told.fate
    return {
        "entry": entry.id,
        "bank": fate.bank_name,
        "signal_type": entry.signal_type,
        "is_match": told.is_match,
        "is_comparable": told.is_comparable,
        "distance": told.distance,
        "threshold": told.threshold,
        "threshold_source": told.threshold_source.value if told.threshold_source else "",
        "orientation": told.orientation,
        "frame": told.frame,
        "control": told.control.value if told.control else "",
        "suppressed_by": told.suppressed_by,
        "is_switched_off": told.is_switched_off,
        "disabled_until": _moment(entry.disabled_until),
        "withdrawn_at": _moment(fate.withdrawn_at),
        "replaced_at": _moment(fate.replaced_at),
        "replaced_by": fate.replaced_by,
        "bank_deleted_at": _moment(fate.bank_deleted_at),
        "label": entry.label or "",
        "label_scheme": entry.label_scheme or "",
        "source": entry.key.source if entry.key else "",
        "entry_key": entry.key.entry_id if entry.key else "",
        "entry_note": entry.note or "",
        "origin": entry.provenance.origin,
        "line": entry.provenance.line,
        "added_at": _moment(entry.provenance.added_at),
        "added_by": entry.provenance.added_by.name,
        **_exception(told.exception),
    }


def _moment(moment: Any) -> str | None:
    return None if moment is None else str(moment.isoformat())
