"""Contacts of law enforcement and courts: written down, closed, and what each of them starts or leads to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.errors import InvalidValue, UsageError
from safelight.flow.outcomes.desk import OutcomeDesk
from safelight.keys.kept import require_kept
from safelight.outcomes import queries, steps
from safelight.outcomes.contact import (
    PRESERVING,
    Contact,
    ContactKind,
    ContactText,
    NewContact,
    check_contact,
    contact_target,
    contact_text,
    read_contact_text,
    told_otherwise,
)
from safelight.reporting.queries import find_report
from safelight.review.queries import evidence_of, find_case
from safelight.roles import Actor, Permission, require_permission
from safelight.vault import holding
from safelight.vault.hold import Hold, HoldKind, law_enforcement_hold
from safelight.vault.queries import find_evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Evidence of a case, and the holds that keep it: what an order to destroy it has to name."""

    evidence_id: str
    hold_ids: tuple[int, ...]


def add_contact(desk: OutcomeDesk, new: NewContact, *, once: str | None = None) -> tuple[Contact, list[Hold]]:
    """Write a contact down, with the holds that it starts; return it, and them.

    Whoever asks for the same again under the same `once` is given what was written down at first, and no hold: nothing
    is new. Another is refused (`AlreadyExists`).

    A request to preserve (18 U.S.C. 2703(f)) holds all evidence that the case has at this moment, and a renewal holds
    it from the end of the hold before, and closes what it renews; the contact is due when the first of these ends. What
    asks for destruction destroys nothing, and releases nothing: `keeping` says what an order would have to name. Raises
    `NotAllowed` without `outcome:write` (and `hold:write` for what preserves), `NotFound`, `InvalidValue`, `UsageError`
    where there is no evidence to be held, `KeysNotExported`, `KeysUnusable`, `ClockWrong`.
    """
    check_contact(new, desk.clock.now())
    sealed = desk.seal(contact_text(new.text), once)
    with desk.acting(Permission.OUTCOME_WRITE) as (tx, actor):
        _require_belongs(tx, new)
        contact, is_new = steps.add_contact(tx, desk.clock, actor, new, sealed)
        require_kept(desk.keys, sealed.wrapped)
        holds: list[Hold] = []
        if is_new and new.kind in PRESERVING:
            require_permission(actor, Permission.HOLD_WRITE)
            holds = _hold(tx, desk, actor, contact)
            if contact.due_at is None:
                contact = steps.set_due(tx, contact, _soonest(holds))
    if not is_new and read_contact_text(desk.open_text(contact.text_id)) != new.text:
        raise told_otherwise()
    return contact, holds


def close_contact(desk: OutcomeDesk, contact_id: int) -> Contact:
    """Note that nothing is left to do about a contact; its holds go on.

    Raises `NotAllowed` without `outcome:write`, `NotFound`, `UsageError` where it is closed already.
    """
    with desk.acting(Permission.OUTCOME_WRITE) as (tx, actor):
        return steps.close_contact(tx, desk.clock, actor, contact_id)


def list_contacts(
    desk: OutcomeDesk,
    *,
    case_id: int | None = None,
    report_id: int | None = None,
    is_open: bool = False,
    after_id: int = 0,
    limit: int = 100,
) -> list[Contact]:
    """Return contacts whose number follows, the oldest first. Raises `NotAllowed` without `outcome:read`."""
    asked = {"case_id": case_id, "report_id": report_id}
    with desk.asking() as tx:
        return queries.page_contacts(tx, **asked, is_open=is_open, after_id=after_id, limit=limit)


def read_contact(desk: OutcomeDesk, contact_id: int) -> tuple[Contact, ContactText]:
    """Return a contact and what is sealed of it. Raises `NotAllowed` without `outcome:read`, `NotFound`."""
    with desk.asking() as tx:
        contact = queries.find_contact(tx, contact_id)
    return contact, read_contact_text(desk.open_text(contact.text_id))


def keeping(desk: OutcomeDesk, contact_id: int) -> list[Keeping]:
    """Return the living evidence of a contact's case, with the holds that an order to destroy it would have to name.

    Nothing is asked for by this. Raises `NotAllowed` without `outcome:read`, `NotFound`.
    """
    with desk.asking() as tx:
        living = _living(tx, queries.find_contact(tx, contact_id).case_id)
        now = desk.clock.now()
        return [
            Keeping(evidence_id=each, hold_ids=tuple(hold.id for hold in holding.active_holds(tx, each, now)))
            for each in living
        ]


def _require_belongs(tx: Tx, new: NewContact) -> None:
    find_case(tx, new.case_id)
    if new.report_id is not None and find_report(tx, new.report_id).case_id != new.case_id:
        raise InvalidValue(f"Report {new.report_id} is of another case. Nothing was written down.")
    if new.renews_id is None:
        return
    renewed = queries.find_contact(tx, new.renews_id)
    if renewed.case_id != new.case_id or renewed.kind not in PRESERVING:
        raise InvalidValue(f"Contact {renewed.id} is no request to preserve this case. Nothing was written down.")


def _hold(tx: Tx, desk: OutcomeDesk, actor: Actor, contact: Contact) -> list[Hold]:
    living = _living(tx, contact.case_id)
    if not living:
        raise UsageError(
            f"Case {contact.case_id} has no evidence that could be held, so that there is nothing to preserve. Nothing "
            f"was written down. What was asked can be written down as {ContactKind.INFORMAL_CONTACT.value}."
        )
    return [_hold_one(tx, desk, actor, contact, each) for each in living]


def _hold_one(tx: Tx, desk: OutcomeDesk, actor: Actor, contact: Contact, evidence_id: str) -> Hold:
    """Hold evidence, from the end of the hold of the request that is renewed where that keeps it still."""
    clock, days, reference = desk.clock, desk.law_enforcement_days, contact_target(contact.id)
    before = None if contact.renews_id is None else _last(tx, clock, evidence_id, contact_target(contact.renews_id))
    if before is not None:
        return holding.renew_hold(tx, clock, actor, before.id, reference=reference, days=days)
    new = law_enforcement_hold(contact.received_at, reference=reference, days=days)
    return holding.add_hold(tx, clock, actor, evidence_id, new)


def _last(tx: Tx, clock: Clock, evidence_id: str, reference: str) -> Hold | None:
    found = [
        hold
        for hold in holding.active_holds(tx, evidence_id, clock.now())
        if hold.kind is HoldKind.LAW_ENFORCEMENT and hold.reference == reference
    ]
    return found[-1] if found else None


def _living(tx: Tx, case_id: int) -> list[str]:
    return [each for each in evidence_of(tx, case_id) if find_evidence(tx, each).destroyed_at is None]


def _soonest(holds: Sequence[Hold]) -> datetime:
    return min(hold.until_at for hold in holds if hold.until_at is not None)
