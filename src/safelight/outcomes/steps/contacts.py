"""Writing contacts down, closing them, and telling that a clock of theirs nears its end."""

from datetime import datetime, timedelta

from safelight.audit import log
from safelight.audit.entry import Details
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import UsageError
from safelight.outcomes.contact import (
    PRESERVING,
    Contact,
    DueAlarm,
    NewContact,
    check_contact,
    check_contact_id,
    contact_target,
    told_otherwise,
)
from safelight.outcomes.queries import find_contact, missing_contact
from safelight.outcomes.sealed_text import SealedText
from safelight.outcomes.store import contact_rows, text_rows
from safelight.roles import Actor

MOST_AT_ONCE = 200
"""Contacts of which one transaction tells."""


def add_contact(tx: Tx, clock: Clock, actor: Actor, new: NewContact, text: SealedText) -> tuple[Contact, bool]:
    """Write a contact down; return it, and whether it is new: one that was told under the text's name is left alone.

    What it renews is closed with that: its clock goes on in the new one. Raises `InvalidValue`, and `AlreadyExists`
    where another was told under that name.
    """
    now = see(tx, clock)
    check_contact(new, now)
    if not text_rows.add(tx, text, now):
        there = contact_rows.find_told(tx, text.id)
        if there is None or _told(there) != _told(new):
            raise told_otherwise()
        return there, False
    if new.renews_id is not None:
        _close_renewed(tx, clock, actor, new.renews_id)
    number = contact_rows.add(
        tx,
        case_id=new.case_id,
        report_id=new.report_id,
        kind=new.kind.value,
        renews_id=new.renews_id,
        received_at=new.received_at,
        due_at=new.due_at,
        recorded_at=now,
        text_id=text.id,
    )
    details: Details = {"case": new.case_id, "kind": new.kind.value}
    _write(tx, clock, actor, "add_contact", number, details=details)
    return find_contact(tx, number), True


def set_due(tx: Tx, contact: Contact, due_at: datetime) -> Contact:
    """Let a contact that was added in this transaction be due at the end of what it started, and return it."""
    contact_rows.put(tx, contact.id, due_at=due_at)
    return find_contact(tx, contact.id)


def close_contact(tx: Tx, clock: Clock, actor: Actor, contact_id: int) -> Contact:
    """Note that there is nothing left to do about a contact: its clock stops. Raises `NotFound`, `UsageError`."""
    check_contact_id(contact_id)
    found = contact_rows.lock(tx, contact_id)
    if found is None:
        raise missing_contact(contact_id)
    if found.closed_at is not None:
        raise UsageError(f"Contact {contact_id} was closed on {found.closed_at:%Y-%m-%d} already. Nothing was changed.")
    contact_rows.put(tx, contact_id, closed_at=see(tx, clock))
    _write(tx, clock, actor, "close_contact", contact_id)
    return find_contact(tx, contact_id)


def _told(contact: Contact | NewContact) -> tuple[object, ...]:
    due_at = contact.due_at if contact.kind not in PRESERVING else None  # their holds say when that is
    return contact.case_id, contact.report_id, contact.kind, contact.renews_id, contact.received_at, due_at


def _close_renewed(tx: Tx, clock: Clock, actor: Actor, contact_id: int) -> None:
    found = contact_rows.lock(tx, contact_id)
    if found is not None and found.closed_at is None:
        close_contact(tx, clock, actor, contact_id)


def alarm_contacts(tx: Tx, clock: Clock, actor: Actor, *, before: timedelta) -> list[Contact]:
    """Mark open contacts that are due within this time, or overdue, and return those that were not so marked before."""
    now = see(tx, clock)
    marked = []
    for each in contact_rows.lock_alarming(tx, now=now, near=now + before, limit=MOST_AT_ONCE):
        is_over = each.due_at is not None and each.due_at <= now
        alarm = DueAlarm.OVER if is_over else DueAlarm.NEAR
        contact_rows.put(tx, each.id, alarm=alarm.value)
        _write(tx, clock, actor, "alarm_contact", each.id, details={"alarm": alarm.value})
        marked.append(find_contact(tx, each.id))
    return marked


def _write(tx: Tx, clock: Clock, actor: Actor, verb: str, contact_id: int, *, details: Details | None = None) -> None:
    log.write(tx, clock=clock, actor=actor, verb=verb, target=contact_target(contact_id), details=details or {})
