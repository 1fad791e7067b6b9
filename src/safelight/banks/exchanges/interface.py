"""What a list format can do: read entries out of a list, and write entries as one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from safelight.banks.entry import Entry, NewEntry
from safelight.banks.entry_block import EntryBlock
from safelight.banks.list_source import ListSource


class Unit(StrEnum):
    """What a place in a list is counted in."""

    LINE = "line"
    ENTRY = "entry"


PLURALS = {Unit.LINE: "lines", Unit.ENTRY: "entries"}
"""The word for several of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A line that is no entry, and why. `reason` never repeats a listed value."""

    line: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListHead:
    """The bank that a list was written from, as it was then: its entries by signal type, and thresholds set for it.

    `is_allow_list` says whether its entries suppress matches instead of being some.
    """

    bank: str
    is_allow_list: bool
    written_at: datetime
    counts: Mapping[str, int]
    thresholds: Mapping[str, int]


Item = NewEntry | EntryBlock | Rejected | ListHead
"""What readers give: an entry, many entries at once, what is no entry, and what the list says of itself."""


class ListReader(Protocol):
    """Reads one list format."""

    @property
    def format(self) -> str:
        """The name of the format, kept with every entry as its provenance."""
        ...

    @property
    def unit(self) -> Unit:
        """What the list's items are counted in."""
        ...

    def read(self, source: ListSource) -> Iterator[Item]:
        """Give every entry, in order; blank lines give none. Memory is bounded whatever the list.

        Raises `ListRefused` when the list as a whole cannot be read, for instance for want of a column.
        """
        ...


class ListWriter(Protocol):
    """Writes one list format; the reader of the same format reads the same entries back."""

    @property
    def format(self) -> str:
        """The name of the format."""
        ...

    def write(self, entries: Iterable[Entry], head: ListHead) -> Iterator[bytes]:
        """Give the bytes of a list, piece by piece. `head` may go into it if the format has a place for it."""
        ...
