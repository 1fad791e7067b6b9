"""`safelight spool …`: media that waits to be scanned, or could not be. Nothing of it is ever shown."""

from datetime import datetime, timedelta
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from safelight.cli.bank_entry import Reason
from safelight.cli.moments import minute
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice
from safelight.cli.workspace import open_named
from safelight.database.transaction import Tx, read
from safelight.errors import InvalidValue, UsageError
from safelight.flow.scans.held_media import drop_held, retry_all_held, retry_held
from safelight.flow.scans.unscanned import FAULTS
from safelight.intake.queries import counts_between
from safelight.vault.queries import kept_totals, list_kept

_DAY = timedelta(days=1)

Fault = Annotated[str | None, Parameter(name="--for", help="Only what is held for this reason, such as timed_out.")]


def list_spool(
    *,
    held: Annotated[bool, Parameter(negative="", help="Only what could not be scanned.")] = False,
    for_: Fault = None,
    after: Annotated[str | None, Parameter(help="Show what follows this.")] = None,
    limit: Annotated[int, Parameter(help="How many to show.")] = 100,
    workspace: Workspace = None,
) -> int:
    """List what is in the sealed spool, the oldest first, and what was counted in the last day. Times are UTC."""
    _check_fault(for_)
    house = open_named(workspace)
    now, days = house.clock.now(), house.settings.held_media_days
    with read(house.engine) as tx:
        page = list_kept(tx, after_id=after, limit=limit, is_held=True if held else None, held_for=for_)
        media, total_bytes = kept_totals(tx)
        counted = _counted(tx, now)
    table = new_table("spool", "arrived", "bytes", "state", "why", "held until", whole=("spool",))
    for facts in page:
        until = minute(facts.kept_at + timedelta(days=days)) if facts.is_held else ""
        state = "held" if facts.is_held else "waits"
        table.add_row(facts.id, minute(facts.kept_at), str(facts.size_bytes), state, facts.held_for, until)
    voice = Voice()
    voice.print(table)
    if len(page) == limit:
        voice.say(f"More: --after {page[-1].id}")
    voice.say(f"{media} media, {total_bytes} bytes; room for {house.settings.max_waiting_media} media.")
    voice.print(counted)
    return 0


def retry(
    spool: str | None = None,
    /,
    *,
    all_held: Annotated[bool, Parameter(negative="", help="Everything that is held.")] = False,
    for_: Fault = None,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Let a worker scan held media again: one, all that is held, or all that is held for one reason."""
    _check_fault(for_)
    if (spool is None) == (not all_held and for_ is None):
        raise UsageError("Name either one of the spool, or --all-held, or --for a reason. Nothing was changed.")
    house = open_named(workspace)
    who = (house.engine, house.keeping, house.actor)
    if spool is None:
        Voice().say(f"{retry_all_held(*who, fault=for_, reason=reason)} are scanned again.")
    else:
        Voice().say(f"Job {retry_held(*who, spool, reason=reason)} scans it again.")
    return 0


def drop(spool: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Drop media that could not be scanned, for good and unseen. What opens it goes now; a worker removes the bytes."""
    house = open_named(workspace)
    drop_held(house.engine, house.keeping, house.actor, spool, reason=reason)
    Voice().say("Dropped.")
    return 0


def _check_fault(fault: str | None) -> None:
    if fault is not None and fault not in FAULTS:
        raise InvalidValue(f"{fault[:30]!r} is no reason why media is not scanned: {', '.join(FAULTS)}.")


def _counted(tx: Tx, now: datetime) -> Table:
    sums: dict[tuple[str, str, str], int] = {}
    for _, each in counts_between(tx, now - _DAY, now + _DAY):
        result = (each.verdict, each.fault, each.treatment)
        sums[result] = sums.get(result, 0) + each.media
    table = new_table("verdict, last 24 h", "why", "done", "media")
    for (verdict, fault, treatment), media in sorted(sums.items()):
        table.add_row(verdict, fault, treatment, str(media))
    return table
