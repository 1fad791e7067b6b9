"""Entries: one line of a hash list, where it came from, and what makes two lines the same."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import NamedTuple

from safelight.errors import InvalidValue
from safelight.roles import Actor

MAX_VALUE_BYTES = 1 << 20
MAX_NOTE_LENGTH = 2_000
MAX_TEXT_LENGTH = 500
LARGEST_ENTRY_ID = 2**63 - 1
"""Databases count no further."""
FIRST_YEAR, LAST_YEAR = 1970, 9998
"""Between them a time can be moved to any time zone, stored and read back."""

_BROKEN = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_BROKEN_NOTE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # notes may have lines and tabs


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryKey:
    """The name that a source gave an entry; an update comes under the same (source, environment, issuer, entry id)."""

    source: str
    environment: str
    issuer: str
    entry_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry as a list gives it. `label` is the source's own word under `label_scheme`; `line` is where it stood."""

    signal_type: str
    value: bytes
    label: str | None = None
    label_scheme: str | None = None
    key: EntryKey | None = None
    note: str | None = None
    is_disabled: bool = False
    disabled_until: datetime | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where an entry came from: the file or exchange, its format and line there, when and by whom it was taken."""

    origin: str
    format: str
    line: int | None
    added_at: datetime
    added_by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a bank. `value` is opaque: the bytes of the usual hexadecimal text for the types we compute."""

    id: int
    bank_id: int
    signal_type: str
    value: bytes
    label: str | None
    label_scheme: str | None
    key: EntryKey | None
    note: str | None
    provenance: Provenance
    disabled: bool
    disabled_until: datetime | None

    def is_disabled(self, now: datetime) -> bool:
        """Whether the entry does not match at this moment because it was switched off."""
        return self.disabled and (self.disabled_until is None or self.disabled_until > now)


KeyParts = tuple[str | None, str | None, str | None, str | None]
"""Source, environment, issuer and entry id: all texts, or all None."""


class StagedRow(NamedTuple):
    """An entry on its way into the store: plain values in the order of the table's columns.

    A tuple and not a dataclass, because millions of them go through sorting and the drivers in one import.
    """

    identity: bytes
    line: int | None
    signal_type: str
    value: bytes
    key_source: str | None
    key_environment: str | None
    key_issuer: str | None
    key_entry_id: str | None
    label: str | None
    label_scheme: str | None
    note: str | None
    is_disabled: int
    disabled_until: str | None


def staged_row(entry: NewEntry) -> StagedRow:
    """Return an entry as a row, with the identity that tells it from every other entry of its bank.

    Raises `InvalidValue` for what cannot be stored.
    """
    key = entry.key
    parts: KeyParts = (key.source, key.environment, key.issuer, key.entry_id) if key else (None, None, None, None)
    check_value(entry.value)
    check_notes([entry.note] if entry.note else [])
    check_texts([text for text in (entry.signal_type, entry.label, entry.label_scheme, *parts) if text])
    return StagedRow(
        identify(entry.signal_type, entry.value, parts),
        entry.line,
        entry.signal_type,
        entry.value,
        *parts,
        entry.label,
        entry.label_scheme,
        entry.note,
        int(entry.is_disabled),
        moment_text(entry.disabled_until),
    )


def identify(signal_type: str, value: bytes, key: KeyParts) -> bytes:
    """Return the identity of an entry: 16 bytes.

    An entry is identified by its key and signal type if it has a key (a source may list one picture under one id with
    several types), else by signal type and value.
    """
    source, environment, issuer, entry_id = key
    if entry_id is None:
        name = b"value\0%b\0%b" % (signal_type.encode(), value)
    else:
        name = f"key\0{signal_type}\0{source or ''}\0{environment or ''}\0{issuer or ''}\0{entry_id}".encode()
    return blake2b(name, digest_size=16).digest()


def check_value(value: bytes) -> None:
    """Raise `InvalidValue` for a value that is empty or longer than 1 MiB."""
    if not 0 < len(value) <= MAX_VALUE_BYTES:
        raise InvalidValue("the value is empty" if not value else "the value is longer than 1 MiB")


def check_texts(texts: Sequence[str]) -> None:
    """Raise `InvalidValue` if a label, or a part of a key, is too long or holds a broken character."""
    _check_all(texts, MAX_TEXT_LENGTH, _BROKEN, "label or key")


def check_notes(notes: Sequence[str]) -> None:
    """Raise `InvalidValue` if a note is too long or holds a broken character."""
    _check_all(notes, MAX_NOTE_LENGTH, _BROKEN_NOTE, "note")


def _check_all(texts: Sequence[str], most: int, broken: re.Pattern[str], what: str) -> None:
    together = "".join(texts)
    is_whole = together.isprintable() or not broken.search(together)  # nothing that is broken is printable
    if not is_whole or (len(together) > most and max(map(len, texts)) > most):
        raise InvalidValue(f"a {what} is longer than {most} characters or holds a broken character")


def moment_text(moment: datetime | None) -> str | None:
    """Return the text that both databases read as this moment, in UTC. Raises `InvalidValue` as `check_moment` does."""
    if moment is None:
        return None
    check_moment(moment)
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def check_moment(moment: datetime) -> None:
    """Raise `InvalidValue` unless an entry may be disabled until this time."""
    if moment.utcoffset() is None:
        raise InvalidValue("the time until which the entry is disabled has no time zone")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise InvalidValue(
            f"the time until which the entry is disabled is not of the years {FIRST_YEAR} to {LAST_YEAR}"
        )
