"""Erasing names from banks when their time is over. What matches does not change."""

from datetime import datetime

from safelight.audit import log
from safelight.banks.store import erasure_rows
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.roles import Actor


def erase_names(tx: Tx, clock: Clock, actor: Actor, *, before: datetime) -> int:
    """Erase who brought batches and had opinions before a moment, and the opinions' words; return of how many rows.

    The audit log says that it was done, with the counts; where there was nothing to erase it says nothing.
    """
    opinions, batches = erasure_rows.erase_opinions(tx, before), erasure_rows.erase_batch_names(tx, before)
    if opinions or batches:
        details = {"opinions": opinions, "batches": batches}
        log.write(tx, clock=clock, actor=actor, verb="erase_names", target="banks:all", details=details)
    return opinions + batches
