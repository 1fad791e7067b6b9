"""A bank as one compact binary file that another Safelight opens: nothing that an entry says is lost."""

import json
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from safelight.banks.dump_block import pack_blocks, unpack_block
from safelight.banks.dump_frames import DONE, HEAD, ROWS, FrameReader, FrameWriter
from safelight.banks.entry import Entry
from safelight.banks.entry_block import EntryBlock
from safelight.banks.exchanges.interface import Item, ListHead, Rejected, Unit
from safelight.banks.list_source import ListSource
from safelight.banks.value import check_signal
from safelight.errors import InvalidValue

_TOTAL = struct.Struct("<Q")
_MAX_HEAD_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BankDump:
    """Reads and writes bank dumps (docs/reference/bank-dump.md). Values of every signal type are kept as they are.

    A dump says everything itself, so nothing can be given that would hold for all its entries.
    """

    @property
    def format(self) -> str:
        """The name of the format."""
        return "dump"

    @property
    def unit(self) -> Unit:
        """What its places are counted in."""
        return Unit.ENTRY

    def read(self, source: ListSource) -> Iterator[Item]:
        """Give what the dump says of its bank, then its entries. Raises `ListRefused` for one cut short or damaged."""
        return _Reading(source).items()

    def write(self, entries: Iterable[Entry], head: ListHead) -> Iterator[bytes]:
        """Give the bytes of a dump."""
        writer = FrameWriter()
        yield writer.start + writer.frame(HEAD, _pack_head(head))
        total = 0
        for rows, body in pack_blocks(entries):
            total += rows
            yield writer.frame(ROWS, body)
        yield writer.frame(DONE, _TOTAL.pack(total))


class _Reading:
    """One dump while it is read."""

    def __init__(self, source: ListSource) -> None:
        self._source = source
        self._frames = FrameReader(source)
        self._head: ListHead | None = None
        self._counts: Counter[str] = Counter()

    def items(self) -> Iterator[Item]:
        for kind, body in self._frames.frames():
            if (kind == HEAD) != (self._head is None):
                self._frames.refuse("has not one head, at its beginning")
            try:
                yield from self._items_of(kind, body)
            except InvalidValue as error:
                self._frames.refuse(f"is not as dumps are: {error}")

    def _items_of(self, kind: bytes, body: bytes) -> Iterator[Item]:
        if kind == HEAD:
            self._head = _unpack_head(body)
            yield self._head
        elif kind == ROWS:
            block = unpack_block(body, self._source.items_read + 1)
            self._counts.update(block.signal_types)
            self._source.items_read += len(block)
            yield from _checked(block)
        else:
            self._check_total(body)

    def _check_total(self, body: bytes) -> None:
        announced = dict(self._head.counts) if self._head else {}
        if body != _TOTAL.pack(self._source.items_read) or announced != self._counts:
            raise InvalidValue("it does not hold as many entries as it says")


def _checked(block: EntryBlock) -> Iterator[Item]:
    """Give a block if the values in it are such as their types have, else its entries one by one."""
    sizes = set(zip(block.signal_types, map(len, block.values), strict=True))
    if not any(_fault(signal_type, size) for signal_type, size in sizes):
        yield block
        return
    for entry in block.entries():
        fault = _fault(entry.signal_type, len(entry.value))
        yield Rejected(line=entry.line, reason=fault) if fault else entry


def _fault(signal_type: str, size_bytes: int) -> str:
    try:
        check_signal(signal_type, size_bytes)
    except InvalidValue as error:
        return str(error)
    return ""


def _pack_head(head: ListHead) -> bytes:
    members = {
        "bank": head.bank,
        "is_allow_list": head.is_allow_list,
        "written_at": head.written_at.isoformat(),
        "entries": dict(head.counts),
        "thresholds": dict(head.thresholds),
    }
    return json.dumps(members, ensure_ascii=False).encode()


def _unpack_head(body: bytes) -> ListHead:
    if len(body) > _MAX_HEAD_BYTES:
        raise InvalidValue("its head is too long")
    try:
        members = json.loads(body)
        return ListHead(
            bank=_text(members["bank"]),
            is_allow_list=_truth(members["is_allow_list"]),
            written_at=datetime.fromisoformat(_text(members["written_at"])),
            counts=_numbers(members["entries"]),
            thresholds=_numbers(members["thresholds"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        raise InvalidValue("its head cannot be read") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _numbers(value: object) -> Mapping[str, int]:
    if not isinstance(value, dict) or not all(type(number) is int for number in value.values()):
        raise TypeError
    return value
