"""The tables of exposure."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, time
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    Row,
    SmallInteger,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from safelight.database.moment import Moment
from safelight.database.parts import in_parts
from safelight.database.schema import METADATA, RowId, row_number
from safelight.database.transaction import Tx
from safelight.review.exposure.exposure import Delivery, Ending, Exposure, Look, NewExposure
from safelight.review.exposure.level import Level
from safelight.review.exposure.lift import Lift, LiftKind, NewLift
from safelight.review.exposure.limits import Hours, OwnLimits
from safelight.roles import Actor, ActorKind

exposures = Table(
    "exposures",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("person_id", RowId),  # NULL once its time is over: what was shown of evidence stays, without to whom
    Column("evidence_id", String(32), nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("frame", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("revealed_at", Moment, nullable=False),
    Column("must_hide_at", Moment, nullable=False),
    Column("delivery", String(10), nullable=False),
    Column("frame_count", Integer),
    Column("is_sound", Boolean, nullable=False),
    Column("confirmed_at", Moment),
    Column("ended_at", Moment),
    Column("ended_by", String(10)),
    Index("ix_exposures_person", "person_id", "revealed_at"),
    Index("ix_exposures_evidence", "evidence_id", "id"),
    Index("ix_exposures_revealed_at", "revealed_at"),
)
"""The exposure log: one row for each reveal, written before any pixel leaves."""

people = Table(
    "exposure_people",
    METADATA,
    Column("person_id", RowId, primary_key=True, autoincrement=False),
    Column("minutes_per_day", Integer),
    Column("large_minutes_per_day", Integer),
    Column("original_minutes_per_day", Integer),
    Column("break_after_minutes", Integer),
    Column("break_minutes", Integer),
    Column("days_in_a_row", Integer),
    Column("cap_seconds", Integer),
    Column("hours_from", String(20)),
    Column("hours_until", String(20)),
    Column("time_zone", String(100)),
)
"""Limits of a person's own. The row is also what their reveals take turns on."""

lifts = Table(
    "exposure_lifts",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("person_id", RowId, nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("extra_minutes", Integer, nullable=False),
    Column("until_at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("asked_by_kind", String(20), nullable=False),
    Column("asked_by_name", Text, nullable=False),
    Column("granted_at", Moment),
    Column("granted_by_kind", String(20)),
    Column("granted_by_name", Text),
)
"""Lifts of limits: asked by one, granted by another."""

opt_outs = Table(
    "exposure_opt_outs",
    METADATA,
    Column("person_id", RowId, primary_key=True, autoincrement=False),
    Column("category", String(200), primary_key=True),
)
"""The categories that somebody does not want to be shown. Nobody but them is told."""

_NUMBERS = (
    "minutes_per_day",
    "large_minutes_per_day",
    "original_minutes_per_day",
    "break_after_minutes",
    "break_minutes",
    "days_in_a_row",
    "cap_seconds",
)
_SHOWN = (exposures.c.level > Level.CARD.value, exposures.c.delivery != Delivery.FAILED.value)


def lock_person(tx: Tx, person_id: int) -> OwnLimits:
    """Return a person's own limits, and let nobody else's reveal for them go on until the transaction ends."""
    dialect: Any = postgresql if tx.dialect.name == "postgresql" else sqlite
    tx.execute(dialect.insert(people).values(person_id=person_id).on_conflict_do_nothing())
    return _own(tx.execute(select(people).where(people.c.person_id == person_id).with_for_update()).one())


def own_limits(tx: Tx, person_id: int) -> OwnLimits:
    """Return a person's own limits."""
    row = tx.execute(select(people).where(people.c.person_id == person_id)).one_or_none()
    return OwnLimits() if row is None else _own(row)


def set_own_limits(tx: Tx, person_id: int, own: OwnLimits) -> None:
    """Set the limits of a person whose row is locked."""
    values: dict[str, Any] = {name: getattr(own, name) for name in _NUMBERS}
    values |= {"time_zone": own.time_zone, "hours_from": None, "hours_until": None}
    if own.hours is not None:
        values |= {"hours_from": f"{own.hours.from_:%H:%M}", "hours_until": f"{own.hours.until:%H:%M}"}
    tx.execute(update(people).where(people.c.person_id == person_id).values(values))


def add(tx: Tx, new: NewExposure) -> int:
    """Add an exposure and return its number."""
    values = asdict(new) | {"level": new.level.value, "delivery": Delivery.OPENED.value, "is_sound": False}
    return int(tx.execute(insert(exposures).values(values).returning(exposures.c.id)).scalar_one())


def find(tx: Tx, exposure_id: int, person_id: int) -> Exposure | None:
    """Return an exposure of a person."""
    mine = (exposures.c.id == exposure_id, exposures.c.person_id == person_id)
    row = tx.execute(select(exposures).where(*mine)).one_or_none()
    return None if row is None else _exposure(row)


def of_evidence(tx: Tx, evidence_id: str) -> list[Exposure]:
    """Return all exposures of evidence, the oldest first."""
    question = select(exposures).where(exposures.c.evidence_id == evidence_id).order_by(exposures.c.id)
    return [_exposure(row) for row in tx.execute(question)]


def of_person(tx: Tx, person_id: int, *, after_id: int, limit: int) -> list[Exposure]:
    """Return exposures of a person by number."""
    theirs = (exposures.c.person_id == person_id, exposures.c.id > after_id)
    question = select(exposures).where(*theirs).order_by(exposures.c.id).limit(limit)
    return [_exposure(row) for row in tx.execute(question)]


def highest_shown(tx: Tx, person_id: int, evidence_id: str, frame: int, strip: int) -> Level | None:
    """Return the highest level of a frame that a person was shown: itself, in a strip, or on the card."""
    of_it = or_(exposures.c.frame.in_({frame, strip}), exposures.c.level == Level.CARD.value)
    shown = (exposures.c.person_id == person_id, exposures.c.evidence_id == evidence_id)
    is_done = exposures.c.delivery == Delivery.DELIVERED.value
    found = tx.execute(select(func.max(exposures.c.level)).where(*shown, is_done, of_it)).scalar_one()
    return None if found is None else Level(found)


def levels_shown(tx: Tx, person_id: int, evidence_ids: Collection[str]) -> dict[str, Level]:
    """Return, by evidence, the highest level of anything of it that a person was shown."""
    found: dict[str, Level] = {}
    for part in in_parts(sorted(evidence_ids)):
        mine = (exposures.c.person_id == person_id, exposures.c.evidence_id.in_(part))
        is_done = exposures.c.delivery == Delivery.DELIVERED.value
        question = select(exposures.c.evidence_id, func.max(exposures.c.level)).where(*mine, is_done)
        found |= {row[0]: Level(row[1]) for row in tx.execute(question.group_by(exposures.c.evidence_id))}
    return found


def seen_among(tx: Tx, evidence_ids: Collection[str]) -> set[str]:
    """Return those of which a picture may have left, whoever it was for."""
    found: set[str] = set()
    for part in in_parts(sorted(evidence_ids)):
        question = select(exposures.c.evidence_id).where(exposures.c.evidence_id.in_(part), *_SHOWN).distinct()
        found.update(tx.execute(question).scalars())
    return found


def count_levels(tx: Tx, evidence_ids: Collection[str]) -> dict[str, dict[Level, int]]:
    """Return, by evidence, of how many pictures of each level any may have left, whoever they were for."""
    found: dict[str, dict[Level, int]] = {}
    columns = (exposures.c.evidence_id, exposures.c.level)
    for part in in_parts(sorted(evidence_ids)):
        question = select(*columns, func.count()).where(exposures.c.evidence_id.in_(part), *_SHOWN)
        for evidence_id, level, count in tx.execute(question.group_by(*columns).order_by(*columns)):
            found.setdefault(evidence_id, {})[Level(level)] = count
    return found


def looks(tx: Tx, person_id: int, *, since: datetime, now: datetime) -> list[Look]:
    """Return the looks of a person since a moment, each until its end or its cap; one that is open, until now."""
    columns = (exposures.c.level, exposures.c.revealed_at, exposures.c.must_hide_at, exposures.c.ended_at)
    question = select(*columns).where(exposures.c.person_id == person_id, exposures.c.revealed_at >= since, *_SHOWN)
    return [_look(row, now) for row in tx.execute(question.order_by(exposures.c.revealed_at))]


def looks_of_all(tx: Tx, *, since: datetime, before: datetime) -> dict[int, list[Look]]:
    """Return the looks of everybody between two moments that are both over."""
    times = (exposures.c.revealed_at, exposures.c.must_hide_at, exposures.c.ended_at)
    between = (exposures.c.revealed_at >= since, exposures.c.revealed_at < before)
    question = select(exposures.c.person_id, exposures.c.level, *times).where(
        exposures.c.person_id.is_not(None), *between, *_SHOWN
    )
    found: dict[int, list[Look]] = {}
    for row in tx.execute(question):
        found.setdefault(row.person_id, []).append(_look(row, row.must_hide_at))
    return found


def latest_reveal(tx: Tx, person_id: int) -> datetime | None:
    """Return when a person was last shown anything."""
    question = select(exposures.c.revealed_at).where(exposures.c.person_id == person_id)
    found: datetime | None = tx.execute(question.order_by(exposures.c.revealed_at.desc()).limit(1)).scalar_one_or_none()
    return found


def was_shown_between(tx: Tx, person_id: int, since: datetime, before: datetime) -> bool:
    """Whether a person was shown any picture between two moments."""
    between = (exposures.c.revealed_at >= since, exposures.c.revealed_at < before)
    question = select(literal(1)).where(exposures.c.person_id == person_id, *between, *_SHOWN).limit(1)
    return tx.execute(question).one_or_none() is not None


def end_open(tx: Tx, person_id: int, now: datetime) -> int:
    """End every exposure of a person that is open, for another begins; return how many.

    Where the clock was set back behind their beginning, each counts to its cap.
    """
    is_open = (exposures.c.person_id == person_id, exposures.c.ended_at.is_(None), exposures.c.must_hide_at > now)
    ended = {"ended_by": Ending.NEXT.value}
    begun = update(exposures).where(*is_open, exposures.c.revealed_at <= now).values(ended_at=now, **ended)
    ahead = update(exposures).where(*is_open, exposures.c.revealed_at > now)
    count = tx.execute(begun).rowcount
    return count + tx.execute(ahead.values(ended_at=exposures.c.must_hide_at, **ended)).rowcount


def set_delivered(tx: Tx, exposure_id: int, *, frame_count: int | None, is_sound: bool) -> None:
    """Note that the picture is about to leave, and what it shows of the whole."""
    values = {"delivery": Delivery.DELIVERED.value, "frame_count": frame_count, "is_sound": is_sound}
    tx.execute(update(exposures).where(exposures.c.id == exposure_id).values(values))


def set_failed(tx: Tx, exposure_id: int, now: datetime) -> None:
    """Note that there was no picture: nothing of the media left."""
    values = {"delivery": Delivery.FAILED.value, "ended_at": now, "ended_by": Ending.FAILED.value}
    tx.execute(update(exposures).where(exposures.c.id == exposure_id).values(values))


def set_confirmed(tx: Tx, exposure_id: int, now: datetime) -> None:
    """Note that the picture stood on the screen."""
    tx.execute(update(exposures).where(exposures.c.id == exposure_id).values(confirmed_at=now))


def set_hidden(tx: Tx, exposure_id: int, now: datetime) -> None:
    """Note that the picture was hidden."""
    values = {"ended_at": now, "ended_by": Ending.HIDDEN.value}
    tx.execute(update(exposures).where(exposures.c.id == exposure_id).values(values))


def add_lift(tx: Tx, new: NewLift, asked_by: Actor, now: datetime) -> int:
    """Add a lift that somebody asks for, and return its number."""
    values = {
        "person_id": new.person_id,
        "kind": new.kind.value,
        "extra_minutes": new.extra_minutes,
        "until_at": new.until,
        "reason": new.reason,
        "asked_at": now,
        "asked_by_kind": asked_by.kind.value,
        "asked_by_name": asked_by.name,
    }
    return int(tx.execute(insert(lifts).values(values).returning(lifts.c.id)).scalar_one())


def lock_lift(tx: Tx, lift_id: int) -> Lift | None:
    """Return a lift, locked until the transaction ends."""
    row = tx.execute(select(lifts).where(lifts.c.id == lift_id).with_for_update()).one_or_none()
    return None if row is None else _lift(row)


def grant_lift(tx: Tx, lift_id: int, granted_by: Actor, now: datetime) -> None:
    """Note that somebody granted a lift that is locked."""
    values = {"granted_at": now, "granted_by_kind": granted_by.kind.value, "granted_by_name": granted_by.name}
    tx.execute(update(lifts).where(lifts.c.id == lift_id).values(values))


def lifts_of(tx: Tx, person_id: int, now: datetime) -> list[Lift]:
    """Return the lifts of a person that have not ended."""
    question = select(lifts).where(lifts.c.person_id == person_id, lifts.c.until_at > now).order_by(lifts.c.id)
    return [_lift(row) for row in tx.execute(question)]


def latest_lifts(tx: Tx, person_id: int, most: int) -> list[Lift]:
    """Return the lifts that were last asked for a person, the latest first."""
    question = select(lifts).where(lifts.c.person_id == person_id).order_by(lifts.c.id.desc()).limit(most)
    return [_lift(row) for row in tx.execute(question)]


def end_lift(tx: Tx, lift_id: int, now: datetime) -> None:
    """Let a lift that is locked end at this moment."""
    tx.execute(update(lifts).where(lifts.c.id == lift_id).values(until_at=now))


def waiting_lifts(tx: Tx, now: datetime) -> list[Lift]:
    """Return the lifts that wait to be granted, the oldest first."""
    question = select(lifts).where(lifts.c.granted_at.is_(None), lifts.c.until_at > now).order_by(lifts.c.id)
    return [_lift(row) for row in tx.execute(question)]


def opted_out(tx: Tx, person_id: int) -> frozenset[str]:
    """Return the categories that a person opted out of."""
    return frozenset(tx.execute(select(opt_outs.c.category).where(opt_outs.c.person_id == person_id)).scalars())


def everybodys_opt_outs(tx: Tx) -> dict[int, frozenset[str]]:
    """Return the categories of everybody who opted out of any."""
    found: dict[int, set[str]] = {}
    for person_id, category in tx.execute(select(opt_outs.c.person_id, opt_outs.c.category)):
        found.setdefault(person_id, set()).add(category)
    return {person_id: frozenset(categories) for person_id, categories in found.items()}


def set_opted_out(tx: Tx, person_id: int, category: str, *, is_out: bool) -> None:
    """Let a person be out of a category, or in it again."""
    this = (opt_outs.c.person_id == person_id, opt_outs.c.category == category)
    tx.execute(delete(opt_outs).where(*this))
    if is_out:
        tx.execute(insert(opt_outs).values(person_id=person_id, category=category))


def erase_before(tx: Tx, before: datetime) -> int:
    """Erase to whom and why, of exposures before a moment, and remove lifts that ended before it; return how many."""
    old = (exposures.c.revealed_at < before, exposures.c.person_id.is_not(None))
    erased = tx.execute(update(exposures).where(*old).values(person_id=None, reason="")).rowcount
    return erased + tx.execute(delete(lifts).where(lifts.c.until_at < before)).rowcount


def remove_people(tx: Tx, kept_ids: Collection[int]) -> int:
    """Remove the limits and opt-outs of everybody but these; return how many people that were."""
    rows = tx.execute(select(people.c.person_id).union(select(opt_outs.c.person_id))).scalars()
    gone: Sequence[int] = sorted(set(rows) - set(kept_ids))
    for person_id in gone:
        tx.execute(delete(people).where(people.c.person_id == person_id))
        tx.execute(delete(opt_outs).where(opt_outs.c.person_id == person_id))
    return len(gone)


def _own(row: Row[Any]) -> OwnLimits:
    hours = None
    if row.hours_from is not None:
        hours = Hours(from_=time.fromisoformat(row.hours_from), until=time.fromisoformat(row.hours_until))
    return OwnLimits(**{name: getattr(row, name) for name in _NUMBERS}, hours=hours, time_zone=row.time_zone)


def _look(row: Any, now: datetime) -> Look:
    end = row.ended_at if row.ended_at is not None else min(max(now, row.revealed_at), row.must_hide_at)
    return Look(level=Level(row.level), began_at=row.revealed_at, ended_at=end)


def _exposure(row: Row[Any]) -> Exposure:
    told = row._asdict()
    return Exposure(
        **told
        | {
            "level": Level(row.level),
            "delivery": Delivery(row.delivery),
            "ended_by": None if row.ended_by is None else Ending(row.ended_by),
        }
    )


def _lift(row: Row[Any]) -> Lift:
    granted_by = None
    if row.granted_by_name is not None:
        granted_by = Actor(kind=ActorKind(row.granted_by_kind), name=row.granted_by_name)
    return Lift(
        id=row.id,
        person_id=row.person_id,
        kind=LiftKind(row.kind),
        extra_minutes=row.extra_minutes,
        until=row.until_at,
        reason=row.reason,
        asked_at=row.asked_at,
        asked_by=Actor(kind=ActorKind(row.asked_by_kind), name=row.asked_by_name),
        granted_at=row.granted_at,
        granted_by=granted_by,
    )
