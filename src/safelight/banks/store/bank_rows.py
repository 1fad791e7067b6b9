"""Banks, their thresholds and their policies in the database."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from safelight.banks.bank import WHOLE_ROLLOUT, Bank, DeconfirmedPolicy, name_key
from safelight.banks.store.tables import banks, entries, policies, suppressions, thresholds, verifications
from safelight.database.parts import in_parts
from safelight.database.text import storable_text
from safelight.database.transaction import Tx
from safelight.errors import AlreadyExists, NotFound

_KEY_BYTES = 32
_POLICIES = [column for column in policies.c if column is not policies.c.bank_id]


def add_bank(tx: Tx, *, name: str, now: datetime, is_allow_list: bool = False) -> int:
    """Add a bank with the usual policies and return its number. Raises `AlreadyExists` when the name is taken."""
    version = _next_version(tx, name)
    values = {"name": name, "name_key": name_key(name), "is_enabled": True, "version": version, "created_at": now}
    bank_id = int(_named(tx, name, insert(banks).values(values).returning(banks.c.id)).scalar_one())
    policy = {"deconfirmed": DeconfirmedPolicy.STOP, "rollout": WHOLE_ROLLOUT, "is_allow_list": is_allow_list}
    tx.execute(insert(policies).values(bank_id=bank_id, rollout_key=secrets.token_bytes(_KEY_BYTES), **policy))
    return bank_id


def change_bank(tx: Tx, bank_id: int, **values: object) -> None:
    """Change columns of a bank that is not deleted. Raises `NotFound`, or `AlreadyExists` when a new name is taken."""
    statement = update(banks).where(banks.c.id == bank_id, banks.c.deleted_at.is_(None)).values(**values)
    if not _named(tx, str(values.get("name", "")), statement).rowcount:
        raise NotFound(f"There is no bank {bank_id}, or it was deleted.")


def rename_bank(tx: Tx, bank_id: int, name: str) -> None:
    """Give a bank another name. Raises `NotFound`, or `AlreadyExists` when the name is taken."""
    change_bank(tx, bank_id, name=name, name_key=name_key(name))
    change_bank(tx, bank_id, version=_next_version(tx, name))


def _next_version(tx: Tx, name: str) -> int:
    """Return a version that no bank of this name ever had: results name what they were held against by both."""
    known = tx.execute(select(func.max(banks.c.version)).where(banks.c.name_key == name_key(name))).scalar()
    return 1 if known is None else known + 1


def alter_bank(tx: Tx, bank_id: int, **values: object) -> None:
    """Change a bank in a way that alters what matches: its version grows. Raises `NotFound`."""
    change_bank(tx, bank_id, version=banks.c.version + 1, **values)


def _named(tx: Tx, name: str, statement: Any) -> Any:
    try:
        return tx.execute(statement)
    except IntegrityError:
        raise AlreadyExists(f"There is a bank {name!r} already (upper and lower case do not count).") from None


def list_banks(tx: Tx, condition: ColumnElement[bool] | None = None) -> list[Bank]:
    """Return the banks that are not deleted, by name."""
    question = select(banks, *_POLICIES, verifications.c.verified_by).join(policies).outerjoin(verifications)
    question = question.where(banks.c.deleted_at.is_(None)).order_by(banks.c.name_key)
    rows = tx.execute(question if condition is None else question.where(condition)).all()
    ids = [row.id for row in rows]
    set_ones, suppressed = _thresholds(tx, ids), _suppressed(tx, ids)
    return [_bank(row, set_ones.get(row.id, {}), suppressed.get(row.id, set())) for row in rows]


def _thresholds(tx: Tx, ids: Collection[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for row in tx.execute(select(thresholds).where(thresholds.c.bank_id.in_(ids))):
        found.setdefault(row.bank_id, {})[row.signal_type] = row.distance
    return found


def _suppressed(tx: Tx, ids: Collection[int]) -> dict[int, set[int]]:
    alive = suppressions.c.bank_id.in_(select(banks.c.id).where(banks.c.deleted_at.is_(None)))
    found: dict[int, set[int]] = {}
    for row in tx.execute(select(suppressions).where(suppressions.c.allow_list_id.in_(ids), alive)):
        found.setdefault(row.allow_list_id, set()).add(row.bank_id)
    return found


def _bank(row: Row[Any], set_ones: dict[str, int], suppressed: set[int]) -> Bank:
    return Bank(
        id=row.id,
        name=row.name,
        is_enabled=row.is_enabled,
        version=row.version,
        created_at=row.created_at,
        thresholds=set_ones,
        deconfirmed=DeconfirmedPolicy(row.deconfirmed),
        rollout=row.rollout,
        rollout_key=row.rollout_key,
        is_allow_list=row.is_allow_list,
        suppresses=frozenset(suppressed),
        verified_by=row.verified_by or "",
    )


def find_banks(tx: Tx, *, name: str | None = None, ids: Collection[int] = ()) -> list[Bank]:
    """Return the banks of this name or with these numbers."""
    return list_banks(tx, banks.c.id.in_(ids) if name is None else banks.c.name_key == name_key(storable_text(name)))


def lock_bank(tx: Tx, bank_id: int) -> None:
    """Make other steps that lock this bank wait for the end of this transaction. Raises `NotFound`."""
    if not lock_banks(tx, [bank_id]):
        raise NotFound(f"There is no bank {bank_id}, or it was deleted.")


def lock_banks(tx: Tx, bank_ids: Collection[int]) -> set[int]:
    """Lock banks, always in the order of their numbers, and return those that are not deleted.

    Rows that refer to a bank may be added all the same: an import stages without this lock.
    """
    alive = banks.c.id.in_(bank_ids) & banks.c.deleted_at.is_(None)
    question = select(banks.c.id).where(alive).order_by(banks.c.id).with_for_update(key_share=True)
    return set(tx.execute(question).scalars())


def put_threshold(tx: Tx, bank_id: int, signal_type: str, distance: int | None) -> None:
    """Set a threshold in place of the one that may be there; None: let the usual one count again."""
    same = (thresholds.c.bank_id == bank_id) & (thresholds.c.signal_type == signal_type)
    tx.execute(delete(thresholds).where(same))
    if distance is not None:
        tx.execute(insert(thresholds).values(bank_id=bank_id, signal_type=signal_type, distance=distance))


def change_policy(tx: Tx, bank_id: int, **values: object) -> None:
    """Change columns of a bank's policies."""
    tx.execute(update(policies).where(policies.c.bank_id == bank_id).values(**values))


def put_verification(tx: Tx, bank_id: int, authority: str, now: datetime) -> None:
    """Mark a bank as verified by an authority; "": not any more."""
    tx.execute(delete(verifications).where(verifications.c.bank_id == bank_id))
    if authority:
        tx.execute(insert(verifications).values(bank_id=bank_id, verified_by=authority, verified_at=now))


def verified_entries(tx: Tx, entry_ids: Collection[int]) -> set[int]:
    """Return those of these entries whose bank is marked as verified, whatever became of bank or entry since."""
    found: set[int] = set()
    for part in in_parts(sorted(entry_ids)):
        question = select(entries.c.id).join(verifications, verifications.c.bank_id == entries.c.bank_id)
        found.update(tx.execute(question.where(entries.c.id.in_(part))).scalars())
    return found


def put_suppression(tx: Tx, allow_list_id: int, bank_id: int, *, suppresses: bool) -> None:
    """Let an allow-list suppress a bank's matches, or not any more."""
    same = (suppressions.c.allow_list_id == allow_list_id) & (suppressions.c.bank_id == bank_id)
    tx.execute(delete(suppressions).where(same))
    if suppresses:
        tx.execute(insert(suppressions).values(allow_list_id=allow_list_id, bank_id=bank_id))


def is_suppressed(tx: Tx, bank_id: int) -> bool:
    """Whether an allow-list that is not deleted suppresses matches of this bank."""
    question = select(suppressions.c.bank_id).join(banks, banks.c.id == suppressions.c.allow_list_id)
    question = question.where(suppressions.c.bank_id == bank_id, banks.c.deleted_at.is_(None))
    return tx.execute(question.limit(1)).first() is not None
