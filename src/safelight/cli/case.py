"""`safelight case …`: the cases that matches opened. Nothing of media is ever shown."""

from datetime import datetime
from typing import Annotated, Literal

from cyclopts import Parameter

from safelight.cli.bank_entry import Reason
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.flow import cases
from safelight.review.case import About, Case, CaseState, Item
from safelight.review.queries import find_case, page_cases, page_items


def list_cases(
    *,
    state: Annotated[Literal["open", "closed"] | None, Parameter(help="Only cases in this state.")] = None,
    subject: Annotated[str | None, Parameter(help="Only cases about this account, by the platform's own id.")] = None,
    after: Annotated[int, Parameter(help="Show the cases that follow this one.")] = 0,
    limit: Annotated[int, Parameter(help="How many cases to show.")] = 100,
    workspace: Workspace = None,
) -> int:
    """List cases by number, the oldest first. Times are UTC."""
    asked_state = None if state is None else CaseState(state)
    with read(open_named(workspace).engine) as tx:
        page = page_cases(tx, state=asked_state, subject_id=subject, after_id=after, limit=limit)
    table = new_table("case", "about", "state", "opened", "last activity", "items", "exact", "near")
    for case in page:
        counts = (str(case.item_count), str(case.exact_count), str(case.near_count))
        times = (_minute(case.opened_at), _minute(case.last_activity_at))
        table.add_row(str(case.id), _about(case.about), case.state.value, *times, *counts)
    Voice().print(table)
    if len(page) == limit:
        Voice().say(f"More: --after {page[-1].id}")
    return 0


def show(
    case: int,
    /,
    *,
    after: Annotated[int, Parameter(help="Show the items that follow this one.")] = 0,
    limit: Annotated[int, Parameter(help="How many items to show.")] = 100,
    workspace: Workspace = None,
) -> int:
    """Show one case: what it is about, and each upload that belongs to it with the entries that it matched."""
    with read(open_named(workspace).engine) as tx:
        found = find_case(tx, case)
        page = page_items(tx, case, after_id=after, limit=limit)
    _tell(found)
    table = new_table("item", "added", "kind", "content", "evidence", "matched", whole=("evidence",))
    for item in page:
        content = printable(item.content_id.encode())
        evidence = item.evidence_id or "(no bytes)"
        table.add_row(str(item.id), _minute(item.added_at), item.kind.value, content, evidence, _matched(item))
    Voice().print(table)
    if len(page) == limit:
        Voice().say(f"More: --after {page[-1].id}")
    return 0


def close(case: int, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Close a case without a report: its evidence is kept for an appeal, and then goes unless another hold keeps it."""
    house = open_named(workspace)
    days = house.settings.appeal_days
    cases.close_case(house.engine, house.clock, house.actor, case, reason=reason, appeal_days=days)
    Voice().say(f"Case {case} is closed. What only its review keeps is kept for {days} more days.")
    return 0


def reopen(case: int, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Open a closed case again: its evidence is kept, as far as it lives."""
    house = open_named(workspace)
    cases.reopen_case(house.engine, house.clock, house.actor, case, reason=reason)
    Voice().say(f"Case {case} is open again.")
    return 0


def _tell(case: Case) -> None:
    voice = Voice()
    voice.say(f"Case {case.id}: {case.state.value}, about {_about(case.about)}")
    voice.say(f"  opened {_minute(case.opened_at)} UTC, last activity {_minute(case.last_activity_at)} UTC")
    if case.closed_at is not None:
        voice.say(f"  closed {_minute(case.closed_at)} UTC")
    voice.say(f"  {case.item_count} uploads: {case.exact_count} exact, {case.near_count} near")


def _about(about: About) -> str:
    if about.is_erased:
        return "(erased)"
    # The platform's own id, but whoever chose the account's name may have had a hand in it.
    return f"account {printable(about.subject_id.encode())}" if about.subject_id else "media of nobody known"


def _matched(item: Item) -> str:
    told = [f"{match.bank_name}/{match.entry_id} {match.signal_type.value} {match.distance}" for match in item.matches]
    return ", ".join(told + ([f"and {item.matches_omitted} more"] if item.matches_omitted else []))


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
