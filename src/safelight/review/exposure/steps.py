"""What moves exposure forward: each function is one act within the caller's transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from safelight.access.names import name_key
from safelight.audit import log
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import InvalidValue, NotAllowed, NotFound, UsageError
from safelight.review.category import read_category, require_few
from safelight.review.exposure import queries, store
from safelight.review.exposure.exposure import STRIP, Delivery, Exposure, NewExposure
from safelight.review.exposure.guard import Asked, Refused, Why, may_see
from safelight.review.exposure.level import Level
from safelight.review.exposure.lift import Lift, NewLift, check_new_lift, may_grant
from safelight.review.exposure.limits import Limits, OwnLimits, check_own, combine, is_no_looser
from safelight.review.exposure.refusals import refusal
from safelight.roles import Actor

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """What a person asks to be shown, and why. `categories` are the item's, in small letters."""

    evidence_id: str
    level: Level
    frame: int
    categories: frozenset[str]
    reason: str


def open_exposure(tx: Tx, clock: Clock, actor: Actor, person_id: int, *, house: Limits, wanted: Reveal) -> Exposure:
    """Record that a person is shown something, if they may be, and end what they were shown until now.

    Of one person one reveal after the other gets through: their row is locked until the transaction ends. Raises
    `ExposureRefused` with the reason, `InvalidValue` without one for asking, `ClockWrong`.
    """
    _check_reason(wanted.reason)
    now = see(tx, clock)
    store.lock_person(tx, person_id)
    store.end_open(tx, person_id, now)
    budget = queries.budget_of(tx, house, person_id, now)
    shown = store.highest_shown(tx, person_id, wanted.evidence_id, wanted.frame, STRIP)
    asked = Asked(level=wanted.level, shown=shown, categories=wanted.categories)
    answer = may_see(now, asked, budget, queries.past_of(tx, budget.limits, person_id, now))
    if isinstance(answer, Refused):
        raise refusal(answer)
    exposure_id = store.add(
        tx,
        NewExposure(
            person_id=person_id,
            evidence_id=wanted.evidence_id,
            level=wanted.level,
            frame=wanted.frame,
            reason=wanted.reason,
            revealed_at=now,
            must_hide_at=answer.must_hide_at,
        ),
    )
    details = {"exposure": exposure_id, "level": wanted.level.value, "frame": wanted.frame}
    _note(tx, clock, actor, "reveal_evidence", wanted.evidence_id, reason=wanted.reason, **details)
    return _own(tx, exposure_id, person_id)


def deliver(
    tx: Tx, clock: Clock, actor: Actor, exposure_id: int, person_id: int, *, frame_count: int | None, is_sound: bool
) -> Exposure:
    """Record that the picture leaves now. Raises `ExposureRefused` where the exposure has ended meanwhile."""
    store.lock_person(tx, person_id)
    now = see(tx, clock)
    exposure = _own(tx, exposure_id, person_id)
    if exposure.delivery is not Delivery.OPENED or not exposure.is_open_at(now):
        raise refusal(Refused(why=Why.SUPERSEDED))
    store.set_delivered(tx, exposure_id, frame_count=frame_count, is_sound=is_sound)
    _note(tx, clock, actor, "deliver_picture", exposure.evidence_id, exposure=exposure_id)
    return exposure


def fail(tx: Tx, clock: Clock, actor: Actor, exposure_id: int, person_id: int, *, why: str) -> None:
    """Record that there was no picture, so that nothing left and nothing counts."""
    store.lock_person(tx, person_id)
    exposure = _own(tx, exposure_id, person_id)
    if exposure.delivery is Delivery.OPENED:
        store.set_failed(tx, exposure_id, clock.now())
        _note(tx, clock, actor, "fail_picture", exposure.evidence_id, exposure=exposure_id, why=why)


def confirm_shown(tx: Tx, clock: Clock, actor: Actor, exposure_id: int, person_id: int) -> None:
    """Record that a picture stood on the person's screen. Doing it twice changes nothing.

    Raises `NotFound` for what is none of theirs, `UsageError` where it was not delivered or has ended.
    """
    store.lock_person(tx, person_id)
    now = see(tx, clock)
    exposure = _own(tx, exposure_id, person_id)
    if exposure.confirmed_at is not None:
        return
    if exposure.delivery is not Delivery.DELIVERED or not exposure.is_open_at(now):
        raise UsageError(
            "This picture was not delivered, or its time is over: that it was seen cannot be confirmed any more. "
            "Nothing was changed."
        )
    store.set_confirmed(tx, exposure_id, now)
    _note(tx, clock, actor, "confirm_shown", exposure.evidence_id, exposure=exposure_id)


def hide(tx: Tx, clock: Clock, actor: Actor, exposure_id: int, person_id: int) -> None:
    """Record that a picture was hidden. One that has ended stays as it is. Raises `NotFound` for none of theirs."""
    store.lock_person(tx, person_id)
    now = see(tx, clock)
    exposure = _own(tx, exposure_id, person_id)
    if exposure.is_open_at(now):
        store.set_hidden(tx, exposure_id, max(now, exposure.revealed_at))
        _note(tx, clock, actor, "hide_evidence", exposure.evidence_id, exposure=exposure_id)


def set_limits(
    tx: Tx, clock: Clock, actor: Actor, person_id: int, own: OwnLimits, *, house: Limits, is_self: bool, reason: str
) -> None:
    """Set a person's own limits: tighter by themselves at once, looser only by somebody else, never beyond the house's.

    Raises `NotAllowed`, `InvalidValue` for a limit that is none or without a reason.
    """
    _check_reason(reason)
    check_own(own)
    before = combine(house, store.lock_person(tx, person_id))
    if is_self and not is_no_looser(combine(house, own), before):
        raise NotAllowed(
            "Nobody loosens their own limits. Ask for a lift, which somebody else grants. Nothing was changed."
        )
    store.set_own_limits(tx, person_id, own)
    _note_person(tx, clock, actor, "set_exposure_limits", person_id, reason=reason)


def ask_lift(tx: Tx, clock: Clock, actor: Actor, new: NewLift) -> int:
    """Ask for more than the limits allow, for a short time; return the number of the lift. Raises `InvalidValue`."""
    now = see(tx, clock)
    check_new_lift(new, now)
    lift_id = store.add_lift(tx, new, actor, now)
    details = {"lift": lift_id, "kind": new.kind.value, "minutes": new.extra_minutes, "until": new.until.isoformat()}
    _note_person(tx, clock, actor, "ask_exposure_lift", new.person_id, reason=new.reason, **details)
    return lift_id


def find_lift(tx: Tx, lift_id: int) -> Lift:
    """Return a lift, locked. Raises `NotFound`."""
    lift = store.lock_lift(tx, lift_id)
    if lift is None:
        raise NotFound(f"There is no lift {lift_id}. `safelight exposure lifts` shows those that wait.")
    return lift


def grant_lift(tx: Tx, clock: Clock, actor: Actor, lift: Lift, person_name: str) -> None:
    """Grant a lift that another asked for. Raises `NotAllowed`, `UsageError` where it was granted or is over."""
    now = see(tx, clock)
    if why_not := may_grant(lift, actor.name, person_name):
        raise NotAllowed(f"This lift takes another person: {why_not}. Nothing was changed.")
    if lift.granted_at is not None or now >= lift.until:
        raise UsageError("This lift was granted already, or its end is past. Nothing was changed.")
    store.grant_lift(tx, lift.id, actor, now)
    _note_person(tx, clock, actor, "grant_exposure_lift", lift.person_id, reason=lift.reason, lift=lift.id)


def refuse_lift(tx: Tx, clock: Clock, actor: Actor, lift: Lift, *, reason: str) -> None:
    """Let a lift that waits end without having counted. Whoever asked for it needs no reason.

    Raises `InvalidValue`, `UsageError` where it does not wait.
    """
    if not is_self(actor, lift.asked_by.name):
        _check_reason(reason)
    now = see(tx, clock)
    if lift.granted_at is not None or now >= lift.until:
        raise UsageError("This lift was granted already, or its end is past. Nothing was changed.")
    store.end_lift(tx, lift.id, now)
    _note_person(tx, clock, actor, "refuse_exposure_lift", lift.person_id, reason=reason, lift=lift.id)


def note_staff_code(tx: Tx, clock: Clock, actor: Actor, person_id: int, *, reason: str) -> None:
    """Record that somebody asked whose staff code a picture bears, and was told. Raises `InvalidValue`."""
    _check_reason(reason)
    _note_person(tx, clock, actor, "find_staff_code", person_id, reason=reason)


def set_opted_out(tx: Tx, person_id: int, category: str, *, is_out: bool) -> None:
    """Let a person be out of a category, or in it again. It is theirs alone: not even the audit log tells of it.

    Raises `InvalidValue` for what is no category, and for one too many.
    """
    kept = read_category(category)
    store.lock_person(tx, person_id)
    if is_out:
        require_few(len(store.opted_out(tx, person_id) | {kept}))
    store.set_opted_out(tx, person_id, kept, is_out=is_out)


def erase_old(tx: Tx, clock: Clock, actor: Actor, *, before: datetime, kept_ids: Collection[int]) -> int:
    """Erase to whom something was shown before a moment, and why; lifts; and limits of people who are no more.

    What was shown of evidence, and when, stays: a report may rest on it. Returns how many rows that were.
    """
    count = store.erase_before(tx, before) + store.remove_people(tx, kept_ids)
    if count:
        log.write(tx, clock=clock, actor=actor, verb="erase_exposures", target="exposure:all", details={"rows": count})
    return count


def is_self(actor: Actor, person_name: str) -> bool:
    """Whether who acts is the person, by name, in whatever letters."""
    return name_key(actor.name) == name_key(person_name)


def _own(tx: Tx, exposure_id: int, person_id: int) -> Exposure:
    exposure = store.find(tx, exposure_id, person_id)
    if exposure is None:
        raise NotFound("There is no such exposure of yours. Nothing was changed.")
    return exposure


def _check_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidValue(
            f"This takes a reason of up to {LONGEST_REASON} characters, which is kept. Nothing was done."
        )


def _note(
    tx: Tx, clock: Clock, actor: Actor, verb: str, evidence_id: str, *, reason: str = "", **details: int | str
) -> None:
    target = f"evidence:{evidence_id}"
    log.write(tx, clock=clock, actor=actor, verb=verb, target=target, reason=reason, details=details)


def _note_person(
    tx: Tx, clock: Clock, actor: Actor, verb: str, person_id: int, *, reason: str, **details: int | str
) -> None:
    target = f"person:{person_id}"
    log.write(tx, clock=clock, actor=actor, verb=verb, target=target, reason=reason, details=details)
