"""Some thousand entries as the body of a dump's block: their values as they are, all else as compressed text.

Values are the better part of a dump and do not compress. The rest is eleven columns of text, cut by characters that no
text of an entry may hold. docs/reference/bank-dump.md describes every byte.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

from safelight.banks.entry import Entry
from safelight.banks.entry_block import EntryBlock, Texts
from safelight.errors import InvalidValue

MAX_ROWS = 4_096
MAX_VALUES_BYTES = 4 << 20
MAX_TEXT_BYTES = 2 << 20

_HEAD = struct.Struct("<III")
_COLUMNS = 11
_NEXT_COLUMN, _NEXT_ROW, _NOTHING = "\2", "\0", "\1"
_LEVEL = 3
_MAX_SIZE_DIGITS = 7


def pack_blocks(entries: Iterable[Entry]) -> Iterator[tuple[int, bytes]]:
    """Give the number of rows and the body of each block."""
    for part in _parts(entries):
        yield from _packed(part)


def unpack_block(body: bytes, first: int) -> EntryBlock:
    """Return the entries of a block; `first` is the number of the first of them.

    Whatever the body says, it takes no more memory than some times `MAX_VALUES_BYTES` and `MAX_TEXT_BYTES`. Raises
    `InvalidValue` for a body that is no block; its entries may still be such as cannot be stored.
    """
    if len(body) < _HEAD.size:
        raise InvalidValue("a block is too short")
    rows, values_bytes, text_bytes = _HEAD.unpack_from(body)
    if not 0 < rows <= MAX_ROWS or values_bytes > MAX_VALUES_BYTES or text_bytes > MAX_TEXT_BYTES:
        raise InvalidValue("a block says that it holds more than one may")
    end = _HEAD.size + values_bytes
    text = _decompress(body[end:], text_bytes)
    columns = [_unpack_column(column, rows) for column in text.split(_NEXT_COLUMN, _COLUMNS)]
    if len(columns) != _COLUMNS:
        raise InvalidValue("a block has not the columns that one has")
    signal_types, sizes, *rest = columns
    return _block(first, _full(signal_types, rows), _cut(body[_HEAD.size : end], _full(sizes, rows)), rest)


def _parts(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    part: list[Entry] = []
    size = 0
    for entry in entries:
        if len(part) == MAX_ROWS or (part and size + len(entry.value) > MAX_VALUES_BYTES):
            yield part
            part, size = [], 0
        part.append(entry)
        size += len(entry.value)
    if part:
        yield part


def _packed(entries: Sequence[Entry]) -> Iterator[tuple[int, bytes]]:
    text = _NEXT_COLUMN.join(map(_pack_column, _columns(entries))).encode()
    if len(text) > MAX_TEXT_BYTES:
        half = len(entries) // 2  # never none: one entry has less text than that
        yield from _packed(entries[:half])
        yield from _packed(entries[half:])
        return
    values = b"".join([entry.value for entry in entries])
    yield len(entries), _HEAD.pack(len(entries), len(values), len(text)) + values + zlib.compress(text, _LEVEL)


def _columns(entries: Sequence[Entry]) -> Iterator[Texts]:
    keys = [entry.key for entry in entries]
    yield [entry.signal_type for entry in entries]
    yield [str(len(entry.value)) for entry in entries]
    yield [key.source if key else None for key in keys]
    yield [key.environment if key else None for key in keys]
    yield [key.issuer if key else None for key in keys]
    yield [key.entry_id if key else None for key in keys]
    yield [entry.label for entry in entries]
    yield [entry.label_scheme for entry in entries]
    yield [entry.note for entry in entries]
    yield ["1" if entry.disabled else None for entry in entries]
    yield [entry.disabled_until.isoformat() if entry.disabled_until else None for entry in entries]


def _pack_column(column: Texts) -> str:
    """Return the texts of a column; one alone if it is the same in every row."""
    if column.count(column[0]) == len(column):
        column = column[:1]
    return _NEXT_ROW.join(_NOTHING if text is None else text for text in column)


def _unpack_column(packed: str, rows: int) -> Texts | None:
    """Return a column, None if it is empty in every row."""
    if packed == _NOTHING:
        return None
    texts: Texts = packed.split(_NEXT_ROW, rows)
    if len(texts) == 1:
        texts = [packed] * rows
    elif len(texts) != rows:
        raise InvalidValue("a column has not as many texts as there are rows")
    return [None if text == _NOTHING else text for text in texts] if _NOTHING in packed else texts


def _decompress(packed: bytes, size: int) -> str:
    engine = zlib.decompressobj()
    try:
        # One byte more than it says: what is not longer than that was not cut off.
        text = engine.decompress(packed, size + 1)
        is_whole = engine.eof and not engine.unused_data and len(text) == size
        if not is_whole:
            raise InvalidValue("the text of a block is not as long as it says")
        return text.decode()
    except (zlib.error, UnicodeDecodeError):
        raise InvalidValue("the text of a block cannot be read") from None


def _full(column: Texts | None, rows: int) -> list[str]:
    texts = [text for text in column or () if text is not None]
    if len(texts) != rows:
        raise InvalidValue("an entry has no signal type or size")
    return texts


def _cut(values: bytes, sizes: Sequence[str]) -> list[bytes]:
    known = {text: _size(text) for text in set(sizes)}
    lengths = [known[text] for text in sizes]
    ends = list(accumulate(lengths))
    if ends[-1] != len(values):
        raise InvalidValue("the values of a block are not as long as it says")
    return [values[end - length : end] for end, length in zip(ends, lengths, strict=True)]


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_SIZE_DIGITS):
        raise InvalidValue("the size of a value is no number")
    return int(text)


def _block(first: int, signal_types: Sequence[str], values: Sequence[bytes], rest: Sequence[Any]) -> EntryBlock:
    sources, environments, issuers, entry_ids, labels, schemes, notes, disabled, until = rest
    return EntryBlock(
        lines=range(first, first + len(values)),
        signal_types=signal_types,
        values=values,
        labels=labels,
        label_schemes=schemes,
        keys=_keys((sources, environments, issuers, entry_ids)),
        notes=notes,
        are_disabled=disabled and [bool(text) for text in disabled],
        disabled_until=until and [_moment(text) for text in until],
    )


def _keys(parts: tuple[Texts | None, ...]) -> tuple[Texts, Texts, Texts, Texts] | None:
    if parts.count(None) == len(parts):
        return None
    sources, environments, issuers, entry_ids = parts
    if sources is None or environments is None or issuers is None or entry_ids is None:
        raise InvalidValue("a key lacks a part")
    if any(row.count(None) % len(parts) for row in zip(sources, environments, issuers, entry_ids, strict=True)):
        raise InvalidValue("a key lacks a part")
    return sources, environments, issuers, entry_ids


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidValue("the time until which an entry is disabled is no time") from None
