"""Banks: what each list is, how far second readers agreed with it, and its entries; who may, switches one off or on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from safelight.banks import queries
from safelight.banks.bank import Bank
from safelight.banks.control import EntryControl
from safelight.banks.entry import Entry
from safelight.database.transaction import Tx, read
from safelight.errors import ChangedMeanwhile, InvalidValue
from safelight.flow.banks.changes import BankChange, change_bank
from safelight.flow.banks.seen import Check
from safelight.review.decision_queries import Agreement, count_agreement
from safelight.roles import Permission, require_bank
from safelight.web.console.door import Door
from safelight.web.console.pages.entry_marks import marks_of
from safelight.web.console.paging import ROWS, Listing, list_page, read_after
from safelight.web.console.reasons import read_reason
from safelight.web.console.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLine:
    """A bank in the list: entries by signal type, how many are in quarantine, how often its matches were read twice."""

    bank: Bank
    entries: Mapping[str, int]
    quarantined: int
    read_twice: int
    agreed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """An entry in the list of its bank, without its value; `marks` say how it stands."""

    entry: Entry
    marks: tuple[str, ...]


def add_banks(door: Door) -> None:
    """Add the pages. No page of a list shows a listed value."""

    @door.page("GET", "/banks", Permission.BANK_READ)
    def list_banks(visit: Visit) -> Response:
        with read(visit.engine) as tx:
            lines = _lines(tx)
        return visit.see("banks.html", lines=lines)

    @door.page("GET", "/banks/{bank}", Permission.BANK_READ)
    def show_bank(visit: Visit) -> Response:
        bank, after = find_named(visit), read_after(visit.request)
        with read(visit.engine) as tx:
            facts = _facts(tx, bank)
            asked = next((each for each in facts["entries"] if each == visit.request.query_params.get("type")), None)
            found = queries.page_entries(tx, bank.id, after_id=after, limit=ROWS + 1, signal_type=asked)
            controls = queries.entry_controls(tx, [entry.id for entry in found])
        return visit.see("bank.html", bank=bank, asked=asked, listing=_listing(visit, found, controls), **facts)

    @door.page("GET", "/banks/{bank}/switch", Permission.BANK_WRITE, is_fresh=True)
    def show_switch_bank(visit: Visit) -> Response:
        return visit.see("bank_switch.html", bank=find_named(visit))

    @door.page("POST", "/banks/{bank}/switch", Permission.BANK_WRITE, is_fresh=True)
    def switch_bank(visit: Visit) -> Response:
        bank, is_on = find_named(visit), visit.form.text("to") == "on"
        who = (visit.engine, visit.clock, visit.actor)
        try:
            reason, check = read_reason(visit.form), _as_seen(visit)
            change_bank(*who, bank=bank.name, change=BankChange(is_enabled=is_on), check=check, reason=reason)
        except InvalidValue as error:
            return visit.see_fault("bank_switch.html", "reason", error, bank=bank)
        return visit.go(f"/banks/{bank.name}", "banks.enabled" if is_on else "banks.disabled")


def find_named(visit: Visit) -> Bank:
    """Return the bank whose name the address has. Raises `NotFound`, `NotAllowed`."""
    name = require_bank(visit.actor, visit.request.path_params["bank"])
    with read(visit.engine) as tx:
        return queries.find_bank(tx, name)


def _lines(tx: Tx) -> list[BankLine]:
    quarantined = Counter(control.bank_id for control in queries.quarantined_entries(tx))
    agreement = count_agreement(tx)
    return [_line(tx, bank, quarantined[bank.id], agreement) for bank in queries.list_banks(tx)]


def _line(tx: Tx, bank: Bank, quarantined: int, agreement: Sequence[Agreement]) -> BankLine:
    own = [each for each in agreement if each.bank_name == bank.name]
    return BankLine(
        bank=bank,
        entries=queries.count_entries(tx, bank.id),
        quarantined=quarantined,
        read_twice=sum(each.read_twice for each in own),
        agreed=sum(each.agreed for each in own),
    )


def _facts(tx: Tx, bank: Bank) -> dict[str, Any]:
    banks = queries.list_banks(tx)
    return {
        "entries": queries.count_entries(tx, bank.id),
        "quarantined": [each for each in queries.quarantined_entries(tx) if each.bank_id == bank.id],
        "suppresses": [each.name for each in banks if each.id in bank.suppresses],
        "suppressed_by": [each.name for each in banks if bank.id in each.suppresses],
        "agreement": [each for each in count_agreement(tx) if each.bank_name == bank.name],
    }


def _listing(visit: Visit, found: Sequence[Entry], controls: Mapping[int, EntryControl]) -> Listing[EntryLine]:
    now = visit.clock.now()
    lines = [EntryLine(entry=each, marks=marks_of(each, controls.get(each.id), now)) for each in found]
    return list_page(visit.request, lines, number_of=lambda line: line.entry.id)


def _as_seen(visit: Visit) -> Check[Bank]:
    """Return the check that a bank is still what the page showed whose form was sent."""
    seen = visit.form.text("version")

    def check(bank: Bank) -> None:
        if str(bank.version) != seen:
            raise ChangedMeanwhile(
                "Somebody changed the bank since this page was opened. Nothing was done. Look at it anew, and whether "
                "the change is still right."
            )

    return check
