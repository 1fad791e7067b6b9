"""Erasing keys and names when their time is over. What anybody may do does not change."""

from datetime import datetime

from safelight.access.steps.enrolment import erase_credentials
from safelight.access.steps.record import note
from safelight.access.store import credential_rows, key_rows, passkey_rows, person_rows, session_rows, try_rows
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.roles import Actor


def erase_ended(tx: Tx, clock: Clock, actor: Actor, *, before: datetime) -> int:
    """Remove keys that ended, and erase the names of persons who were disabled, before a moment; return how many.

    What those persons signed in with goes too. The audit log says that it was done, with the counts; where there was
    nothing to erase it says nothing.
    """
    erase_credentials(tx, person_rows.erased_ids(tx, before))
    keys, persons = key_rows.remove_ended(tx, before), person_rows.erase_disabled(tx, before)
    if keys or persons:
        note(tx, clock, actor, "erase_ended_access", "access:all", keys=keys, persons=persons)
    return keys + persons


def forget_sign_ins(tx: Tx, before: datetime) -> int:
    """Remove what signing in left behind that ended before a moment, and return how many rows that were.

    These are sessions, browsers, invitations, challenges and wrong tries. All of them count for nothing any more; who
    signed in when stays in the audit log.
    """
    return (
        session_rows.remove_ended(tx, before)
        + credential_rows.remove_expired(tx, before)
        + passkey_rows.remove_expired_challenges(tx, before)
        + try_rows.remove_old(tx, before)
    )
