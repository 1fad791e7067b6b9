"""Banks by their share: how HMA's clients make, rename and switch them, each in one transaction.

A share of 0 is a bank that is switched off; any other is a bank that is on and rolled out to that share.
"""

from safelight.access import steps as access
from safelight.banks import queries, steps
from safelight.banks.bank import Bank
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.roles import Actor


def share_of(bank: Bank) -> int:
    """Return the share of media, in ten-thousandths, that a bank is matched against."""
    return bank.rollout if bank.is_enabled else 0


def create_shared_bank(engine: Engine, clock: Clock, actor: Actor, *, name: str, share: int) -> Bank:
    """Make a bank that is rolled out to a share. Raises `InvalidValue` or `AlreadyExists`."""
    with write(engine) as tx:
        steps.create_bank(tx, clock, actor, name=name)
        _set_share(tx, clock, actor, queries.find_bank(tx, name), share)
        return queries.find_bank(tx, name)


def change_shared_bank(
    engine: Engine, clock: Clock, actor: Actor, *, bank: str, name: str | None = None, share: int | None = None
) -> Bank:
    """Give a bank another name or share; None leaves either as it is. Return the bank as it is then.

    API keys that are for it follow its name.

    Raises `NotFound`, `InvalidValue` or `AlreadyExists`.
    """
    with write(engine) as tx:
        found = queries.find_bank(tx, bank)
        if name is not None and name != found.name:
            steps.rename_bank(tx, clock, actor, bank_id=found.id, name=name)
            access.follow_bank(tx, found.name, name=name)
        if share is not None:
            _set_share(tx, clock, actor, found, share)
        return queries.find_bank(tx, name or found.name)


def _set_share(tx: Tx, clock: Clock, actor: Actor, bank: Bank, share: int) -> None:
    """Change only what differs: each change is an audit entry, and has every process look again."""
    if share == 0:
        if bank.is_enabled:
            steps.disable_bank(tx, clock, actor, bank_id=bank.id)
        return
    if share != bank.rollout:
        steps.set_rollout(tx, clock, actor, bank_id=bank.id, share=share)
    if not bank.is_enabled:
        steps.enable_bank(tx, clock, actor, bank_id=bank.id)
