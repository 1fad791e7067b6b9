"""Writing the audit log: one entry for each step, in the step's own transaction."""

import json

from safelight.audit import store
from safelight.audit.entry import Details, check_details
from safelight.audit.leaf import new_salt, salted_digest
from safelight.clock import Clock
from safelight.database.text import storable_text
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

    It waits for its leaf in the Merkle log until somebody calls `safelight.audit.sequencing.number_waiting`.

    Raises `InvalidValue` when a detail is anything but a number or a short text. Of a reason that is not UTF-8, what
    cannot be stored becomes `?`: an act is never left unrecorded for want of a letter.
    """
    check_details(details or {})
    why, told, salt = storable_text(reason), json.dumps(details or {}, sort_keys=True), new_salt()
    return store.add(
        tx,
        {
            "at": clock.now(),
            "actor_kind": actor.kind.value,
            "actor_name": storable_text(actor.name),
            "verb": verb,
            "target": storable_text(target),
            "reason": why,
            "details": told,
            "salt": salt,
            "digest": salted_digest(salt, why, told),
        },
    )
