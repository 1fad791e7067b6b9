"""`safelight bank list` and `safelight bank show`: looks at banks and entries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from cyclopts import Parameter

from safelight.banks import queries
from safelight.banks.bank import WHOLE_ROLLOUT, Bank, DeconfirmedPolicy
from safelight.banks.control import EntryControl, Opinion
from safelight.banks.entry import LARGEST_ENTRY_ID, Entry
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import InvalidValue

_LONGEST_PAGE = 10_000
_PERCENT = 100  # ten-thousandths


def list_banks(*, workspace: Workspace = None) -> int:
    """List the banks, with what they hold."""
    house = open_named(workspace)
    table = new_table("bank", "enabled", "version", "entries", "made", "policy")
    with read(house.engine) as tx:
        banks = queries.list_banks(tx)
        for bank in banks:
            held = ", ".join(f"{count} {kind}" for kind, count in queries.count_entries(tx, bank.id).items())
            enabled, made = "yes" if bank.is_enabled else "no", f"{bank.created_at:%Y-%m-%d}"
            table.add_row(bank.name, enabled, str(bank.version), held or "none", made, "; ".join(_policy(bank, banks)))
    Voice().print(table)
    return 0


def show(
    name: str,
    /,
    *,
    after: Annotated[int, Parameter(help="Show the entries that follow this one.")] = 0,
    limit: Annotated[int, Parameter(help="How many entries to show.")] = 20,
    workspace: Workspace = None,
) -> int:
    """Show a bank and a page of its entries. Listed values are shown only in part."""
    if not (1 <= limit <= _LONGEST_PAGE and 0 <= after <= LARGEST_ENTRY_ID):
        raise InvalidValue(f"A page has 1 to {_LONGEST_PAGE} entries, and entries are counted from 1.")
    house = open_named(workspace)
    voice = Voice()
    with read(house.engine) as tx:
        bank, banks = queries.find_bank(tx, name), queries.list_banks(tx)
        counts = queries.count_entries(tx, bank.id)
        entries = queries.page_entries(tx, bank.id, after_id=after, limit=limit)
        controls = queries.entry_controls(tx, [entry.id for entry in entries])
    voice.say(f"{bank.name}: {'enabled' if bank.is_enabled else 'disabled'}, version {bank.version}")
    for policy in _policy(bank, banks):
        voice.say(f"  {policy}")
    for kind, count in counts.items():
        voice.say(f"  {count} {kind}, threshold {bank.threshold(kind)}")
    table = new_table("entry", "type", "value", "label", "key", "note", "from", "state")
    for entry in entries:
        table.add_row(*_cells(entry), _state(bank, entry, controls.get(entry.id), house.clock.now()))
    voice.print(table)
    if len(entries) == limit:
        voice.say(f"More: safelight bank show {name} --after {entries[-1].id}")
    return 0


def _policy(bank: Bank, banks: Sequence[Bank]) -> list[str]:
    """Return what of a bank's policies is not as usual, as short texts."""
    told = []
    if bank.is_allow_list:
        suppressed = [each.name for each in banks if each.id in bank.suppresses]
        told.append(f"allow-list, suppresses matches of {', '.join(suppressed) or 'no bank yet'}")
    suppressing = [each.name for each in banks if bank.id in each.suppresses]
    if suppressing:
        told.append(f"suppressed by {', '.join(suppressing)}")
    if bank.rollout < WHOLE_ROLLOUT:
        told.append(f"rolled out to {bank.rollout / _PERCENT:g} % of the media")
    if bank.deconfirmed is not DeconfirmedPolicy.STOP:
        told.append("deconfirmed entries are demoted")
    return told


def _cells(entry: Entry) -> list[str]:
    label = f"{entry.label} ({entry.label_scheme})" if entry.label_scheme else entry.label or ""
    return [
        str(entry.id),
        entry.signal_type,
        f"{entry.value[:4].hex()}…",
        label,
        entry.key.entry_id if entry.key else "",
        entry.note or "",
        entry.provenance.origin,
    ]


def _state(bank: Bank, entry: Entry, control: EntryControl | None, now: datetime) -> str:
    """Return what an entry does at present, then what was set for it."""
    told = _stops(bank, entry, control, now) or ["suppresses" if bank.is_allow_list else "matches"]
    if control is not None and control.opinion is not None:
        told.append(control.opinion.value)
    if control is not None and control.threshold is not None:
        told.append(f"threshold {control.threshold}")
    return ", ".join(told)


def _stops(bank: Bank, entry: Entry, control: EntryControl | None, now: datetime) -> list[str]:
    """Return everything that keeps an entry from doing what its bank is for, its bank's own state first."""
    told = []
    if not bank.is_enabled:
        told.append("bank disabled")
    if not bank.rollout:
        told.append("bank rolled out to 0 %")
    if entry.is_disabled(now):
        until = f" until {entry.disabled_until:%Y-%m-%d %H:%M}" if entry.disabled_until else ""
        told.append(f"disabled{until}")
    if control is not None and control.quarantined_at is not None:
        told.append(f"in quarantine since {control.quarantined_at:%Y-%m-%d %H:%M}")
    is_deconfirmed = control is not None and control.opinion is Opinion.DECONFIRMED
    if is_deconfirmed and bank.deconfirmed is DeconfirmedPolicy.STOP:
        told.append("stopped")
    return told
