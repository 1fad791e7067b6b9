"""`safelight bank …`: control of bad matches."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from cyclopts import Parameter

from safelight.banks import queries
from safelight.banks.bank import DeconfirmedPolicy
from safelight.banks.control import Opinion
from safelight.cli.bank_entry import EntryId, OptionalEntry, Reason, require_entry
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import InvalidValue, UsageError
from safelight.flow.banks import controls
from safelight.flow.banks import edits as banks

_PERCENT = 100  # as many percent are everything, and as many ten-thousandths are one percent


def threshold(
    name: str,
    signal_type: str,
    bits: int | Literal["default"],
    /,
    *,
    entry: OptionalEntry = None,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Set at or under which distance, in bits, entries of a signal type match (pdq: 31 unless set).

    `default` lets the usual distance count again; for one entry that is the distance of its bank.
    """
    house = open_named(workspace)
    who = (house.engine, house.clock, house.actor)
    distance = None if bits == "default" else bits
    if entry is None:
        banks.set_threshold(*who, bank=name, signal_type=signal_type, distance=distance, reason=reason)
        return 0
    entry_id = require_entry(house, name, entry)
    held = house.find_entries([entry_id])[entry_id].signal_type
    if held != signal_type:
        raise InvalidValue(f"Entry {entry_id} is of type {held}, not {signal_type}. Nothing was changed.")
    controls.set_entry_threshold(*who, entry_id=entry_id, distance=distance, reason=reason)
    return 0


def opinion(
    name: str,
    finding: Literal["confirmed", "deconfirmed", "none"],
    /,
    *,
    entry: EntryId,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Record what your own reviewers found of an entry; `none` takes it back."""
    house = open_named(workspace)
    entry_id = require_entry(house, name, entry)
    found = None if finding == "none" else Opinion(finding)
    controls.set_opinion(house.engine, house.clock, house.actor, entry_id=entry_id, opinion=found, reason=reason)
    return 0


def policy(
    name: str,
    /,
    *,
    deconfirmed: Annotated[Literal["stop", "demote"], Parameter(help="What becomes of matches of such entries.")],
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Say whether deconfirmed entries of a bank stop matching, or still match: marked, and listed last."""
    house = open_named(workspace)
    chosen = DeconfirmedPolicy(deconfirmed)
    controls.set_deconfirmed_policy(house.engine, house.clock, house.actor, bank=name, policy=chosen, reason=reason)
    return 0


def rollout(name: str, percent: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Match a bank against a share of the media: 0 to 100 percent, in steps of 0.01.

    The same media always gets the same answer, and what was matched goes on being matched when the share grows. A scan
    decides by the media's SHA-256, a look-up of a bare signal by the signal's value.
    """
    house = open_named(workspace)
    share = _share(percent)
    controls.set_rollout(house.engine, house.clock, house.actor, bank=name, share=share, reason=reason)
    return 0


def allow_list(name: str, is_one: Literal["yes", "no"], /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Make an empty bank an allow-list, or an ordinary bank again."""
    house = open_named(workspace)
    is_allow_list = is_one == "yes"
    controls.mark_allow_list(
        house.engine, house.clock, house.actor, bank=name, is_allow_list=is_allow_list, reason=reason
    )
    if is_allow_list:
        Voice().say(f"{name} is an allow-list. Next: safelight bank suppress {name} BANK")
    return 0


def verify(
    name: str,
    /,
    *,
    authority: Annotated[str, Parameter(help="Which authority has verified the entries.")] = "",
    none: Annotated[bool, Parameter(help="None has, or not any more.", negative="")] = False,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Say which authority has verified a list's entries: clearing an exact match of it then takes two people."""
    if bool(authority) == none:
        raise UsageError("Name the authority with --authority, or say --none.")
    house = open_named(workspace)
    who = (house.engine, house.clock, house.actor)
    controls.mark_verified(*who, bank=name, authority=authority, reason=reason)
    Voice().say(f"{name}: {'verified by ' + authority if authority else 'verified by nobody'}.")
    return 0


def suppress(allow_list: str, bank: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Let an allow-list suppress matches of a bank: what is on the allow-list makes no match of that bank."""
    house = open_named(workspace)
    who = (house.engine, house.clock, house.actor)
    controls.suppress_bank(*who, allow_list=allow_list, bank=bank, reason=reason)
    return 0


def unsuppress(allow_list: str, bank: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """End that an allow-list suppresses matches of a bank."""
    house = open_named(workspace)
    who = (house.engine, house.clock, house.actor)
    controls.unsuppress_bank(*who, allow_list=allow_list, bank=bank, reason=reason)
    return 0


def quarantined(*, workspace: Workspace = None) -> int:
    """List the entries in quarantine: their matches are counted, but make no cases until a person releases them."""
    house = open_named(workspace)
    table = new_table("bank", "entry", "since", "why")
    with read(house.engine) as tx:
        names = {bank.id: bank.name for bank in queries.list_banks(tx)}
        for control in queries.quarantined_entries(tx):
            since = f"{control.quarantined_at:%Y-%m-%d %H:%M}"
            table.add_row(names[control.bank_id], str(control.entry_id), since, control.quarantine_reason)
    Voice().print(table)
    return 0


def release(name: str, /, *, entry: EntryId, reason: Reason = "", workspace: Workspace = None) -> int:
    """Release an entry from quarantine. A --reason is needed."""
    if not reason.strip():
        raise UsageError("A release needs a --reason: whoever asks later why the entry matches will want to know.")
    house = open_named(workspace)
    entry_id = require_entry(house, name, entry)
    controls.release_entry(house.engine, house.clock, house.actor, entry_id=entry_id, reason=reason)
    return 0


def _share(percent: str) -> int:
    try:
        given = Decimal(percent.removesuffix("%"))
    except InvalidOperation:
        given = Decimal("NaN")
    # Compared before anything is reckoned with it: a number may be too large to be multiplied or made whole.
    if not (given.is_finite() and 0 <= given <= _PERCENT):
        raise InvalidValue(f"{percent!r} is no share: write 0 to 100, such as 5 or 0.25.")
    share = int(given * _PERCENT)
    if Decimal(share) / _PERCENT != given:
        raise InvalidValue("A share is given in steps of 0.01 percent.")
    return share
