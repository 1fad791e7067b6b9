"""Options that name one entry of a bank, shared by the commands that edit entries."""

from typing import Annotated

from cyclopts import Parameter

from safelight.app import Workspace
from safelight.banks.entry import LARGEST_ENTRY_ID
from safelight.errors import InvalidValue, NotFound

Reason = Annotated[str, Parameter(help="Why; kept in the audit log.")]
OptionalEntry = Annotated[
    int | None, Parameter(name="--entry", help="One entry, by its number, instead of the whole bank.")
]
EntryId = Annotated[int, Parameter(name="--entry", help="The entry, by its number.")]


def check_entry_id(entry_id: int) -> None:
    """Raise `InvalidValue` for a number that no entry can have: the database would not even take the question."""
    if not 1 <= entry_id <= LARGEST_ENTRY_ID:
        raise InvalidValue(
            f"{entry_id} is no number of an entry: they are counted from 1. `safelight bank show NAME` shows them."
        )


def require_entry(house: Workspace, name: str, entry_id: int) -> int:
    """Return the entry's number if it is in the named bank: nobody edits another bank's entry by a slip.

    Raises `NotFound`, or `InvalidValue` for what is no number of an entry.
    """
    check_entry_id(entry_id)
    bank_name = house.find_entry_bank(entry_id)
    if bank_name is None or bank_name.casefold() != name.casefold():
        raise NotFound(f"The bank {name} has no entry {entry_id}. `safelight bank show {name}` lists its entries.")
    return entry_id
