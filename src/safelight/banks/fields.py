"""An entry as named texts: what the columns of CSV and the members of JSON Lines are called, and what they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.banks.entry import Entry, EntryKey, NewEntry
from safelight.banks.entry_block import EntryBlock, Texts
from safelight.banks.value import OpaqueText, infer_type, parse_type, parse_value, parse_values
from safelight.errors import InvalidValue

FIELDS = (
    "signal_type",
    "value",
    "label",
    "label_scheme",
    "source",
    "environment",
    "issuer",
    "entry_id",
    "note",
    "disabled",
    "disabled_until",
)
"""Every field, in the order in which lists are written."""

_TRUTH = {"": False, "false": False, "0": False, "no": False, "true": True, "1": True, "yes": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What holds for every entry of a list that does not say otherwise itself. `opaque`: see `parse_value`.

    An entry has a key when it has an `entry_id`; the other parts of the key may be the same for the whole list.
    """

    signal_type: str | None = None
    opaque: OpaqueText | None = None
    label: str | None = None
    label_scheme: str | None = None
    source: str | None = None
    environment: str | None = None
    issuer: str | None = None


def read_columns(pairs: Sequence[str]) -> dict[str, str | int]:
    """Return where fields stand in a CSV list, of texts like `value=sha1` or `value=3` (columns are counted from 1).

    Raises `InvalidValue`.
    """
    columns: dict[str, str | int] = {}
    for pair in pairs:
        field, found, column = pair.partition("=")
        if not found or field not in FIELDS:
            raise InvalidValue(f"The column {pair!r} is not FIELD=COLUMN with one of the fields {', '.join(FIELDS)}.")
        columns[field] = int(column) if column.isdecimal() else column
    return columns


def entry_of(fields: Mapping[str, str], given: Given, line: int) -> NewEntry:
    """Return the entry that named texts describe; an empty text is as good as none. Raises `InvalidValue`."""
    value = fields.get("value", "").strip()
    named = fields.get("signal_type") or given.signal_type
    signal_type = parse_type(named, given.opaque) if named else infer_type(value)
    until = fields.get("disabled_until")
    return NewEntry(
        signal_type=signal_type,
        value=parse_value(signal_type, value, given.opaque),
        label=fields.get("label") or given.label or None,
        label_scheme=fields.get("label_scheme") or given.label_scheme or None,
        key=_key(fields, given),
        note=fields.get("note") or None,
        is_disabled=_truth(fields.get("disabled", "")) or bool(until),
        disabled_until=_moment(until) if until else None,
        line=line,
    )


def block_of(columns: Mapping[str, Sequence[str]], given: Given, lines: Sequence[int]) -> EntryBlock:
    """Return the entries that columns of named texts describe, each as `entry_of` would.

    Raises `InvalidValue` if any has a fault; which one, `entry_of` says.
    """
    nothing = ("",) * len(lines)
    texts = list(map(str.strip, columns.get("value", nothing)))
    signal_types = _signal_types(columns.get("signal_type", nothing), texts, given)
    untils = columns.get("disabled_until", nothing)
    return EntryBlock(
        lines=lines,
        signal_types=signal_types,
        values=parse_values(signal_types, texts, given.opaque),
        labels=_texts(columns.get("label", nothing), given.label),
        label_schemes=_texts(columns.get("label_scheme", nothing), given.label_scheme),
        keys=_keys(columns, given, columns.get("entry_id", nothing)),
        notes=_texts(columns.get("note", nothing), None),
        are_disabled=_are_disabled(columns.get("disabled", nothing), untils),
        disabled_until=[_moment(text) if text else None for text in untils] if any(untils) else None,
    )


def _signal_types(names: Sequence[str], texts: Sequence[str], given: Given) -> list[str]:
    types: dict[str, str] = {}
    for name in set(names):  # few names stand in many lines
        named = name or given.signal_type
        if named:
            types[name] = parse_type(named, given.opaque)
    return [types.get(name) or infer_type(text) for name, text in zip(names, texts, strict=True)]


def _texts(column: Sequence[str], given: str | None) -> Texts | None:
    if not given and not any(column):
        return None
    return [text or given or None for text in column]


def _keys(
    columns: Mapping[str, Sequence[str]], given: Given, entry_ids: Sequence[str]
) -> tuple[Texts, Texts, Texts, Texts] | None:
    if not any(entry_ids):
        return None

    def part(name: str, general: str | None) -> Texts:
        texts = columns.get(name) or ("",) * len(entry_ids)
        return [(text or general or "") if named else None for text, named in zip(texts, entry_ids, strict=True)]

    return (
        part("source", given.source),
        part("environment", given.environment),
        part("issuer", given.issuer),
        [entry_id or None for entry_id in entry_ids],
    )


def _are_disabled(texts: Sequence[str], untils: Sequence[str]) -> list[bool] | None:
    if not any(texts) and not any(untils):
        return None
    truth = {text: _truth(text) for text in set(texts)}
    return [truth[text] or bool(until) for text, until in zip(texts, untils, strict=True)]


def fields_of(entry: Entry) -> dict[str, str]:
    """Return an entry as named texts, with every field; what the entry does not have is empty."""
    key = entry.key or EntryKey(source="", environment="", issuer="", entry_id="")
    return {
        "signal_type": entry.signal_type,
        "value": entry.value.hex(),
        "label": entry.label or "",
        "label_scheme": entry.label_scheme or "",
        "source": key.source,
        "environment": key.environment,
        "issuer": key.issuer,
        "entry_id": key.entry_id,
        "note": entry.note or "",
        "disabled": "true" if entry.disabled else "",
        "disabled_until": entry.disabled_until.isoformat() if entry.disabled_until else "",
    }


def _key(fields: Mapping[str, str], given: Given) -> EntryKey | None:
    entry_id = fields.get("entry_id")
    if not entry_id:
        return None
    return EntryKey(
        source=fields.get("source") or given.source or "",
        environment=fields.get("environment") or given.environment or "",
        issuer=fields.get("issuer") or given.issuer or "",
        entry_id=entry_id,
    )


def _truth(text: str) -> bool:
    try:
        return _TRUTH[text.strip().lower()]
    except KeyError:
        raise InvalidValue("'disabled' is neither true nor false") from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidValue("'disabled_until' is not a time such as 2027-01-31T12:00:00+00:00") from None
    if moment.utcoffset() is None:
        raise InvalidValue("'disabled_until' has no time zone")
    return moment
