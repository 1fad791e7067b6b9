"""A call to an authority: when, and what came of it; for who writes or approves reports, word for word."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import KeysUnusable, NotFound, SafelightError
from safelight.flow.reporting.quoting import quote_call
from safelight.reporting.queries import find_call, find_report
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.pages.report_preview import is_shown_documents
from safelight.web.console.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What was sent and what came, to be read; `refused` why it cannot be."""

    sent: str = ""
    received: str = ""
    refused: SafelightError | None = None


def add_report_calls(door: Door) -> None:
    """Add the page."""

    @door.page("GET", "/reports/{report:int}/calls/{call:int}", Permission.REPORT_READ)
    def show_call(visit: Visit) -> Response:
        asked = visit.request.path_params
        with read(visit.engine) as tx:
            report = find_report(tx, asked["report"])
            call = find_call(tx, report.id, asked["call"])
        told: dict[str, Any] = {"report": report, "call": call, "words": _words(visit, report.id, call.id)}
        return visit.see("report_call.html", **told)


def _words(visit: Visit, report_id: int, call_id: int) -> Words | None:
    """Return the words of a call, None for whoever is not shown them."""
    if not is_shown_documents(visit.actor):
        return None
    try:
        found = quote_call(visit.reports, report_id, call_id)
    except (KeysUnusable, NotFound) as error:
        return Words(refused=error)
    return Words(sent=found.sent.decode("utf-8", "replace"), received=found.received.decode("utf-8", "replace"))
