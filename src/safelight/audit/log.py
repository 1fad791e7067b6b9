"""Writing the audit log: one entry for each step, in the step's own transaction."""

import json

from safelight.audit import store
from safelight.audit.entry import Details, check_details
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.roles import Actor


def write(
    tx: Tx,
    *,
    clock: Clock,
    actor: Actor,
    verb: str,
    target: str,
    reason: str = "",
    details: Details | None = None,
) -> int:
    """Add an entry and return its number. It stands or falls with the transaction that it describes.

    Raises `InvalidValue` when a detail is anything but a number or a short text.
    """
    details = details or {}
    check_details(details)
    return store.add(
        tx,
        {
            "at": clock.now(),
            "actor_kind": actor.kind.value,
            "actor_name": actor.name,
            "verb": verb,
            "target": target,
            "reason": reason,
            "details": json.dumps(details, sort_keys=True),
        },
    )
