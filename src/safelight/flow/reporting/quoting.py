"""Quoting: what was said to an authority in a call, and what it answered, word for word."""

from dataclasses import dataclass, field

from safelight.database.transaction import read
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.review.acting import present
from safelight.reporting import queries
from safelight.reporting.call import Call
from safelight.roles import Permission, require_permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A call with its words: `sent` and `received` are empty where there was nothing, as `sent` is of an upload."""

    call: Call
    sent: bytes = field(repr=False)
    received: bytes = field(repr=False)


def quote_call(desk: ReportDesk, report_id: int, call_id: int) -> Quotation:
    """Return a call of a report with its words.

    Raises `NotAllowed` without `report:read`, `NotFound`, also once what the report said was erased, `InvalidValue` for
    what is no number of a report, `KeysUnusable`.
    """
    with read(desk.engine) as tx:
        require_permission(present(tx, desk.actor), Permission.REPORT_READ)
        queries.find_report(tx, report_id)
        call = queries.find_call(tx, report_id, call_id)
        content, words = queries.sealed_content(tx, report_id), queries.sealed_call(tx, call_id)
    sent, received = words.open(content.key(desk.keys))
    return Quotation(call=call, sent=sent, received=received)
