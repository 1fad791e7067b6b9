"""`safelight notice …`: the addresses that are told what happened."""

from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter

from safelight.cli.bank_entry import Reason
from safelight.cli.moments import minute
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, warn
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import InvalidValue, UsageError
from safelight.flow import notices as flow
from safelight.notices import queries
from safelight.notices.address import AddressState
from safelight.notices.delivery import DeliveryState
from safelight.notices.event import WANTABLE, EventKind

_LONGEST_PAGE = 10_000


def add(
    name: str,
    url: str,
    /,
    *,
    kind: Annotated[
        list[EventKind] | None,
        Parameter(help="What it shall be told of; can be repeated. Else everything.", negative=""),
    ] = None,
    workspace: Workspace = None,
) -> int:
    """Add an address. Its secret, by which the receiver knows our notices, is shown this once.

    Parameters
    ----------
    name
        What you call it: letters, digits, dots, dashes, underscores.
    url
        An https URL of a public host. It is sealed: later only its host is shown.

    """
    kinds = frozenset(kind or WANTABLE)
    address, secret = flow.add_address(open_named(workspace).notice_desk, name=name, url=url, kinds=kinds)
    voice = Voice()
    voice.say(f"{address.name} ({address.origin}) is told of: {', '.join(sorted(address.kinds))}.")
    _show_secret(voice, secret)
    return 0


def list_addresses(*, workspace: Workspace = None) -> int:
    """List the addresses, what they are told of, and why one is paused. Times are UTC."""
    with read(open_named(workspace).engine) as tx:
        found = queries.list_addresses(tx)
    table = new_table("name", "host", "state", "told of", "failures in a row", "since", "why paused", whole=("name",))
    for each in found:
        since, kinds = minute(each.failing_since_at, ""), ", ".join(sorted(each.kinds))
        table.add_row(each.name, each.origin, each.state.value, kinds, str(each.failures), since, each.pause_reason)
    Voice().print(table)
    for each in found:
        if each.state is AddressState.PAUSED:
            warn(f"{each.name} is paused. When it is mended: safelight notice enable {each.name}")
    return 0


def send_test(name: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Send an event of the kind `test` to an address at once, even to a paused one, and say what it answered."""
    status = flow.send_test(open_named(workspace).notice_desk, name, reason=reason)
    Voice().say(f"The test arrived: the address answered {status}.")
    return 0


def log(
    name: str | None = None,
    /,
    *,
    state: Annotated[DeliveryState | None, Parameter(help="Only deliveries in this state.")] = None,
    before: Annotated[int | None, Parameter(help="Show the deliveries before this one.")] = None,
    limit: Annotated[int, Parameter(help="How many deliveries to show.")] = 50,
    workspace: Workspace = None,
) -> int:
    """List deliveries, the latest first, with what came of each. Times are UTC. No body is kept."""
    if not 1 <= limit <= _LONGEST_PAGE:
        raise InvalidValue(f"A page has 1 to {_LONGEST_PAGE} deliveries.")
    with read(open_named(workspace).engine) as tx:
        address_id = queries.find_address(tx, name).id if name else None
        page = queries.page_deliveries(tx, address_id=address_id, state=state, before_id=before, limit=limit)
    headings = ("delivery", "address", "event", "kind", "state", "attempts", "queued", "ended", "status", "why")
    table = new_table(*headings, whole=("event",))
    for each in page:
        times = (minute(each.queued_at, ""), minute(each.ended_at, ""))
        status = "" if each.status is None else str(each.status)
        table.add_row(str(each.id), each.address_name, each.event_id, each.kind.value, each.state.value,
                      str(each.attempts), *times, status, each.reason)  # fmt: skip
    voice = Voice()
    voice.print(table)
    if len(page) == limit:
        voice.say(f"More: --before {page[-1].id}")
    return 0


def resend(
    delivery: int | None = None,
    /,
    *,
    undelivered: Annotated[
        str | None, Parameter(help="Send again everything that did not arrive at this address.")
    ] = None,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Let a worker send a delivery again, or with --undelivered all that did not arrive. Event ids stay the same."""
    if (delivery is None) == (undelivered is None):
        raise UsageError("Name either one delivery, or with --undelivered an address. Nothing was changed.")
    desk = open_named(workspace).notice_desk
    if delivery is not None:
        flow.resend(desk, delivery, reason=reason)
    if undelivered is not None:
        Voice().say(f"Deliveries that are sent again: {flow.resend_undelivered(desk, undelivered, reason=reason)}.")
    return 0


def disable(name: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Let nothing go out to an address. What happens meanwhile is not kept for it."""
    flow.disable_address(open_named(workspace).notice_desk, name, reason=reason)
    return 0


def enable(name: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Let notices go out to an address again, also to one that was paused."""
    missed = flow.enable_address(open_named(workspace).notice_desk, name, reason=reason)
    if missed:
        Voice().say(
            f"Deliveries that did not arrive: {missed}. To send them: safelight notice resend --undelivered {name}"
        )
    return 0


def remove(name: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Remove an address with its secret. The log of what was sent to it stays for its time."""
    flow.remove_address(open_named(workspace).notice_desk, name, reason=reason)
    return 0


def rotate(
    name: str,
    /,
    *,
    overlap_hours: Annotated[float, Parameter(help="For how long the old secret signs beside the new one.")] = 24.0,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Give an address a new secret, shown this once. Until the overlap is over, both sign: the receiver misses none."""
    if not 0 <= overlap_hours <= 24 * 30:
        raise InvalidValue("The overlap lasts from nothing to 30 days. Nothing was changed.")
    overlap = timedelta(hours=overlap_hours)
    secret = flow.rotate_secret(open_named(workspace).notice_desk, name, overlap=overlap, reason=reason)
    voice = Voice()
    voice.say(f"The old secret of {name} signs beside the new one for {overlap_hours:g} hours more.")
    _show_secret(voice, secret)
    return 0


def _show_secret(voice: Voice, secret: str) -> None:
    voice.say(f"Secret: {secret}")
    voice.say(
        "It is not shown again. Give it to the receiver alone: docs/how-to/notices.md says how it checks with it."
    )
