"""Keys that are for named banks follow their banks."""

from safelight.access.queries import list_keys
from safelight.access.steps.record import take_turn
from safelight.access.store import key_rows
from safelight.database.transaction import Tx


def follow_bank(tx: Tx, was: str, *, name: str | None) -> None:
    """Let keys that are for a bank follow it to its new name; None: it was deleted, and they are not for it any more.

    A bank that gets the freed name later is another bank: no key is for it unless somebody says so. What was done to
    the bank has an audit entry of its own.
    """
    take_turn(tx)
    for key in list_keys(tx):
        if key.bank_names is None:
            continue
        kept = {each for each in key.bank_names if each.casefold() != was.casefold()}
        if len(kept) < len(key.bank_names):
            key_rows.set_banks(tx, key.id, kept if name is None else kept | {name})
