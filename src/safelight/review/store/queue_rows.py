"""Where cases stand in the queue, and who has them."""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, insert, not_, or_, select, update

from safelight.access.names import name_key
from safelight.database.transaction import Tx
from safelight.review.claim import Claim
from safelight.review.decision import Seat
from safelight.review.reader import Reader
from safelight.review.standing import Standing
from safelight.review.store.tables import CLAIMED, STEPS, cases, decisions, findings, queue
from safelight.review.urgency import Facts, next_step_at, place_of

_NO_CLAIM = {"claimed_by": None, "claimed_key": None, "claimed_until": None}

_MOST_READERS = 500
"""SQLite takes a thousand conditions in a row."""

_MOST_WRITTEN = 500
"""Signs of a case's categories, of up to four bytes each: PostgreSQL takes 2,704 bytes in a row of an index."""


def add(tx: Tx, case_id: int, facts: Facts, now: datetime) -> None:
    """Let a new case wait for its first reader."""
    values = {
        "case_id": case_id,
        "wave": 1,
        "seat": Seat.FIRST.value,
        "categories": "",
        "readers": "",
        **_facts_values(facts, now),
    }
    tx.execute(insert(queue).values(values))


def find(tx: Tx, case_id: int) -> Standing | None:
    """Return where a case stands."""
    return _standing(tx.execute(select(queue).where(queue.c.case_id == case_id)).one_or_none())


def lock(tx: Tx, case_id: int) -> Standing | None:
    """Return where a case stands, locked until the transaction ends. Lock the case itself before, never after."""
    return _standing(tx.execute(select(queue).where(queue.c.case_id == case_id).with_for_update()).one_or_none())


def put_facts(tx: Tx, case_id: int, facts: Facts, now: datetime, *, categories: Collection[str] | None = None) -> None:
    """Let a case stand where these facts put it."""
    values = _facts_values(facts, now)
    if categories is not None:
        values["categories"] = _written(categories)
    tx.execute(update(queue).where(queue.c.case_id == case_id).values(values))


def put_seat(tx: Tx, case_id: int, seat: Seat | None, wave: int) -> None:
    """Say whom a case waits for now. Whoever had it has it no more; another wave, and the end, forget who read it."""
    readers = case((queue.c.wave == wave, queue.c.readers), else_="") if seat is not None else ""
    values = {"seat": seat and seat.value, "wave": wave, "readers": readers, **_NO_CLAIM}
    tx.execute(update(queue).where(queue.c.case_id == case_id).values(values))


def add_reader(tx: Tx, case_id: int, seat: Seat, reader_key: str) -> None:
    """Note who decided on a case in this wave, so that it is not given to them again in a later seat."""
    mark = reader_mark(seat, reader_key)
    is_new = queue.c.readers.not_like(f"%{mark}%")
    longer = case((queue.c.readers == "", mark), else_=queue.c.readers + mark[1:])
    tx.execute(update(queue).where(queue.c.case_id == case_id, is_new).values(readers=longer))


def put_claim(tx: Tx, case_id: int, claim: Claim | None) -> None:
    """Let somebody have a case; None: nobody."""
    values: dict[str, Any] = dict(_NO_CLAIM)
    if claim is not None:
        key = name_key(claim.holder)
        values = {"claimed_by": claim.holder, "claimed_key": key, "claimed_until": claim.until_at}
    tx.execute(update(queue).where(queue.c.case_id == case_id).values(values))


def waiting(
    tx: Tx,
    seat: Seat,
    reader: Reader,
    now: datetime,
    *,
    after: tuple[int, int] | None = None,
    limit: int,
    with_mine: bool = False,
) -> list[Standing]:
    """Return the cases that wait for a seat and that a reader may take, the most urgent first.

    With `with_mine` also those that the reader has at this moment.
    """
    question = _waiting(seat, reader, now, with_mine=with_mine)
    if after is not None:
        place, case_id = after
        later = or_(queue.c.place > place, and_(queue.c.place == place, queue.c.case_id > case_id))
        question = question.where(queue.c.place >= place, later)
    ids = tx.execute(question.order_by(queue.c.place, queue.c.case_id).limit(limit)).scalars().all()
    rows = tx.execute(select(queue).where(queue.c.case_id.in_(ids)).order_by(queue.c.place, queue.c.case_id))
    return [found for row in rows if (found := _standing(row)) is not None]


def take_one(tx: Tx, seat: Seat, case_ids: Collection[int], reader: Reader, now: datetime) -> Standing | None:
    """Return, locked, the most urgent of these cases that still waits so and is free; rows that others lock are passed.

    Lock no other row of the queue in the same transaction.
    """
    question = _waiting(seat, reader, now, with_mine=False).where(queue.c.case_id.in_(list(case_ids)))
    question = question.order_by(queue.c.place, queue.c.case_id).limit(1)
    taken = tx.execute(question.with_for_update(skip_locked=True)).scalar_one_or_none()
    return None if taken is None else find(tx, taken)


def claimed_by(tx: Tx, reader_key: str, now: datetime) -> list[Standing]:
    """Return the cases that somebody has at this moment."""
    mine = select(queue).where(CLAIMED, queue.c.claimed_key == reader_key, queue.c.claimed_until > now)
    rows = tx.execute(mine.order_by(queue.c.place, queue.c.case_id))
    return [found for row in rows if (found := _standing(row)) is not None]


def count_waiting(tx: Tx) -> dict[Seat, int]:
    """Return how many cases wait for each seat."""
    question = select(queue.c.seat, func.count()).where(queue.c.seat.is_not(None)).group_by(queue.c.seat)
    return {Seat(seat): count for seat, count in tx.execute(question)}


def imminent(tx: Tx, limit: int) -> list[Standing]:
    """Return cases that wait in which somebody may be in danger, the most urgent first."""
    question = select(queue).where(queue.c.seat.is_not(None), queue.c.is_imminent)
    rows = tx.execute(question.order_by(queue.c.place, queue.c.case_id).limit(limit))
    return [found for row in rows if (found := _standing(row)) is not None]


def of_nobody(tx: Tx, seat: Seat, readers: Collection[Reader], limit: int) -> list[int]:
    """Return cases that wait for a seat and that none of these readers is given, the most urgent first.

    Of more readers than databases take in one question, it is taken that one of them is given each.
    """
    question = select(queue.c.case_id).where(queue.c.seat == seat.value)
    if len(readers) > _MOST_READERS:
        return []
    for reader in readers:
        wanted = _wanted(seat, reader)
        if not wanted:
            return []  # whoever is passed over nothing is given every case
        question = question.where(not_(and_(*wanted)))
    return list(tx.execute(question.order_by(queue.c.place, queue.c.case_id).limit(limit)).scalars())


def due_steps(tx: Tx, now: datetime, limit: int) -> list[Standing]:
    """Return, locked, cases whose deadline came so near that they have more points now."""
    question = select(queue).where(STEPS, queue.c.step_at <= now).order_by(queue.c.step_at, queue.c.case_id)
    rows = tx.execute(question.limit(limit).with_for_update(skip_locked=True))
    return [found for row in rows if (found := _standing(row)) is not None]


def count_confirmed(tx: Tx, subject_id: str, *, other_than: int) -> int:
    """Return how many other cases about an account have something confirmed in them."""
    confirmed = exists().where(
        findings.c.case_id == cases.c.id,
        findings.c.superseded_at.is_(None),
        findings.c.decision_id == decisions.c.id,
        decisions.c.finding == "confirmed",
    )
    of_it = (cases.c.subject_id == subject_id, cases.c.id != other_than)
    return int(tx.execute(select(func.count()).select_from(cases).where(*of_it, confirmed)).scalar_one())


def _waiting(seat: Seat, reader: Reader, now: datetime, *, with_mine: bool) -> Select[Any]:
    """Ask for the numbers of cases alone: that, and all that it goes by, is in one index."""
    question = select(queue.c.case_id).where(queue.c.seat == seat.value)
    is_free = or_(queue.c.claimed_until.is_(None), queue.c.claimed_until <= now)
    question = question.where(or_(is_free, queue.c.claimed_key == reader.key) if with_mine else is_free)
    return question.where(*_wanted(seat, reader))


def _wanted(seat: Seat, reader: Reader) -> list[ColumnElement[bool]]:
    """Return what a case has to fulfil to be given to a reader: nothing they opted out of, nothing they read before."""
    conditions: list[ColumnElement[bool]] = []
    for category in sorted(reader.without):
        conditions.append(queue.c.categories.not_like(f"%|{category}|%"))
        if ":" not in category:  # a label, of whatever scheme
            conditions.append(queue.c.categories.not_like(f"%:{category}|%"))
    earlier = {Seat.SECOND: (Seat.FIRST,), Seat.LEAD: (Seat.FIRST, Seat.SECOND)}.get(seat, ())
    marks = [reader_mark(before, reader.key) for before in earlier if reader.is_barred_in(seat)]
    conditions += [queue.c.readers.not_like(f"%{mark}%") for mark in marks]
    return conditions


def reader_mark(seat: Seat, reader_key: str) -> str:
    """Return what stands for a reader in a column that is searched by text: a name could hold any sign."""
    return f"|{seat.value}:{hashlib.sha256(reader_key.encode()).hexdigest()[:20]}|"


def _facts_values(facts: Facts, now: datetime) -> dict[str, Any]:
    return {
        "place": place_of(facts, now),
        "since_at": facts.since_at,
        "is_imminent": facts.is_imminent,
        "is_exact": facts.is_exact,
        "nearness": facts.nearness,
        "sources": json.dumps(sorted(facts.sources)),
        "repeats": facts.repeats,
        "deadline_at": facts.deadline_at,
        "step_at": next_step_at(facts, now),
    }


def _written(categories: Collection[str]) -> str:
    """Return categories as they are searched, as many as an index's row has room for.

    Beyond those a case is given to people who opted out of it; what it holds is not shown to them all the same.
    """
    written = "|"
    for category in sorted(categories):
        if len(written) + len(category) >= _MOST_WRITTEN:
            break
        written += f"{category}|"
    return written if len(written) > 1 else ""


def _standing(row: Row[Any] | None) -> Standing | None:
    if row is None:
        return None
    claim = None if row.claimed_by is None else Claim(holder=row.claimed_by, until_at=row.claimed_until)
    return Standing(
        case_id=row.case_id,
        wave=row.wave,
        seat=None if row.seat is None else Seat(row.seat),
        place=row.place,
        facts=Facts(
            since_at=row.since_at,
            is_imminent=row.is_imminent,
            is_exact=row.is_exact,
            nearness=row.nearness,
            sources=frozenset(json.loads(row.sources)),
            repeats=row.repeats,
            deadline_at=row.deadline_at,
        ),
        categories=frozenset(filter(None, row.categories.split("|"))),
        claim=claim,
    )
