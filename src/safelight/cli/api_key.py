"""`safelight api-key …`: by which keys services come in."""

from datetime import datetime, timedelta
from typing import Annotated

from cyclopts import Parameter

from safelight.access import queries
from safelight.access.api_key import ApiKey, NewApiKey
from safelight.access.rate import Rate
from safelight.access.role import read_permissions
from safelight.cli.bank_entry import Reason
from safelight.cli.moments import in_utc, minute
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, warn
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import InvalidValue, UsageError
from safelight.flow import access as flow

_USUAL_ROLE = "service"

PerMinute = Annotated[int | None, Parameter(help="How many requests a minute; else as the settings say.")]
Burst = Annotated[int | None, Parameter(help="How many requests at once; else as many as a minute.")]


def create(
    name: str,
    /,
    *,
    role: Annotated[str | None, Parameter(help="What it may do: a role. Without any, `service`.")] = None,
    permission: Annotated[
        list[str] | None, Parameter(help="Or a permission by name. Can be repeated.", negative="")
    ] = None,
    bank: Annotated[
        list[str] | None, Parameter(help="Only for this bank. Can be repeated; else every one.", negative="")
    ] = None,
    expires: Annotated[datetime | None, Parameter(help="When it ends (UTC unless a zone is given).")] = None,
    per_minute: PerMinute = None,
    burst: Burst = None,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Make an API key. Its secret is printed once, alone on standard output, and kept nowhere."""
    house = open_named(workspace)
    new = NewApiKey(
        name=name,
        role_name=role or (None if permission else _USUAL_ROLE),
        permissions=read_permissions(permission or ()),
        bank_names=frozenset(bank) if bank else None,
        expires_at=in_utc(expires),
        rate=_rate(per_minute, burst),
    )
    key_id, secret = flow.create_key(house.engine, house.clock, house.actor, new, reason=reason)
    warn(f"API key {name} is number {key_id}. Its secret is shown now and never again:")
    Voice().say(secret)
    return 0


def list_keys(
    *,
    all_: Annotated[bool, Parameter(name="--all", help="Those that have ended, too.", negative="")] = False,
    workspace: Workspace = None,
) -> int:
    """List the API keys, what each may do, and when it was last used. Times are UTC."""
    house = open_named(workspace)
    with read(house.engine) as tx:
        found = queries.list_keys(tx, with_ended=all_)
    table = new_table("key", "name", "may", "banks", "state", "last used", "uses")
    for key in found:
        may, banks = key.role_name or f"{len(key.permissions)} permissions", _banks(key)
        state, last = _state(key, house.clock.now()), minute(key.last_used_at, "never")
        table.add_row(str(key.id), key.name, may, banks, state, last, str(key.use_count))
    Voice().print(table)
    return 0


def show(name: str, /, *, workspace: Workspace = None) -> int:
    """Show one API key, by its name or its number: everything but its secrets, which nobody has."""
    house = open_named(workspace)
    with read(house.engine) as tx:
        key = queries.find_key(tx, name)
        roles = {role.name: role.permissions for role in queries.list_roles(tx)}
    may = key.permissions if key.role_name is None else roles.get(key.role_name, frozenset())
    now, voice = house.clock.now(), Voice()
    voice.say(f"{key.name}, number {key.id}: {_state(key, now)}, made {minute(key.added_at)}")
    by = "permissions of its own" if key.role_name is None else f"the role {key.role_name}"
    voice.say(f"  may, by {by}: {', '.join(sorted(may)) or 'nothing any more'}")
    voice.say(f"  banks: {_banks(key)}")
    if key.rate is not None:
        voice.say(f"  {key.rate.per_minute} requests a minute, {key.rate.burst} at once")
    for secret in key.secrets:
        is_living = secret in key.living_secrets(now)
        end = "" if secret.ends_at is None else f", {'counts until' if is_living else 'ended'} {minute(secret.ends_at)}"
        used = f"{secret.use_count} uses, last {minute(secret.last_used_at, 'never')}"
        voice.say(f"  secret {secret.id} of {minute(secret.added_at)}: {used}{end}")
    if key.alarmed_at is not None:
        warn(
            f"Its look-ups looked like probing on {minute(key.alarmed_at)} UTC: docs/how-to/access.md says what to do."
        )
    return 0


def rotate(
    name: str,
    /,
    *,
    overlap_hours: Annotated[float, Parameter(help="For how long the old secret still counts.")] = 24.0,
    finish: Annotated[bool, Parameter(help="Make no new secret: end the old ones now.", negative="")] = False,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Make another secret for an API key. The old one counts beside it for a while, so that there is no gap."""
    house = open_named(workspace)
    who = (house.engine, house.clock, house.actor)
    if finish:
        count = flow.finish_rotation(*who, name, reason=reason)
        Voice().say(f"Old secrets of {name} that counted until now: {count}. Only the newest does.")
        return 0
    key, secret = flow.rotate_key(*who, name, overlap=_overlap(overlap_hours), reason=reason)
    warn(f"The old secret of {key.name} counts for {overlap_hours:g} hours more. The new one is shown this once:")
    Voice().say(secret)
    return 0


def limit(
    name: str, /, *, per_minute: PerMinute = None, burst: Burst = None, reason: Reason = "", workspace: Workspace = None
) -> int:
    """Say how often an API key may be used; without any figure, as the settings say."""
    house = open_named(workspace)
    rate = _rate(per_minute, burst)
    flow.limit_key(house.engine, house.clock, house.actor, name, rate, reason=reason)
    told = "as often as the settings say" if rate is None else f"{rate.per_minute} times a minute, {rate.burst} at once"
    Voice().say(f"{name} may be used {told}.")
    return 0


def revoke(name: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """End an API key for good, by its name or its number. Every process refuses it within a second."""
    house = open_named(workspace)
    key = flow.revoke_key(house.engine, house.clock, house.actor, name, reason=reason)
    Voice().say(f"API key {key.name} (number {key.id}) is revoked.")
    return 0


def _rate(per_minute: int | None, burst: int | None) -> Rate | None:
    if per_minute is None:
        if burst is not None:
            raise UsageError("--burst goes with --per-minute: name both. Nothing was changed.")
        return None
    return Rate(per_minute=per_minute, burst=per_minute if burst is None else burst)


def _overlap(hours: float) -> timedelta:
    try:
        return timedelta(hours=hours)
    except (OverflowError, ValueError) as error:
        raise InvalidValue("The overlap is a number of hours, such as 24 or 0.5.") from error


def _state(key: ApiKey, now: datetime) -> str:
    if key.ended_at is not None:
        return f"ended {minute(key.ended_at)}"
    if not key.is_living(now):
        return f"expired {minute(key.expires_at)}"
    told = "counts" if key.expires_at is None else f"counts until {minute(key.expires_at)}"
    return told if len(key.living_secrets(now)) < 2 else f"{told}, being rotated"


def _banks(key: ApiKey) -> str:
    return "every" if key.bank_names is None else ", ".join(sorted(key.bank_names)) or "none any more"
