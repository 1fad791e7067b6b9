"""Cases and what belongs to them in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from safelight.database.erasing import overwrite_freed
from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.database.upsert import insert_into
from safelight.hashing.signal import SignalType
from safelight.matching.match import MatchKind
from safelight.review.case import ENDED, About, Case, CaseState, Item, ItemKind, ItemMatch, NewItem
from safelight.review.store.tables import LIVE, cases, decisions, flags, items, matches, texts


def add_open(tx: Tx, about: About, now: datetime) -> int | None:
    """Add a case and return its number; None where one about the same has not ended, waiting for who adds it now."""
    values = {"state": CaseState.OPEN.value, "opened_at": now, "last_activity_at": now, "item_count": 0}
    statement = insert_into(tx, cases).values(exact_count=0, near_count=0, **_about_values(about), **values)
    column = cases.c.subject_id if about.subject_id else cases.c.media_key
    statement = statement.on_conflict_do_nothing(index_elements=[column], index_where=LIVE)
    number: int | None = tx.execute(statement.returning(cases.c.id)).scalar_one_or_none()
    return number


def lock_open(tx: Tx, about: About) -> int | None:
    """Return the number of the case about this that has not ended, locked until the transaction ends; None without."""
    is_same = cases.c.subject_id == about.subject_id if about.subject_id else cases.c.media_key == about.media_key
    found: int | None = tx.execute(select(cases.c.id).where(is_same, LIVE).with_for_update()).scalar_one_or_none()
    return found


def lock(tx: Tx, case_id: int) -> Case | None:
    """Return a case, locked until the transaction ends."""
    row = tx.execute(select(cases).where(cases.c.id == case_id).with_for_update()).one_or_none()
    return None if row is None else _case(row)


def find(tx: Tx, case_id: int) -> Case | None:
    """Return a case."""
    row = tx.execute(select(cases).where(cases.c.id == case_id)).one_or_none()
    return None if row is None else _case(row)


def page(tx: Tx, *, state: CaseState | None, subject_id: str | None, after_id: int, limit: int) -> list[Case]:
    """Return cases by number."""
    question = select(cases).where(cases.c.id > after_id).order_by(cases.c.id).limit(limit)
    if state is not None:
        question = question.where(cases.c.state == state.value)
    if subject_id is not None:
        question = question.where(cases.c.subject_id == subject_id)
    return [_case(row) for row in tx.execute(question)]


def newest_about(tx: Tx, subject_id: str) -> int | None:
    """Return the number of the newest case about an account."""
    asked = select(cases.c.id).where(cases.c.subject_id == subject_id).order_by(cases.c.id.desc()).limit(1)
    found: int | None = tx.execute(asked).scalar_one_or_none()
    return found


def newest_with_content(tx: Tx, content_id: str) -> int | None:
    """Return the number of the newest case that content, by the platform's own id, belongs to."""
    asked = select(items.c.case_id).where(items.c.content_id == content_id).order_by(items.c.case_id.desc()).limit(1)
    found: int | None = tx.execute(asked).scalar_one_or_none()
    return found


def move(tx: Tx, case_id: int, state: CaseState, now: datetime) -> bool:
    """Let a case that the caller has locked be in a state; False where another one about the same has not ended."""
    values = {"state": state.value, "closed_at": now if state in ENDED else None, "last_activity_at": now}
    try:
        with tx.begin_nested():  # so that the transaction can go on when the index refuses
            tx.execute(update(cases).where(cases.c.id == case_id).values(values))
    except IntegrityError:
        return False
    return True


def lock_many(tx: Tx, case_ids: Collection[int]) -> list[Case]:
    """Return these cases, each locked until the transaction ends, always in the order of their numbers."""
    found = []
    for part in in_parts(sorted(case_ids)):
        question = select(cases).where(cases.c.id.in_(part)).order_by(cases.c.id)
        found += [_case(row) for row in tx.execute(question.with_for_update())]
    return found


def add_item(tx: Tx, case_id: int, new: NewItem, now: datetime) -> int:
    """Add an item to a case that the caller has locked, and count it there; return its number."""
    values = {
        "case_id": case_id,
        "evidence_id": new.evidence_id,
        "kind": new.kind.value,
        "content_id": new.content_id,
        "added_at": now,
        "matches_omitted": new.matches_omitted,
        "media_key": new.media_key or None,
        "group_id": new.group_id,
    }
    item_id = int(tx.execute(insert(items).values(values).returning(items.c.id)).scalar_one())
    if new.matches:
        tx.execute(insert(matches), [_match_values(item_id, match) for match in new.matches])
    raised: dict[Any, Any] = {cases.c.item_count: cases.c.item_count + 1, cases.c.last_activity_at: now}
    counted = {ItemKind.EXACT: cases.c.exact_count, ItemKind.NEAR: cases.c.near_count}.get(new.kind)
    if counted is not None:
        raised[counted] = counted + 1
    tx.execute(update(cases).where(cases.c.id == case_id).values(raised))
    return item_id


def page_items(tx: Tx, case_id: int, *, after_id: int, limit: int) -> list[Item]:
    """Return the items of a case by number."""
    of_it = (items.c.case_id == case_id, items.c.id > after_id)
    return _with_matches(tx, tx.execute(select(items).where(*of_it).order_by(items.c.id).limit(limit)).all())


def find_item(tx: Tx, evidence_id: str) -> Item | None:
    """Return the item that evidence is."""
    rows = tx.execute(select(items).where(items.c.evidence_id == evidence_id)).all()
    return next(iter(_with_matches(tx, rows)), None)


def has_content(tx: Tx, case_id: int, content_id: str) -> bool:
    """Whether an item of a case is of this content."""
    of_it = (items.c.case_id == case_id, items.c.content_id == content_id)
    return tx.execute(select(items.c.id).where(*of_it).limit(1)).first() is not None


def find_items(tx: Tx, item_ids: Collection[int]) -> list[Item]:
    """Return these items by number, with what each matched."""
    found: list[Row[Any]] = []
    for part in in_parts(sorted(item_ids)):
        found += tx.execute(select(items).where(items.c.id.in_(part)).order_by(items.c.id)).all()
    return _with_matches(tx, found)


def item_ids_of(tx: Tx, case_id: int) -> list[int]:
    """Return the numbers of all items of a case."""
    return list(tx.execute(select(items.c.id).where(items.c.case_id == case_id).order_by(items.c.id)).scalars())


def same_bytes(tx: Tx, evidence_id: str) -> list[str]:
    """Return the other evidence of the very same bytes that ever belonged to a case, whether it lives or not."""
    key = select(items.c.media_key).where(items.c.evidence_id == evidence_id).scalar_subquery()
    others = (items.c.media_key == key, items.c.evidence_id != evidence_id)
    return list(tx.execute(select(items.c.evidence_id).where(*others).order_by(items.c.id)).scalars())


def closed_among(tx: Tx, case_ids: Sequence[int]) -> set[int]:
    """Return those of these cases that were closed without a report."""
    found: set[int] = set()
    for part in in_parts(case_ids):
        asked = select(cases.c.id).where(cases.c.id.in_(part), cases.c.state == CaseState.CLOSED.value)
        found.update(tx.execute(asked).scalars())
    return found


def evidence_of(tx: Tx, case_id: int) -> list[str]:
    """Return the ids of all evidence of a case, sorted: who locks several locks them in this order."""
    of_it = (items.c.case_id == case_id, items.c.evidence_id.is_not(None))
    return list(tx.execute(select(items.c.evidence_id).where(*of_it).order_by(items.c.evidence_id)).scalars())


def erase_closed(tx: Tx, before: datetime) -> int:
    """Erase what cases that ended before a moment are about, and return how many those are.

    Gone is what people wrote, and who decided. Numbers, times, counts, findings and the entries that matched stay.
    """
    is_told = cases.c.subject_id.is_not(None) | cases.c.media_key.is_not(None)
    old = select(cases.c.id).where(cases.c.closed_at < before, is_told).with_for_update()
    ids = list(tx.execute(old).scalars())
    overwrite_freed(tx)
    for part in in_parts(ids):
        tx.execute(update(items).where(items.c.case_id.in_(part)).values(content_id="", media_key=None))
        nobody = {"by_name": "", "by_key": "", "text_id": None}
        tx.execute(update(decisions).where(decisions.c.case_id.in_(part)).values(nobody))
        tx.execute(update(flags).where(flags.c.case_id.in_(part)).values(text_id=None))
        tx.execute(delete(texts).where(texts.c.case_id.in_(part)))
        tx.execute(update(cases).where(cases.c.id.in_(part)).values(subject_id=None, media_key=None))
    return len(ids)


def _about_values(about: About) -> dict[str, Any]:
    return {"subject_id": about.subject_id or None, "media_key": about.media_key or None}


def _match_values(item_id: int, match: ItemMatch) -> dict[str, Any]:
    return {
        "item_id": item_id,
        "bank_name": match.bank_name,
        "entry_id": match.entry_id,
        "signal_type": match.signal_type.value,
        "kind": match.kind.value,
        "distance": match.distance,
        "threshold": match.threshold,
        "orientation": match.orientation,
    }


def _case(row: Row[Any]) -> Case:
    return Case(
        id=row.id,
        about=About(subject_id=row.subject_id or "", media_key=row.media_key or b""),
        state=CaseState(row.state),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        last_activity_at=row.last_activity_at,
        item_count=row.item_count,
        exact_count=row.exact_count,
        near_count=row.near_count,
    )


def _with_matches(tx: Tx, rows: Sequence[Row[Any]]) -> list[Item]:
    found: dict[int, list[ItemMatch]] = {row.id: [] for row in rows}
    for part in in_parts(list(found)):
        for row in tx.execute(select(matches).where(matches.c.item_id.in_(part)).order_by(matches.c.id)):
            found[row.item_id].append(_match(row))
    return [_item(row, tuple(found[row.id])) for row in rows]


def _item(row: Row[Any], found: tuple[ItemMatch, ...]) -> Item:
    return Item(
        id=row.id,
        case_id=row.case_id,
        evidence_id=row.evidence_id,
        kind=ItemKind(row.kind),
        content_id=row.content_id,
        added_at=row.added_at,
        matches=found,
        matches_omitted=row.matches_omitted,
        media_key=row.media_key or b"",
        group_id=row.group_id,
    )


def _match(row: Row[Any]) -> ItemMatch:
    return ItemMatch(
        bank_name=row.bank_name,
        entry_id=row.entry_id,
        signal_type=SignalType(row.signal_type),
        kind=MatchKind(row.kind),
        distance=row.distance,
        threshold=row.threshold,
        orientation=row.orientation,
    )
