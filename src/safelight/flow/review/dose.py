"""Budgets: limits of one's own and others', lifts that take two people, and categories that one opts out of."""

from datetime import datetime

from safelight.access.queries import find_person, list_persons
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.errors import NotAllowed, NotFound
from safelight.flow.review.acting import find_self
from safelight.review.exposure import queries, steps
from safelight.review.exposure.figures import OwnFigures, TeamWeek
from safelight.review.exposure.lift import LiftKind, NewLift
from safelight.review.exposure.limits import Limits, OwnLimits
from safelight.review.exposure.staff_code import LENGTH, staff_code
from safelight.roles import Actor, ActorKind, Permission, require_permission
from safelight.vault.content_digest import digest_secret
from safelight.vault.vault import Vault


def own_figures(engine: Engine, clock: Clock, actor: Actor, house: Limits) -> OwnFigures:
    """Return who acts their own figures of the day. Nobody can ask for somebody else's. Raises `NotFound`."""
    with read(engine) as tx:
        return queries.figures_of(tx, clock, house, find_self(tx, actor).id)


def team_weeks(engine: Engine, clock: Clock, actor: Actor, *, weeks: int = 4) -> list[TeamWeek]:
    """Return the sums of the last weeks over everybody. Raises `NotAllowed`, `InvalidValue`."""
    with read(engine) as tx:
        return queries.team_weeks(tx, clock, actor, weeks=weeks, asker_id=_self_id(tx, actor))


def set_limits(
    engine: Engine, clock: Clock, actor: Actor, person_name: str, own: OwnLimits, *, house: Limits, reason: str
) -> None:
    """Set a person's own limits, in the place of those that they had.

    Tighter ones they set themselves, at once. All else takes somebody else, with the permission `exposure:write`; and
    nothing that anybody sets goes beyond the house's limits. Raises `NotAllowed`, `NotFound`, `InvalidValue`.
    """
    with write(engine) as tx:
        person = find_person(tx, person_name)
        is_self = steps.is_self(actor, person.name)
        if not is_self:
            _require_lead(actor)
        steps.set_limits(tx, clock, actor, person.id, own, house=house, is_self=is_self, reason=reason)


def ask_lift(
    engine: Engine,
    clock: Clock,
    actor: Actor,
    person_name: str,
    kind: LiftKind,
    *,
    until: datetime,
    reason: str,
    extra_minutes: int = 0,
) -> int:
    """Ask for more than the limits allow, until a moment within a week; return the number by which it is granted.

    For oneself, or with `exposure:write` for somebody else. Raises `NotAllowed`, `NotFound`, `InvalidValue`.
    """
    with write(engine) as tx:
        person = find_person(tx, person_name)
        if not steps.is_self(actor, person.name):
            _require_lead(actor)
        new = NewLift(person_id=person.id, kind=kind, extra_minutes=extra_minutes, until=until, reason=reason)
        return steps.ask_lift(tx, clock, actor, new)


def grant_lift(engine: Engine, clock: Clock, actor: Actor, lift_id: int) -> None:
    """Grant a lift that somebody else asked for, and that is not for oneself.

    Raises `NotAllowed`, `NotFound`, `UsageError` where it is granted or over.
    """
    _require_lead(actor)
    with write(engine) as tx:
        lift = steps.find_lift(tx, lift_id)
        steps.grant_lift(tx, clock, actor, lift, _name_of(tx, lift.person_id))


def refuse_lift(engine: Engine, clock: Clock, actor: Actor, lift_id: int, *, reason: str) -> None:
    """Refuse a lift, so that it waits no more; one's own can be taken back so. Raises as `grant_lift`, `InvalidValue`.

    Whoever asked may do it too, without the permission.
    """
    with write(engine) as tx:
        lift = steps.find_lift(tx, lift_id)
        if not steps.is_self(actor, lift.asked_by.name):
            _require_lead(actor)
        steps.refuse_lift(tx, clock, actor, lift, reason=reason)


def set_opted_out(engine: Engine, actor: Actor, category: str, *, is_out: bool) -> None:
    """Opt out of a category, or in again: for oneself, at once and without a reason. Raises `NotFound`."""
    with write(engine) as tx:
        steps.set_opted_out(tx, find_self(tx, actor).id, category, is_out=is_out)


def find_by_staff_code(engine: Engine, clock: Clock, vault: Vault, actor: Actor, code: str, *, reason: str) -> str:
    """Return the name of the person whose code is drawn into a picture that leaked. Who asked is on record.

    Raises `NotAllowed` without the permission `audit:read`, `NotFound` for a code of nobody here, `InvalidValue`
    without a reason.
    """
    require_permission(actor, Permission.AUDIT_READ)
    secret = digest_secret(engine, vault.keys, clock)
    with write(engine) as tx:
        for person in list_persons(tx):
            if staff_code(secret, person.id) == code.strip().upper()[:LENGTH]:
                steps.note_staff_code(tx, clock, actor, person.id, reason=reason)
                return person.name
    raise NotFound("This is the staff code of nobody who is listed here.")


def _require_lead(actor: Actor) -> None:
    if actor.kind is ActorKind.SERVICE:
        raise NotAllowed("Limits that protect a person are set by persons. Nothing was changed.")
    require_permission(actor, Permission.EXPOSURE_WRITE)


def _self_id(tx: Tx, actor: Actor) -> int | None:
    return next((each.id for each in list_persons(tx) if steps.is_self(actor, each.name)), None)


def _name_of(tx: Tx, person_id: int) -> str:
    return next((each.name for each in list_persons(tx) if each.id == person_id), "")
