"""`safelight case …`: the cases that matches opened. Nothing of media is ever shown."""

from typing import Annotated

from cyclopts import Parameter

from safelight.cli.bank_entry import Reason
from safelight.cli.moments import minute
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.flow import cases
from safelight.review.case import About, Case, CaseState, Item
from safelight.review.decision import Decision
from safelight.review.decision_queries import holding_on, remembered_of
from safelight.review.queries import find_case, page_cases, page_items
from safelight.review.queue_queries import find_standing


def list_cases(
    *,
    state: Annotated[CaseState | None, Parameter(help="Only cases in this state.")] = None,
    subject: Annotated[str | None, Parameter(help="Only cases about this account, by the platform's own id.")] = None,
    after: Annotated[int, Parameter(help="Show the cases that follow this one.")] = 0,
    limit: Annotated[int, Parameter(help="How many cases to show.")] = 100,
    workspace: Workspace = None,
) -> int:
    """List cases by number, the oldest first. Times are UTC."""
    with read(open_named(workspace).engine) as tx:
        page = page_cases(tx, state=state, subject_id=subject, after_id=after, limit=limit)
    table = new_table("case", "about", "state", "opened", "last activity", "items", "exact", "near")
    for case in page:
        counts = (str(case.item_count), str(case.exact_count), str(case.near_count))
        times = (minute(case.opened_at), minute(case.last_activity_at))
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
    house = open_named(workspace)
    now = house.clock.now()
    with read(house.engine) as tx:
        found, standing = find_case(tx, case), find_standing(tx, case)
        page = page_items(tx, case, after_id=after, limit=limit)
        held, known = holding_on(tx, case), remembered_of(tx, page, now)
    _tell(found)
    if standing.claim is not None and standing.claim.is_live(now):
        Voice().say(f"  claimed until {minute(standing.claim.until_at)} UTC")
    headings = ("item", "added", "kind", "content", "evidence", "matched", "group", "found", "found before")
    table = new_table(*headings, whole=("evidence",))
    for item in page:
        content = printable(item.content_id.encode())
        evidence = item.evidence_id or "(no bytes)"
        group = "" if item.group_id is None else str(item.group_id)
        review = (group, _finding(held.get(item.id)), _finding(known.get(item.id)))
        cells = (item.kind.value, content, evidence, _matched(item), *review)
        table.add_row(str(item.id), minute(item.added_at), *cells)
    Voice().print(table)
    if len(page) == limit:
        Voice().say(f"More: --after {page[-1].id}")
    return 0


def close(case: int, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Close a decided case without a report: its evidence is kept for an appeal, and then goes unless it is held."""
    house = open_named(workspace)
    days = house.settings.appeal_days
    cases.close_case(house.engine, house.clock, house.actor, case, reason=reason, appeal_days=days)
    Voice().say(f"Case {case} is closed. What only its review keeps is kept for {days} more days.")
    return 0


def reopen(case: int, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Begin a case anew: it is decided again, what was decided stays on record, and its evidence is kept."""
    house = open_named(workspace)
    cases.reopen_case(house.engine, house.clock, house.actor, case, reason=reason)
    Voice().say(f"Case {case} is open again.")
    return 0


def _tell(case: Case) -> None:
    voice = Voice()
    voice.say(f"Case {case.id}: {case.state.value}, about {_about(case.about)}")
    voice.say(f"  opened {minute(case.opened_at)} UTC, last activity {minute(case.last_activity_at)} UTC")
    if case.closed_at is not None:
        voice.say(f"  closed {minute(case.closed_at)} UTC")
    voice.say(f"  {case.item_count} items: {case.exact_count} exact, {case.near_count} near")


def _about(about: About) -> str:
    if about.is_erased:
        return "(erased)"
    # The platform's own id, but whoever chose the account's name may have had a hand in it.
    return f"account {printable(about.subject_id.encode())}" if about.subject_id else "media of nobody known"


def _matched(item: Item) -> str:
    told = [f"{match.bank_name}/{match.entry_id} {match.signal_type.value} {match.distance}" for match in item.matches]
    return ", ".join(told + ([f"and {item.matches_omitted} more"] if item.matches_omitted else []))


def _finding(decision: Decision | None) -> str:
    if decision is None:
        return ""
    label = decision.classification
    return decision.finding.value if label is None else f"{decision.finding.value} {label.scheme}:{label.label}"
