"""`safelight outcome contact add | list | show | close`: what law enforcement and courts ask for."""

from datetime import datetime
from typing import Annotated

from cyclopts import Parameter

from safelight.cli.moments import in_utc, minute
from safelight.cli.options import Workspace
from safelight.cli.outcome import After, Limit, Remarks, read_remarks
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.flow.outcomes import contacts
from safelight.flow.outcomes.desk import OutcomeDesk
from safelight.outcomes.contact import ContactKind, ContactText, NewContact


def add(
    case: int,
    /,
    *,
    kind: Annotated[ContactKind, Parameter(help="What it is.")],
    agency: Annotated[str, Parameter(help="Which agency or court; sealed.")],
    reference: Annotated[str, Parameter(help="Its own reference; sealed.")] = "",
    remarks: Remarks = "",
    received_at: Annotated[datetime | None, Parameter(help="When it came; now unless given.")] = None,
    due_at: Annotated[datetime | None, Parameter(help="By when something is to be done.")] = None,
    report: Annotated[int | None, Parameter(help="The report of the case that it was made against.")] = None,
    renews: Annotated[int | None, Parameter(help="Of a renewal: the contact that it renews.")] = None,
    workspace: Workspace = None,
) -> int:
    """Log what law enforcement or a court asks for. A request to preserve holds the evidence of the case."""
    house = open_named(workspace)
    desk = house.outcome_desk()
    new = NewContact(
        case_id=case,
        kind=kind,
        received_at=in_utc(received_at) or house.clock.now(),
        text=ContactText(agency=agency, reference=reference, remarks=read_remarks(remarks)),
        report_id=report,
        renews_id=renews,
        due_at=in_utc(due_at),
    )
    contact, holds = contacts.add_contact(desk, new)
    Voice().say(f"Contact {contact.id} of case {case}, due {minute(contact.due_at)}.")
    for hold in holds:
        Voice().say(f"Hold {hold.id} keeps evidence {hold.evidence_id} until {minute(hold.until_at)}.")
    if kind is ContactKind.DESTRUCTION_REQUEST:
        _tell_orders(desk, contact.id)
    return 0


def list_contacts(
    *,
    case: Annotated[int | None, Parameter(help="Of this case alone.")] = None,
    report: Annotated[int | None, Parameter(help="Of this report alone.")] = None,
    is_open: Annotated[bool, Parameter(name="--open", help="Those that are not closed.", negative="")] = False,
    after: After = 0,
    limit: Limit = 100,
    workspace: Workspace = None,
) -> int:
    """List contacts, the oldest first, without what is sealed. Times are UTC."""
    desk = open_named(workspace).outcome_desk()
    table = new_table("contact", "case", "report", "kind", "received", "due", "told", "closed")
    found = contacts.list_contacts(desk, case_id=case, report_id=report, is_open=is_open, after_id=after, limit=limit)
    for each in found:
        about = (str(each.id), str(each.case_id), "-" if each.report_id is None else str(each.report_id))
        times = (minute(each.received_at), minute(each.due_at), each.alarm.value or "-", minute(each.closed_at))
        table.add_row(*about, each.kind.value, *times)
    Voice().print(table)
    return 0


def show(contact: int, /, *, workspace: Workspace = None) -> int:
    """Show a contact with what is sealed of it."""
    found, text = contacts.read_contact(open_named(workspace).outcome_desk(), contact)
    Voice().say(f"Contact {found.id} of case {found.case_id}: {found.kind.value}, received {minute(found.received_at)}")
    for name, words in (("agency", text.agency), ("reference", text.reference), ("remarks", text.remarks)):
        Voice().say(f"{name}: {printable(words.encode()) or '-'}")
    return 0


def close(contact: int, /, *, workspace: Workspace = None) -> int:
    """Note that nothing is left to do about a contact: its clock stops, and its holds go on."""
    contacts.close_contact(open_named(workspace).outcome_desk(), contact)
    Voice().say(f"Contact {contact} is closed.")
    return 0


def _tell_orders(desk: OutcomeDesk, contact_id: int) -> None:
    Voice().say("Nothing is destroyed by this, and nothing released. For each piece of evidence, one person asks:")
    for each in contacts.keeping(desk, contact_id):
        holds = " ".join(f"--hold {number}" for number in each.hold_ids)
        told = f'--legal-basis "…" --authority "…" --reference contact:{contact_id}'
        Voice().say(f"  safelight hold release {each.evidence_id} {holds} {told}")
    Voice().say("and another confirms with `safelight hold release --confirm ORDER`.")
