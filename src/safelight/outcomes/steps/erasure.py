"""Erasing what outcomes, contacts and actions hold of people. Kinds, numbers and times stay."""

from datetime import datetime

from safelight.audit import log
from safelight.audit.entry import Details
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.outcomes.store import action_rows, contact_rows, outcome_rows, text_rows
from safelight.roles import Actor


def erase_outcomes(tx: Tx, clock: Clock, actor: Actor, *, before: datetime) -> int:
    """Erase what is sealed of contacts that were closed before a moment, and the rest of what was written by then.

    That is the remarks of outcomes, and the account and content of actions. Returns of how many rows something went.
    """
    texts = [*contact_rows.forget_texts(tx, before), *outcome_rows.forget_texts(tx, before)]
    text_rows.remove(tx, texts)
    count = len(texts) + action_rows.erase(tx, before)
    if count:
        details: Details = {"rows": count}
        log.write(tx, clock=clock, actor=actor, verb="erase_outcomes", target="outcome:all", details=details)
    return count
