"""What a list format can do: read entries out of lines, and write entries as lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from safelight.banks.entry import Entry, NewEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A line that is no entry, and why. `reason` never repeats a listed value."""

    line: int | None
    reason: str


class ListReader(Protocol):
    """Reads one list format."""

    @property
    def format(self) -> str:
        """The name of the format, kept with every entry as its provenance."""
        ...

    def read(self, lines: Iterable[str]) -> Iterator[NewEntry | Rejected]:
        """Give one item for each entry, in order; blank lines give none. `lines` have their line ends.

        Raises `ListRefused` when the list as a whole cannot be read, for instance for want of a column.
        """
        ...


class ListWriter(Protocol):
    """Writes one list format; the reader of the same format reads the same entries back."""

    @property
    def format(self) -> str:
        """The name of the format."""
        ...

    def write(self, entries: Iterable[Entry]) -> Iterator[str]:
        """Give the lines of a list, each with its line end."""
        ...
