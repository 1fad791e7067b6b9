"""Erasing what is left of destroyed evidence, and of leave to read, when its time is over."""

from datetime import datetime

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.roles import Actor
from safelight.vault.store import ended_rows


def erase_grants(tx: Tx, clock: Clock, actor: Actor, *, before: datetime) -> int:
    """Delete the grants that expired before a moment; return how many. Who looked stays in the audit log."""
    count = ended_rows.delete_grants(tx, before)
    if count:
        log.write(tx, clock=clock, actor=actor, verb="erase_grants", target="vault:all", details={"grants": count})
    return count


def erase_destroyed_facts(tx: Tx, clock: Clock, actor: Actor, *, before: datetime) -> int:
    """Erase names and free texts of holds and orders of evidence that was destroyed before a moment.

    Returns of how many. Their kinds and times, and the evidence's id, size and times stay; so does the certificate of
    the destruction in the audit log and beside the blobs.
    """
    holds, orders = ended_rows.erase_hold_texts(tx, before), ended_rows.erase_order_texts(tx, before)
    if holds or orders:
        details = {"holds": holds, "orders": orders}
        log.write(tx, clock=clock, actor=actor, verb="erase_destroyed_facts", target="vault:all", details=details)
    return holds + orders
