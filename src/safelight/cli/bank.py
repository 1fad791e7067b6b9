"""`safelight bank …`: edits and looks, one act each."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from safelight.banks import queries
from safelight.banks.entry import Entry
from safelight.cli.options import Workspace
from safelight.cli.voice import Voice
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotFound
from safelight.flow import banks

Reason = Annotated[str, Parameter(help="Why; kept in the audit log.")]
EntryId = Annotated[int | None, Parameter(name="--entry", help="One entry, by its number, instead of the whole bank.")]


def create(name: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Make an empty, enabled bank."""
    house = open_named(workspace)
    banks.create_bank(house.engine, house.clock, house.actor, name=name, reason=reason)
    Voice().say(f"Bank {name} made. Next: safelight bank import {name} LIST")
    return 0


def rename(name: str, new_name: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Give a bank another name."""
    house = open_named(workspace)
    banks.rename_bank(house.engine, house.clock, house.actor, bank=name, name=new_name, reason=reason)
    return 0


def enable(name: str, /, *, entry: EntryId = None, reason: Reason = "", workspace: Workspace = None) -> int:
    """Let a bank, or one entry of it, match again."""
    house = open_named(workspace)
    if entry is None:
        banks.enable_bank(house.engine, house.clock, house.actor, bank=name, reason=reason)
    else:
        entry_id = _entry_of(house.find_entry_bank(entry), name, entry)
        banks.enable_entry(house.engine, house.clock, house.actor, entry_id=entry_id, reason=reason)
    return 0


def disable(
    name: str,
    /,
    *,
    entry: EntryId = None,
    until: Annotated[str | None, Parameter(help="With --entry: until this moment (2027-01-31 or with a time).")] = None,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Stop a bank, or one entry of it, from matching; an entry comes back by itself when its time is over."""
    house = open_named(workspace)
    if entry is None:
        if until is not None:
            raise InvalidValue("--until goes with --entry: a bank is disabled until it is enabled.")
        banks.disable_bank(house.engine, house.clock, house.actor, bank=name, reason=reason)
    else:
        entry_id = _entry_of(house.find_entry_bank(entry), name, entry)
        moment = None if until is None else _moment(until)
        banks.disable_entry(house.engine, house.clock, house.actor, entry_id=entry_id, until=moment, reason=reason)
    return 0


def remove(name: str, /, *, entry: EntryId = None, reason: Reason = "", workspace: Workspace = None) -> int:
    """Remove a bank, or one entry of it. It stops matching at once; that it was there stays recorded.

    No list brings a removed entry back; `bank add` does.
    """
    house = open_named(workspace)
    if entry is None:
        banks.delete_bank(house.engine, house.clock, house.actor, bank=name, reason=reason)
    else:
        entry_id = _entry_of(house.find_entry_bank(entry), name, entry)
        banks.remove_entry(house.engine, house.clock, house.actor, entry_id=entry_id, reason=reason)
    return 0


def threshold(name: str, signal_type: str, bits: int, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Set at or under which distance, in bits, a bank's entries of a signal type match (pdq: 31 unless set)."""
    house = open_named(workspace)
    banks.set_threshold(
        house.engine, house.clock, house.actor, bank=name, signal_type=signal_type, distance=bits, reason=reason
    )
    return 0


def list_banks(*, workspace: Workspace = None) -> int:
    """List the banks, with what they hold."""
    house = open_named(workspace)
    table = Table("bank", "enabled", "version", "entries", "made")
    with read(house.engine) as tx:
        for bank in queries.list_banks(tx):
            held = ", ".join(f"{count} {kind}" for kind, count in queries.count_entries(tx, bank.id).items())
            enabled = "yes" if bank.is_enabled else "no"
            table.add_row(bank.name, enabled, str(bank.version), held or "none", f"{bank.created_at:%Y-%m-%d}")
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
    if not (1 <= limit <= _LONGEST_PAGE and 0 <= after <= _LARGEST_ID):
        raise InvalidValue(f"A page has 1 to {_LONGEST_PAGE} entries, and entries are counted from 1.")
    house = open_named(workspace)
    voice = Voice()
    with read(house.engine) as tx:
        bank = queries.find_bank(tx, name)
        counts = queries.count_entries(tx, bank.id)
        entries = queries.page_entries(tx, bank.id, after_id=after, limit=limit)
    voice.say(f"{bank.name}: {'enabled' if bank.is_enabled else 'disabled'}, version {bank.version}")
    for kind, count in counts.items():
        voice.say(f"  {count} {kind}, threshold {bank.threshold(kind)}")
    table = Table("entry", "type", "value", "label", "key", "note", "from", "state")
    for entry in entries:
        table.add_row(*_cells(entry, house.clock.now()))
    voice.print(table)
    if len(entries) == limit:
        voice.say(f"More: safelight bank show {name} --after {entries[-1].id}")
    return 0


_LONGEST_PAGE = 10_000
_LARGEST_ID = 2**63 - 1


def _cells(entry: Entry, now: datetime) -> list[str]:
    label = f"{entry.label} ({entry.label_scheme})" if entry.label_scheme else entry.label or ""
    until = f" until {entry.disabled_until:%Y-%m-%d %H:%M}" if entry.disabled_until else ""
    return [
        str(entry.id),
        entry.signal_type,
        f"{entry.value[:4].hex()}…",
        label,
        entry.key.entry_id if entry.key else "",
        entry.note or "",
        entry.provenance.origin,
        f"disabled{until}" if entry.is_disabled(now) else "matches",
    ]


def _entry_of(bank_name: str | None, name: str, entry_id: int) -> int:
    """Return the entry's id if it is in the named bank: nobody edits another bank's entry by a slip."""
    if bank_name is None or bank_name.casefold() != name.casefold():
        raise NotFound(f"The bank {name} has no entry {entry_id}. `safelight bank show {name}` lists its entries.")
    return entry_id


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidValue(f"{text!r} is no moment: write 2027-01-31 or 2027-01-31T18:00.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
