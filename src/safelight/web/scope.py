"""Which banks a request may look in: those that it names, within those that its key is for."""

from collections.abc import Collection, Iterable

from safelight.banks.bank import Bank
from safelight.roles import Actor, may_use_bank, require_bank


def banks_in_scope(actor: Actor, asked: Collection[str] | None) -> frozenset[str] | None:
    """Return the banks to look in, None for all enabled ones. Raises `NotAllowed` for one that the key is not for."""
    if asked is None:
        return actor.bank_names
    for name in asked:
        require_bank(actor, name)
    return frozenset(asked)


def banks_seen(actor: Actor, banks: Iterable[Bank]) -> frozenset[int] | None:
    """Return the numbers of those of the banks that an explanation may name; None where the key is for every one."""
    if actor.bank_names is None:
        return None
    return frozenset(bank.id for bank in banks if may_use_bank(actor, bank.name))
