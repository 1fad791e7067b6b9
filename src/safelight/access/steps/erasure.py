"""Erasing keys and names when their time is over. What anybody may do does not change."""

from datetime import datetime

from safelight.access.steps.record import note
from safelight.access.store import key_rows, person_rows
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.roles import Actor


def erase_ended(tx: Tx, clock: Clock, actor: Actor, *, before: datetime) -> int:
    """Remove keys that ended, and erase the names of persons who were disabled, before a moment; return how many.

    The audit log says that it was done, with the counts; where there was nothing to erase it says nothing.
    """
    keys, persons = key_rows.remove_ended(tx, before), person_rows.erase_disabled(tx, before)
    if keys or persons:
        note(tx, clock, actor, "erase_ended_access", "access:all", keys=keys, persons=persons)
    return keys + persons
