"""Claiming, answering and finding requests, each within the transaction that it is given or in one of its own."""

import secrets
import uuid
from datetime import datetime, timedelta

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.intake import store
from safelight.intake.request import Claim, ClaimLost, Outcome, Request, RequestDigests, require_same


def claim(
    engine: Engine, clock: Clock, digests: RequestDigests, *, lease: timedelta, kept: timedelta
) -> Claim | Request:
    """Take a request to answer it, for the length of a lease; else return it: it is answered, or being answered.

    One whose time is over, or whose claimant fell silent, is taken anew. Raises `IdempotencyConflict` where another
    request is answered, or being answered, under this key.
    """
    while (found := _try_claim(engine, clock, digests, lease=lease, kept=kept)) is None:
        pass  # it was given back, or forgotten, just as it was looked for
    return found


def _try_claim(
    engine: Engine, clock: Clock, digests: RequestDigests, *, lease: timedelta, kept: timedelta
) -> Claim | Request | None:
    with write(engine) as tx:
        now = clock.now()
        token, until = secrets.token_hex(16), now + lease
        if (added := store.add_request(tx, uuid.uuid4().hex, digests, token=token, now=now, until=until)) is not None:
            return Claim(id=added, token=token)
        found = store.lock_request(tx, digests.key)
        if found is None:
            return None
        is_over = found.started_at <= now - kept
        if not is_over and (found.is_answered or found.is_in_flight(now)):
            require_same(found, digests.body)
            return found
        new_id = uuid.uuid4().hex if is_over else found.id
        store.take_over(tx, found.id, new_id, digests, token=token, now=now, until=until)
        return Claim(id=new_id, token=token)


def find_by_key(tx: Tx, key_digest: bytes) -> Request | None:
    """Return the request that came under a key."""
    return store.find_by_key(tx, key_digest)


def answer(tx: Tx, clock: Clock, claimed: Claim, outcome: Outcome) -> None:
    """Write down what a claimed request is answered, in the transaction that does what follows from it.

    Raises `ClaimLost` where another has the claim by now: then all of that transaction is undone.
    """
    if not store.answer(tx, claimed, outcome, clock.now()):
        raise ClaimLost


def add_answered(tx: Tx, clock: Clock, request_id: str, outcome: Outcome) -> None:
    """Write down the answer of a request that came under no key, so that one can ask by its id what became of it."""
    store.add_answered(tx, request_id, outcome, clock.now())


def settle(tx: Tx, spool_id: str, outcome: Outcome) -> None:
    """Write down what became of media that waited in the spool; nothing where its request is no longer kept."""
    store.settle(tx, spool_id, outcome)


def renew(engine: Engine, clock: Clock, claimed: Claim, *, lease: timedelta) -> bool:
    """Let a claim last for another lease from now on; False where it is answered, or another's by now."""
    with write(engine) as tx:
        return store.renew(tx, claimed, clock.now() + lease)


def release(engine: Engine, claimed: Claim) -> None:
    """Give a claim back unanswered: the next who asks begins anew. Nothing where another has it by now."""
    with write(engine) as tx:
        store.release(tx, claimed)


def forget(tx: Tx, before: datetime) -> int:
    """Delete the requests that came before a moment, and return how many."""
    return store.forget_requests(tx, before)
