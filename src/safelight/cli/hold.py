"""`safelight hold …`: why evidence is kept, until when, and how it is lawfully destroyed before that."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from cyclopts import Parameter

from safelight.app import Workspace as House
from safelight.cli.bank_entry import Reason
from safelight.cli.moments import in_utc, minute
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, printable, warn
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import UsageError
from safelight.flow.evidence import holds as flow
from safelight.vault import due, holding
from safelight.vault.hold import Hold, HoldKind, governing, tell_hold
from safelight.vault.order import NewOrder, may_confirm
from safelight.vault.queries import find_evidence

LegalBasis = Annotated[str, Parameter(help="The law or rule that demands or allows it.")]
Reference = Annotated[str, Parameter(help="The number of the request, report or order.")]
From = Annotated[
    datetime | None, Parameter(name="--from", help="When it began (UTC unless a zone is given); else now.")
]
Until = Annotated[datetime | None, Parameter(help="When it ends, for `operator` (UTC unless a zone is given).")]


def add(
    evidence: str,
    /,
    *,
    kind: Annotated[Literal["operator", "law_enforcement", "report"], Parameter(help="Why it must be kept.")],
    from_: From = None,
    until: Until = None,
    reason: Reason = "",
    legal_basis: LegalBasis = "",
    reference: Reference = "",
    workspace: Workspace = None,
) -> int:
    """Hold evidence for one more reason. It is kept until the last of its holds has ended.

    `law_enforcement` lasts 90 days from the request, `report` a year from the authority's receipt (`--from`), unless
    the settings say longer. `operator` is a hold of your own: it needs a reason and an end.
    """
    house = open_named(workspace)
    wanted = flow.Wanted(
        kind=HoldKind(kind),
        from_at=in_utc(from_) or house.clock.now(),
        until_at=in_utc(until),
        reason=reason,
        legal_basis=legal_basis,
        reference=reference,
    )
    set_ = house.settings
    terms = flow.Terms(law_enforcement_days=set_.law_enforcement_hold_days, report_years=set_.report_hold_years)
    _say_added(flow.add_hold(house.engine, house.clock, house.actor, evidence, flow.hold_of(wanted, terms)))
    return 0


def renew(hold: int, /, *, reference: Reference, reason: Reason = "", workspace: Workspace = None) -> int:
    """Renew a request by law enforcement: as long again, from the end of the one before."""
    house = open_named(workspace)
    who = (house.engine, house.clock, house.actor)
    days = house.settings.law_enforcement_hold_days
    _say_added(flow.renew_hold(*who, hold, reference=reference, reason=reason, days=days))
    return 0


def list_holds(
    evidence: str | None = None,
    /,
    *,
    ending: Annotated[int | None, Parameter(help="Evidence whose last hold ends within so many days.")] = None,
    orders: Annotated[bool, Parameter(help="Orders to destroy that wait to be confirmed.", negative="")] = False,
    workspace: Workspace = None,
) -> int:
    """List the holds of evidence, or what is destroyed soon, or the orders that wait. Times are UTC."""
    if [evidence is not None, ending is not None, orders].count(True) != 1:
        raise UsageError("Name one: EVIDENCE, or --ending DAYS, or --orders.")
    house = open_named(workspace)
    if evidence is not None:
        _list_of(house, evidence)
    elif ending is not None:
        _list_ending(house, ending)
    else:
        _list_orders(house)
    return 0


def release(
    evidence: str | None = None,
    /,
    *,
    hold: Annotated[list[int] | None, Parameter(help="A hold to release; name every one that keeps it.")] = None,
    legal_basis: LegalBasis = "",
    authority: Annotated[str, Parameter(help="Who orders the destruction: a court, an agency.")] = "",
    reference: Reference = "",
    confirm: Annotated[int | None, Parameter(help="Confirm this order of another person, and destroy.")] = None,
    workspace: Workspace = None,
) -> int:
    """Ask for a lawful destruction; or, with --confirm, confirm what another person asked, and destroy."""
    house = open_named(workspace)
    if confirm is not None:
        if evidence is not None or hold or legal_basis or authority or reference:
            raise UsageError("--confirm takes the number of the order alone: what it says was said by who asked.")
        return _confirm(house, confirm)
    if evidence is None:
        raise UsageError("Name the evidence, or an order with --confirm.")
    new = NewOrder(
        evidence_id=evidence,
        hold_ids=tuple(sorted(set(hold or []))),
        legal_basis=legal_basis,
        authority=authority,
        reference=reference,
    )
    order = flow.ask_release(house.engine, house.clock, house.actor, new)
    Voice().say(
        f"Order {order.id} waits. Nothing is released yet: another person confirms with `safelight hold release "
        f"--confirm {order.id}`."
    )
    return 0


def accept_clock(*, reason: Reason = "", workspace: Workspace = None) -> int:
    """Say that the clock is right though it was set back or stands far ahead. A --reason is needed."""
    house = open_named(workspace)
    before, now = flow.accept_clock(house.engine, house.clock, house.actor, reason=reason)
    Voice().say(f"Accepted: it is {minute(now)} UTC; last seen was {minute(before)} UTC.")
    return 0


def _confirm(house: House, order_id: int) -> int:
    certificate = flow.confirm_release(
        house.engine,
        house.clock,
        house.actor,
        order_id,
        is_single_person_mode=house.settings.single_person_mode,
        most_jump=timedelta(days=house.settings.clock_jump_days),
    )
    Voice().say(
        f"Evidence {certificate.evidence_id} is destroyed: nobody can read it any more. A worker removes its sealed "
        "bytes next; the certificate is in the audit log."
    )
    return 0


def _list_of(house: House, evidence_id: str) -> None:
    now = house.clock.now()
    with read(house.engine) as tx:
        find_evidence(tx, evidence_id)
        found = holding.holds_of(tx, evidence_id)
    table = new_table("hold", "kind", "from", "until", "state", "legal basis", "reference", "reason", "by")
    for hold in found:
        cells = (hold.legal_basis, hold.reference, hold.reason, hold.added_by.name)
        times = (minute(hold.from_at), minute(hold.until_at, "open"))
        table.add_row(str(hold.id), hold.kind.value, *times, _state(hold, now),
                      *map(_plain, cells))  # fmt: skip
    Voice().print(table)
    longest = governing(found, now)
    Voice().say("Nothing keeps it." if longest is None else f"The longest governs: {tell_hold(longest)}.")


def _list_ending(house: House, days: int) -> None:
    by = house.clock.now() + timedelta(days=days)
    table = new_table("evidence", "destroyed after", "last hold", "kind", "warned", whole=("evidence",))
    with read(house.engine) as tx:
        for hold in due.each_ending(tx, by=by):
            table.add_row(
                hold.evidence_id,
                minute(hold.until_at, "open"),
                str(hold.id),
                hold.kind.value,
                minute(hold.warned_at, ""),
            )
    Voice().print(table)


def _list_orders(house: House) -> None:
    waiting = flow.waiting_releases(house.engine, house.clock)
    table = new_table(
        "order", "evidence", "holds", "asked", "by", "legal basis", "authority", "reference", whole=("evidence",)
    )
    for order in waiting:
        cells = (order.asked_by.name, order.legal_basis, order.authority, order.reference)
        holds = ", ".join(map(str, order.hold_ids))
        table.add_row(str(order.id), order.evidence_id, holds, minute(order.asked_at), *map(_plain, cells))
    Voice().print(table)
    for order in waiting:
        if not may_confirm(order, house.actor.name, is_single_person_mode=house.settings.single_person_mode):
            warn(f"Order {order.id} is yours: it waits for another person who has the permission hold:release.")


def _say_added(hold: Hold) -> None:
    Voice().say(f"Evidence {hold.evidence_id}: {tell_hold(hold)}.")


def _state(hold: Hold, now: datetime) -> str:
    if hold.released_at is not None:
        return f"released {minute(hold.released_at)} by order {hold.order_id}"
    return "keeps" if hold.is_active(now) else "ended"


def _plain(text: str) -> str:
    return printable(text.encode())
