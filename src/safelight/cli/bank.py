"""`safelight bank …`: edits, one act each."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter

from safelight.cli.bank_entry import OptionalEntry, Reason, require_entry
from safelight.cli.options import Workspace
from safelight.cli.voice import Voice
from safelight.cli.workspace import open_named
from safelight.errors import InvalidValue
from safelight.flow.banks import edits as banks


def create(
    name: str,
    /,
    *,
    allow_list: Annotated[bool, Parameter(negative="", help="Its entries suppress matches of other banks.")] = False,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Make an empty, enabled bank."""
    house = open_named(workspace)
    banks.create_bank(house.engine, house.clock, house.actor, name=name, is_allow_list=allow_list, reason=reason)
    what, then = ("Allow-list", f"suppress {name} BANK") if allow_list else ("Bank", f"import {name} LIST")
    Voice().say(f"{what} {name} made. Next: safelight bank {then}")
    return 0


def rename(name: str, new_name: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Give a bank another name."""
    house = open_named(workspace)
    banks.rename_bank(house.engine, house.clock, house.actor, bank=name, name=new_name, reason=reason)
    return 0


def enable(name: str, /, *, entry: OptionalEntry = None, reason: Reason = "", workspace: Workspace = None) -> int:
    """Let a bank, or one entry of it, match again."""
    house = open_named(workspace)
    if entry is None:
        banks.enable_bank(house.engine, house.clock, house.actor, bank=name, reason=reason)
    else:
        entry_id = require_entry(house, name, entry)
        banks.enable_entry(house.engine, house.clock, house.actor, entry_id=entry_id, reason=reason)
    return 0


def disable(
    name: str,
    /,
    *,
    entry: OptionalEntry = None,
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
        entry_id = require_entry(house, name, entry)
        moment = None if until is None else _moment(until)
        banks.disable_entry(house.engine, house.clock, house.actor, entry_id=entry_id, until=moment, reason=reason)
    return 0


def remove(name: str, /, *, entry: OptionalEntry = None, reason: Reason = "", workspace: Workspace = None) -> int:
    """Remove a bank, or one entry of it. It stops matching at once; that it was there stays recorded.

    No list brings a removed entry back; `bank add` does.
    """
    house = open_named(workspace)
    if entry is None:
        banks.delete_bank(house.engine, house.clock, house.actor, bank=name, reason=reason)
    else:
        entry_id = require_entry(house, name, entry)
        banks.remove_entry(house.engine, house.clock, house.actor, entry_id=entry_id, reason=reason)
    return 0


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidValue(f"{text!r} is no moment: write 2027-01-31 or 2027-01-31T18:00.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
