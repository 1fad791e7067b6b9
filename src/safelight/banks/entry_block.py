"""Many new entries at once, column by column: checked and identified in bulk, for lists of millions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import Any

from safelight.banks.entry import EntryKey, NewEntry, check_notes, check_texts, check_value, identify, moment_text

Texts = Sequence[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryBlock:
    """New entries as columns of equal length; None stands for a column that is empty throughout.

    The columns are the fields of `NewEntry`. `keys` has four: source, environment, issuer and entry id, in each row
    either all texts or all None.
    """

    lines: Sequence[int]
    signal_types: Sequence[str]
    values: Sequence[bytes]
    labels: Texts | None = None
    label_schemes: Texts | None = None
    keys: tuple[Texts, Texts, Texts, Texts] | None = None
    notes: Texts | None = None
    are_disabled: Sequence[bool] | None = None
    disabled_until: Sequence[datetime | None] | None = None

    def __len__(self) -> int:
        return len(self.values)

    def entries(self) -> Iterator[NewEntry]:
        """Give the entries one by one."""
        for line, signal_type, value, label, scheme, key, note, is_disabled, until in self._rows():
            yield NewEntry(
                signal_type=signal_type,
                value=value,
                label=label,
                label_scheme=scheme,
                key=key,
                note=note,
                is_disabled=is_disabled,
                disabled_until=until,
                line=line,
            )

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        size = len(self)
        return zip(
            self.lines,
            self.signal_types,
            self.values,
            self.labels or repeat(None, size),
            self.label_schemes or repeat(None, size),
            map(_key, *self.keys) if self.keys else repeat(None, size),
            self.notes or repeat(None, size),
            self.are_disabled or repeat(False, size),
            self.disabled_until or repeat(None, size),
            strict=True,
        )


def staged_rows(block: EntryBlock) -> list[tuple[Any, ...]]:
    """Return every entry of a block as `staged_row` does one, in plain tuples.

    Raises `InvalidValue` if any cannot be stored; which one, `staged_row` says.
    """
    size = len(block)
    nothing: Texts = [None] * size
    keys = block.keys or (nothing, nothing, nothing, nothing)
    _check(block)
    rows = zip(
        map(identify, block.signal_types, block.values, zip(*keys, strict=True)),
        block.lines,
        block.signal_types,
        block.values,
        *keys,
        block.labels or nothing,
        block.label_schemes or nothing,
        block.notes or nothing,
        map(int, block.are_disabled or repeat(False, size)),
        map(moment_text, block.disabled_until or repeat(None, size)),
        strict=True,
    )
    return list(rows)


def _check(block: EntryBlock) -> None:
    for value in (min(block.values, key=len), max(block.values, key=len)):
        check_value(value)
    check_notes([note for note in block.notes or () if note])
    for column in (block.signal_types, block.labels, block.label_schemes, *(block.keys or ())):
        # Most columns of a list say few different things.
        check_texts([text for text in set(column or ()) if text])


def _key(source: str | None, environment: str | None, issuer: str | None, entry_id: str | None) -> EntryKey | None:
    if source is None or environment is None or issuer is None or entry_id is None:
        return None
    return EntryKey(source=source, environment=environment, issuer=issuer, entry_id=entry_id)
