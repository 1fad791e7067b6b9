"""Which banks a question is about: by their names, and whether anything is in them."""

from collections.abc import Collection
from dataclasses import replace

from safelight.banks.bank import Bank
from safelight.errors import NotFound, NothingToMatch, UsageError
from safelight.matching.follower import Holdings
from safelight.matching.snapshot import Snapshot, is_asked


def ids_of_banks(holdings: Holdings, bank_names: Collection[str]) -> frozenset[int]:
    """Return the numbers of the banks of these names, all of which can be searched.

    Raises `NotFound` for a name that no bank has, and `UsageError` where one is disabled or an allow-list.
    """
    by_name = {bank.name.casefold(): bank for bank in holdings.banks.values()}
    named = [_named(by_name.get(name.casefold()), name) for name in bank_names]
    disabled = [bank.name for bank in named if not bank.is_enabled]
    if disabled:
        raise UsageError(f"Disabled, so nothing was matched: {', '.join(disabled)}. Enable it, or leave it out.")
    allowing = [bank.name for bank in named if not is_asked(bank)]
    if allowing:
        raise UsageError(
            f"Allow-lists suppress matches and make none: {', '.join(allowing)}. Name the banks to match against; "
            "allow-lists for them count by themselves."
        )
    return frozenset(bank.id for bank in named)


def ids_of_known(holdings: Holdings, bank_names: Collection[str]) -> frozenset[int]:
    """Return the numbers of the banks that have one of these names; a name that no bank has is passed over."""
    names = {name.casefold() for name in bank_names}
    return frozenset(bank.id for bank in holdings.banks.values() if bank.name.casefold() in names)


def within(snapshot: Snapshot, bank_ids: frozenset[int] | None) -> Snapshot:
    """Return a snapshot in which none but the banks of these numbers are asked; None leaves it as it is."""
    return snapshot if bank_ids is None else replace(snapshot, asked=snapshot.asked & bank_ids)


def require_something(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot in which something can match. Raises `NothingToMatch`: that is not "nothing found"."""
    if not any(snapshot.count(signal_type) for signal_type in snapshot.indexes):
        raise NothingToMatch(
            "There is nothing to match against: no enabled bank holds an entry. `safelight bank list` shows them."
        )
    return snapshot


def _named(bank: Bank | None, name: str) -> Bank:
    if bank is None:
        raise NotFound(f"There is no bank {name!r}. `safelight bank list` shows those that there are.")
    return bank
