"""What a list would change in a bank: new entries, changed ones, and those that are there already."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from safelight.banks.batch import Counts
from safelight.banks.entry import StagedRow


class CurrentRow(Protocol):
    """What a bank holds under an identity."""

    id: int
    value: bytes
    label: str | None
    label_scheme: str | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Rows to store. `replacing` holds for each changed entry its number, its value and the row that replaces it."""

    new: Sequence[StagedRow]
    replacing: Sequence[tuple[int, bytes, StagedRow]]
    already_there: int
    withdrawn_here: int = 0

    @property
    def counts(self) -> Counts:
        """How many of each."""
        return Counts(
            added=len(self.new),
            replaced=len(self.replacing),
            already_there=self.already_there,
            withdrawn_here=self.withdrawn_here,
        )


def compare(
    rows: Sequence[StagedRow],
    current: Mapping[bytes, CurrentRow],
    withdrawn: Collection[tuple[bytes, bytes]] = frozenset(),
) -> Comparison:
    """Compare rows of distinct identities with what the bank holds under these.

    `withdrawn` are the identities and values that a person took out of the bank: rows of the same are not stored.
    How an entry is switched on or off is the operator's own, so a difference in that alone changes nothing.
    """
    if not current and not withdrawn:
        return Comparison(new=rows, replacing=(), already_there=0)  # as in a first import, where rows are many
    new: list[StagedRow] = []
    replacing: list[tuple[int, bytes, StagedRow]] = []
    already_there = withdrawn_here = 0
    for row in rows:
        old = current.get(row.identity)
        if (row.identity, row.value) in withdrawn:
            withdrawn_here += 1
        elif old is None:
            new.append(row)
        elif (old.value, old.label, old.label_scheme, old.note) == (row.value, row.label, row.label_scheme, row.note):
            already_there += 1
        else:
            replacing.append((old.id, old.value, row))
    return Comparison(new=new, replacing=replacing, already_there=already_there, withdrawn_here=withdrawn_here)
