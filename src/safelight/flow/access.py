"""Administration of access: each function is one act of a person, in one transaction."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from safelight.access import steps
from safelight.access.api_key import USUAL_OVERLAP, ApiKey, NewApiKey
from safelight.access.person import Person
from safelight.access.rate import Rate
from safelight.access.role import Role
from safelight.access.steps import enrolment
from safelight.banks import queries as banks
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.roles import Actor, Permission


def create_key(engine: Engine, clock: Clock, actor: Actor, new: NewApiKey, *, reason: str = "") -> tuple[int, str]:
    """Make an API key; return its number and its secret, which is shown now and never again.

    Raises `NotAllowed`, `InvalidValue`, `NotFound` for the role or a bank, `AlreadyExists` for the name.
    """
    with write(engine) as tx:
        steps.take_turn(tx)  # before the banks are looked up: one that is renamed meanwhile takes its keys along
        return steps.create_key(tx, clock, actor, _with_banks(tx, new), reason=reason)


def _with_banks(tx: Tx, new: NewApiKey) -> NewApiKey:
    if new.bank_names is None:
        return new
    return replace(new, bank_names=frozenset(banks.find_bank(tx, name).name for name in new.bank_names))


def rotate_key(
    engine: Engine, clock: Clock, actor: Actor, name: str, *, overlap: timedelta = USUAL_OVERLAP, reason: str = ""
) -> tuple[ApiKey, str]:
    """Make another secret for a key, beside which those before count for the overlap.

    Returns the key and the new secret. Raises `NotAllowed`, `NotFound`, `InvalidValue`, `UsageError` for one that has
    ended.
    """
    with write(engine) as tx:
        return steps.rotate_key(tx, clock, actor, name, overlap=overlap, reason=reason)


def finish_rotation(engine: Engine, clock: Clock, actor: Actor, name: str, *, reason: str = "") -> int:
    """End every secret of a key but the newest; return how many counted until now. Raises as `rotate_key`."""
    with write(engine) as tx:
        return steps.finish_rotation(tx, clock, actor, name, reason=reason)


def limit_key(engine: Engine, clock: Clock, actor: Actor, name: str, rate: Rate | None, *, reason: str = "") -> None:
    """Say how often a key may be used; None: as the settings say. Raises as `rotate_key`."""
    with write(engine) as tx:
        steps.limit_key(tx, clock, actor, name, rate, reason=reason)


def revoke_key(engine: Engine, clock: Clock, actor: Actor, name: str, *, reason: str = "") -> ApiKey:
    """End a key for good, in every process within a second. Raises `NotAllowed`, `NotFound`, `UsageError`."""
    with write(engine) as tx:
        return steps.revoke_key(tx, clock, actor, name, reason=reason)


def add_person(
    engine: Engine, clock: Clock, actor: Actor, name: str, *, role_names: Collection[str], reason: str = ""
) -> Person:
    """Add somebody with roles. Raises `NotAllowed`, `InvalidValue`, `NotFound` for a role, `AlreadyExists`."""
    with write(engine) as tx:
        return steps.add_person(tx, clock, actor, name, role_names=role_names, reason=reason)


def set_person_roles(
    engine: Engine, clock: Clock, actor: Actor, name: str, *, role_names: Collection[str], reason: str = ""
) -> Person:
    """Give a person these roles and no other. Raises `NotAllowed`, `NotFound`."""
    with write(engine) as tx:
        return steps.set_person_roles(tx, clock, actor, name, role_names=role_names, reason=reason)


def disable_person(engine: Engine, clock: Clock, actor: Actor, name: str, *, reason: str = "") -> None:
    """Let somebody do nothing any more. Raises `NotAllowed`, `NotFound`, `UsageError`."""
    with write(engine) as tx:
        steps.disable_person(tx, clock, actor, name, reason=reason)


def end_person_sessions(engine: Engine, clock: Clock, actor: Actor, name: str, *, reason: str = "") -> int:
    """End the sessions of somebody, who may sign in anew; return how many. Raises `NotAllowed`, `NotFound`."""
    with write(engine) as tx:
        return steps.end_person_sessions(tx, clock, actor, name, reason=reason)


def enable_person(engine: Engine, clock: Clock, actor: Actor, name: str, *, reason: str = "") -> None:
    """Let somebody work again, by the roles that they had. Raises `NotAllowed`, `NotFound`, `UsageError`."""
    with write(engine) as tx:
        steps.enable_person(tx, clock, actor, name, reason=reason)


def invite_person(
    engine: Engine, clock: Clock, actor: Actor, name: str, *, lasting: timedelta, reason: str = ""
) -> tuple[Person, str, datetime]:
    """Make the one-time code by which somebody signs in first; return them, the code, and when it ends.

    The code is shown now and never again; one from before counts no more. Raises `NotAllowed`, `NotFound`,
    `InvalidValue`, `UsageError` for one who is disabled or has set up all.
    """
    with write(engine) as tx:
        return enrolment.invite_person(tx, clock, actor, name, lasting=lasting, reason=reason)


def reset_person(
    engine: Engine, clock: Clock, actor: Actor, name: str, *, lasting: timedelta, reason: str = ""
) -> tuple[Person, str, datetime]:
    """Take away all that somebody signs in with, end their sessions, and invite them anew. As `invite_person`."""
    with write(engine) as tx:
        return enrolment.reset_person(tx, clock, actor, name, lasting=lasting, reason=reason)


def set_role(
    engine: Engine, clock: Clock, actor: Actor, name: str, permissions: Collection[Permission], *, reason: str = ""
) -> Role:
    """Make a role, or let it have these permissions and no other. Raises `NotAllowed`, `InvalidValue`."""
    with write(engine) as tx:
        return steps.set_role(tx, clock, actor, name, permissions, reason=reason)


def change_role(
    engine: Engine,
    clock: Clock,
    actor: Actor,
    name: str,
    *,
    add: Collection[Permission] = (),
    drop: Collection[Permission] = (),
    reason: str = "",
) -> Role:
    """Let a role have some permissions more and some less. Raises `NotAllowed`, `NotFound`, `InvalidValue`."""
    with write(engine) as tx:
        return steps.change_role(tx, clock, actor, name, add=add, drop=drop, reason=reason)


def remove_role(engine: Engine, clock: Clock, actor: Actor, name: str, *, reason: str = "") -> bool:
    """Remove a role; one that is built in is as it came again (True). Raises `NotAllowed`, `NotFound`, `UsageError`."""
    with write(engine) as tx:
        return steps.remove_role(tx, clock, actor, name, reason=reason)
