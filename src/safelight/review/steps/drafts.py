"""Drafts: what somebody has written so far about a case. One each, kept whoever has the case by then."""

from datetime import datetime

from safelight.access.names import name_key
from safelight.audit import log
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.review.queries import case_target, find_case
from safelight.review.sealed_text import SealedText
from safelight.review.store import text_rows
from safelight.roles import Actor


def save_draft(tx: Tx, clock: Clock, actor: Actor, case_id: int, text: SealedText) -> None:
    """Keep what somebody has written, in the place of what they had. Raises `NotFound`."""
    now = see(tx, clock)
    find_case(tx, case_id)
    author = name_key(actor.name)
    text_rows.remove_drafts(tx, [case_id], author)
    text_rows.add(tx, case_id, text, now, author_key=author)
    log.write(tx, clock=clock, actor=actor, verb="save_draft", target=case_target(case_id))


def erase_drafts(tx: Tx, clock: Clock, actor: Actor, *, before: datetime) -> int:
    """Erase the drafts that were last saved before a moment, and return how many."""
    count = text_rows.erase_drafts(tx, before)
    if count:
        log.write(tx, clock=clock, actor=actor, verb="erase_drafts", target="case:all", details={"drafts": count})
    return count
