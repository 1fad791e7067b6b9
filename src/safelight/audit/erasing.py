"""Erasing what need not be kept for ever: reasons and details go, who did what to which and when stays."""

from datetime import datetime

from safelight.audit import log, store
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.roles import Actor

ERASE_VERB = "erase_records"
_NOUN = "audit_records"


def erase_records(tx: Tx, clock: Clock, actor: Actor, before: datetime) -> int:
    """Erase the reason, the details and the salt of every entry before a moment; return of how many.

    Their leaves stay, and so every proof. How many were erased is itself an entry, and in that one's leaf for ever (as
    `audit_records:COUNT`): a record that vanished by another way shows in `verify`. Safe to run twice.
    """
    count = store.erase(tx, before)
    if count:
        log.write(tx, clock=clock, actor=actor, verb=ERASE_VERB, target=f"{_NOUN}:{count}")
    return count


def told_count(target: object) -> int:
    """Return how many erased records an entry of this kind tells of; 0 for what is not written as it should be."""
    noun, _, count = str(target).partition(":")
    return int(count) if noun == _NOUN and count.isdecimal() else 0
