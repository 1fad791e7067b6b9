"""Targets: what an audit entry is about, and the page of it for whoever may open that."""

import re
from collections.abc import Collection, Mapping

from safelight.audit.entry import AuditEntry
from safelight.roles import Permission

_PAGES = {
    "case": ("/cases/{id}", Permission.CASE_READ, r"[1-9]\d{0,18}"),
    "evidence": ("/evidence/{id}", Permission.EVIDENCE_READ, r"[0-9a-f]{32}"),
    "job": ("/jobs/{id}", Permission.JOB_READ, r"[1-9]\d{0,18}"),
    "report": ("/reports/{id}", Permission.REPORT_READ, r"[1-9]\d{0,18}"),
    "person": ("/people/{id}", Permission.ACCESS_READ, r"[1-9]\d{0,18}"),
}
"""By the noun of a target: the page, what opening it takes, and what the number of such a thing looks like."""

_BANK = re.compile(r"bank:([1-9]\d{0,18})")


def page_of(entry: AuditEntry, may: Collection[Permission], banks: Mapping[int, str]) -> str | None:
    """Return the path of the page about what an entry was done to; None where there is none, or not for them.

    `banks` are the names of the banks that there are. What was done to an entry of a bank leads to that.
    """
    if Permission.BANK_READ in may and (found := _BANK.fullmatch(entry.target)):
        return _page_of_bank(banks.get(int(found[1])), (entry.details or {}).get("entry"))
    noun, _, number = entry.target.partition(":")
    path, needed, form = _PAGES.get(noun, ("", None, ""))
    return path.format(id=number) if needed in may and re.fullmatch(form, number, re.ASCII) else None


def _page_of_bank(name: str | None, entry_id: int | str | None) -> str | None:
    if name is None:
        return None
    return f"/banks/{name}/entries/{entry_id}" if isinstance(entry_id, int) else f"/banks/{name}"
