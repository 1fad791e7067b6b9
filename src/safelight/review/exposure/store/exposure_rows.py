"""Rows of exposures."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Row,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.review.exposure.exposure import Delivery, Ending, Exposure, Look, NewExposure
from safelight.review.exposure.level import Level
from safelight.review.exposure.store.tables import exposures, lifts

_SHOWN = (exposures.c.level > Level.CARD.value, exposures.c.delivery != Delivery.FAILED.value)


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


def erase_before(tx: Tx, before: datetime) -> int:
    """Erase to whom and why, of exposures before a moment, and remove lifts that ended before it; return how many."""
    old = (exposures.c.revealed_at < before, exposures.c.person_id.is_not(None))
    erased = tx.execute(update(exposures).where(*old).values(person_id=None, reason="")).rowcount
    return erased + tx.execute(delete(lifts).where(lifts.c.until_at < before)).rowcount


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
