"""What every step does first and last: it takes its turn, and leaves an audit entry."""

from collections.abc import Collection

from safelight.access.store import mark_rows
from safelight.audit import log
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.roles import Actor, Permission, require_permission


def take_turn(tx: Tx) -> None:
    """Wait until no other change of access is under way, and let later ones wait for the end of this transaction.

    What is asked of the database after this stays true until then. The mark is another from then on.
    """
    mark_rows.touch(tx)


def begin(tx: Tx, actor: Actor) -> None:
    """Take the turn of an actor who may change access. Raises `NotAllowed` for others."""
    require_permission(actor, Permission.ACCESS_WRITE)
    take_turn(tx)


def note(tx: Tx, clock: Clock, actor: Actor, verb: str, target: str, *, reason: str = "", **details: int | str) -> None:
    """Write the audit entry. The last thing that a step does."""
    log.write(tx, clock=clock, actor=actor, verb=verb, target=target, reason=reason, details=details)


def differences(before: Collection[str], after: Collection[str]) -> dict[str, str]:
    """Return what came and what went, one detail each."""
    told = dict.fromkeys(sorted(set(after) - set(before)), "added")
    return told | dict.fromkeys(sorted(set(before) - set(after)), "taken away")
