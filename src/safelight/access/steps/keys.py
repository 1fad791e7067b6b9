"""Making, rotating, limiting and revoking API keys."""

from datetime import timedelta

from safelight.access.api_key import USUAL_OVERLAP, ApiKey, NewApiKey, check_new_key, check_overlap
from safelight.access.queries import find_key, find_role
from safelight.access.rate import Rate, check_rate
from safelight.access.role import require_grantable
from safelight.access.secret import digest_of, new_secret
from safelight.access.steps.record import begin, note
from safelight.access.store import key_rows, secret_rows
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.errors import AlreadyExists, NotAllowed, UsageError
from safelight.roles import Actor, may_use_bank


def create_key(tx: Tx, clock: Clock, actor: Actor, new: NewApiKey, *, reason: str = "") -> tuple[int, str]:
    """Make a key; return its number and its secret, which is kept nowhere: only its SHA-256 is.

    Nobody gives what they lack: neither permissions nor banks. Raises `NotAllowed`, `InvalidValue`, `NotFound` for the
    role, `AlreadyExists` where a key that counts has the name.
    """
    begin(tx, actor)
    check_new_key(new, clock.now())
    role = None if new.role_name is None else find_role(tx, new.role_name)
    require_grantable(actor, new.permissions if role is None else role.permissions)
    _require_own_banks(actor, new)
    _free_name(tx, clock, new.name)
    key_id = key_rows.add(tx, new, clock.now())
    secret = new_secret()
    secret_rows.add(tx, key_id, digest_of(secret), clock.now())
    note(tx, clock, actor, "create_api_key", f"api_key:{key_id}", reason=reason, **_told(new))
    return key_id, secret


def _require_own_banks(actor: Actor, new: NewApiKey) -> None:
    if actor.bank_names is None:
        return
    if new.bank_names is None or not all(may_use_bank(actor, name) for name in new.bank_names):
        raise NotAllowed(f"{actor.name} may give only the banks that they may use themselves. Nothing was changed.")


def _free_name(tx: Tx, clock: Clock, name: str) -> None:
    before = key_rows.find_open(tx, name)
    if before is None:
        return
    if before.is_living(clock.now()):
        raise AlreadyExists(f"There is an API key {name!r} already. To exchange its secret: safelight api-key rotate")
    key_rows.end(tx, before.id, before.expires_at or clock.now())


def _told(new: NewApiKey) -> dict[str, int | str]:
    told: dict[str, int | str] = {"name": new.name}
    if new.role_name is not None:
        told["role"] = new.role_name
    told |= dict.fromkeys(sorted(permission.value for permission in new.permissions), "given")
    told["banks"] = "every" if new.bank_names is None else len(new.bank_names)
    if new.expires_at is not None:
        told["expires_at"] = new.expires_at.isoformat()
    if new.rate is not None:
        told |= {"per_minute": new.rate.per_minute, "burst": new.rate.burst}
    return told


def rotate_key(
    tx: Tx, clock: Clock, actor: Actor, name: str, *, overlap: timedelta = USUAL_OVERLAP, reason: str = ""
) -> tuple[ApiKey, str]:
    """Make another secret for a key, beside which the ones before count for the overlap; return the key as it is then.

    Raises `NotAllowed`, `NotFound`, `InvalidValue` for the overlap, `UsageError` for a key that has ended.
    """
    begin(tx, actor)
    check_overlap(overlap)
    key = _living(tx, clock, name)
    require_grantable(actor, key.permissions if key.role_name is None else find_role(tx, key.role_name).permissions)
    secret, now = new_secret(), clock.now()
    secret_id = secret_rows.add(tx, key.id, digest_of(secret), now)
    secret_rows.end_others(tx, key.id, but=secret_id, at=now + overlap)
    secret_rows.forget_ended(tx, key.id, now)
    told = {"overlap_s": round(overlap.total_seconds())}
    note(tx, clock, actor, "rotate_api_key", f"api_key:{key.id}", reason=reason, **told)
    return find_key(tx, str(key.id)), secret


def finish_rotation(tx: Tx, clock: Clock, actor: Actor, name: str, *, reason: str = "") -> int:
    """End every secret of a key but the newest at once; return how many that were. Raises as `rotate_key`."""
    begin(tx, actor)
    key = _living(tx, clock, name)
    *older, newest = key.living_secrets(clock.now())
    secret_rows.end_others(tx, key.id, but=newest.id, at=clock.now())
    secret_rows.forget_ended(tx, key.id, clock.now())
    note(tx, clock, actor, "finish_api_key_rotation", f"api_key:{key.id}", reason=reason, ended=len(older))
    return len(older)


def limit_key(tx: Tx, clock: Clock, actor: Actor, name: str, rate: Rate | None, *, reason: str = "") -> None:
    """Say how often a key may be used; None: as the settings say. Raises as `rotate_key`, `InvalidValue` for a rate."""
    begin(tx, actor)
    if rate is not None:
        check_rate(rate)
    key = _living(tx, clock, name)
    key_rows.set_rate(tx, key.id, rate)
    told: dict[str, int | str] = {"rate": "as set"}
    if rate is not None:
        told = {"per_minute": rate.per_minute, "burst": rate.burst}
    note(tx, clock, actor, "limit_api_key", f"api_key:{key.id}", reason=reason, **told)


def revoke_key(tx: Tx, clock: Clock, actor: Actor, name: str, *, reason: str = "") -> ApiKey:
    """End a key and all its secrets for good, in every process within a second; return it as it was.

    Raises `NotAllowed`, `NotFound`, `UsageError` for one that was revoked already.
    """
    begin(tx, actor)
    key = find_key(tx, name)
    if key.ended_at is not None:
        raise UsageError(f"The API key {key.name} (number {key.id}) has ended already. Nothing was changed.")
    key_rows.end(tx, key.id, clock.now())
    note(tx, clock, actor, "revoke_api_key", f"api_key:{key.id}", reason=reason)
    return key


def _living(tx: Tx, clock: Clock, name: str) -> ApiKey:
    key = find_key(tx, name)
    if not key.is_living(clock.now()):
        raise UsageError(
            f"The API key {key.name} (number {key.id}) has expired or was revoked: it does not come back. Nothing was "
            "changed. Make a new one: safelight api-key create"
        )
    return key
