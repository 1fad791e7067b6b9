"""The audit log: who did what to which, when and why; its last signed head, and whether it is what it was."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from safelight.audit import queries
from safelight.audit.entry import AuditEntry
from safelight.audit.head import parse_head
from safelight.audit.heading import head_text, latest_head
from safelight.audit.report import LIMITS
from safelight.audit.verifying import verify
from safelight.banks.queries import list_banks
from safelight.database.transaction import Tx, read
from safelight.errors import InvalidValue
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.paging import ROWS, Listing, read_after
from safelight.web.console.targets import page_of
from safelight.web.console.visit import Visit

CHECKED_HERE = 100_000
"""Up to so many entries the log is checked while a page is waited for. A longer one takes `safelight audit verify`."""

_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """An entry in the list, and the page of what it is about; None where there is none for whoever looks."""

    entry: AuditEntry
    path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """How far the last signed head fixes the log: the entries that it covers, and when it was signed."""

    size: int
    at: datetime


def add_audit(door: Door) -> None:
    """Add the pages."""

    @door.page("GET", "/audit", Permission.AUDIT_READ)
    def list_entries(visit: Visit) -> Response:
        search, after = _search(visit), read_after(visit.request)
        with read(visit.engine) as tx:
            found = queries.search_entries(tx, search, before_id=after or None, limit=ROWS)
            lines = _lines(tx, visit, found.entries)
        listing = _listing(visit, lines, found.looked_to)
        return visit.see("audit.html", listing=listing, search=search, is_short=len(lines) < ROWS)

    @door.page("GET", "/audit/{entry:int}", Permission.AUDIT_READ)
    def show_audit_entry(visit: Visit) -> Response:
        with read(visit.engine) as tx:
            (line,) = _lines(tx, visit, (queries.find_entry(tx, visit.request.path_params["entry"]),))
        return visit.see("audit_entry.html", line=line)

    @door.page("GET", "/audit/check", Permission.AUDIT_READ)
    def check_log(visit: Visit) -> Response:
        with read(visit.engine) as tx:
            facts = _state_of_log(tx)
            is_asked = visit.request.query_params.get("run") == "on" and not facts["is_long"]
            report = verify(tx, public_keys=visit.desk.keys.describe().public_keys) if is_asked else None
        return visit.see("audit_check.html", report=report, limits=LIMITS, shown=_MOST_FAULTS, **facts)


def _search(visit: Visit) -> queries.Search:
    asked = {name: visit.request.query_params.get(name, "").strip() for name in ("target", "verb", "actor")}
    return queries.Search(**asked)


def _lines(tx: Tx, visit: Visit, entries: tuple[AuditEntry, ...]) -> list[EntryLine]:
    banks = {bank.id: bank.name for bank in list_banks(tx)}
    may = visit.actor.permissions
    return [EntryLine(entry=entry, path=page_of(entry, may, banks)) for entry in entries]


def _listing(visit: Visit, lines: list[EntryLine], looked_to: int | None) -> Listing[EntryLine]:
    params = visit.request.query_params
    asked = [(name, value) for name, value in params.multi_items() if name != "after" and value]
    first = f"/audit?{urlencode(asked)}" if asked else "/audit"
    has_more = looked_to is not None and looked_to > 1
    return Listing(
        rows=lines,
        next=f"/audit?{urlencode([*asked, ('after', looked_to)])}" if has_more else None,
        first=first if params.get("after") else None,
    )


def _state_of_log(tx: Tx) -> dict[str, Any]:
    count = queries.last_number(tx)
    facts = {"waiting": queries.count_waiting(tx), "count": count, "is_long": count > CHECKED_HERE}
    return {**facts, "most": CHECKED_HERE, "fixed": _fixed(tx)}


def _fixed(tx: Tx) -> Fixed | None:
    """Return how far the last head fixes the log; None where there is none, or none that can be read."""
    note = latest_head(tx)
    try:
        head = None if note is None else parse_head(head_text(note))
    except InvalidValue:
        return None
    return None if head is None else Fixed(size=head.size, at=head.at)
