"""Which banks a request may look in: those that it names, within those that its key is for."""

from collections.abc import Collection

from safelight.roles import Actor, require_bank


def banks_in_scope(actor: Actor, asked: Collection[str] | None) -> frozenset[str] | None:
    """Return the banks to look in, None for all enabled ones. Raises `NotAllowed` for one that the key is not for."""
    if asked is None:
        return actor.bank_names
    for name in asked:
        require_bank(actor, name)
    return frozenset(asked)
