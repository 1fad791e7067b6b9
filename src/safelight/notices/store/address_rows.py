"""The rows of addresses."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from safelight.database.transaction import Tx
from safelight.notices.address import AddressState, NoticeAddress
from safelight.notices.event import EventKind
from safelight.notices.store.tables import addresses


def add(tx: Tx, values: Mapping[str, Any]) -> int:
    """Add an address and return its number."""
    return int(tx.execute(insert(addresses).values(values).returning(addresses.c.id)).scalar_one())


def find(tx: Tx, name: str, *, is_locked: bool = False) -> NoticeAddress | None:
    """Return the address of a name, whatever its capitals."""
    question = select(addresses).where(addresses.c.name_key == name.casefold())
    row = tx.execute(question.with_for_update() if is_locked else question).one_or_none()
    return None if row is None else _address(row)


def find_id(tx: Tx, address_id: int) -> NoticeAddress | None:
    """Return the address of a number, locked until the transaction ends."""
    row = tx.execute(select(addresses).where(addresses.c.id == address_id).with_for_update()).one_or_none()
    return None if row is None else _address(row)


def every(tx: Tx) -> list[NoticeAddress]:
    """Return all addresses, in the order in which they were added."""
    return [_address(row) for row in tx.execute(select(addresses).order_by(addresses.c.id))]


def set_state(tx: Tx, address_id: int, state: AddressState, reason: str = "") -> None:
    """Set whether notices go out. Failures are counted anew from here on."""
    values = {"state": state.value, "pause_reason": reason, "failures": 0, "failing_since_at": None}
    tx.execute(update(addresses).where(addresses.c.id == address_id).values(values))


def count_failure(tx: Tx, address_id: int, failures: int, since_at: datetime) -> None:
    """Note how many attempts have failed in a row, and since when. Lock the row first."""
    values = {"failures": failures, "failing_since_at": since_at}
    tx.execute(update(addresses).where(addresses.c.id == address_id).values(values))


def forget_failures(tx: Tx, address_id: int) -> None:
    """Note that an attempt went well. It writes only where something had failed."""
    went_wrong = (addresses.c.id == address_id, addresses.c.failures > 0)
    tx.execute(update(addresses).where(*went_wrong).values(failures=0, failing_since_at=None))


def remove(tx: Tx, address_id: int) -> None:
    """Remove an address. Remove its secrets first."""
    tx.execute(delete(addresses).where(addresses.c.id == address_id))


def kinds_text(kinds: frozenset[EventKind]) -> str:
    """Return kinds as the table has them."""
    return " ".join(sorted(kinds))


def _address(row: Row[Any]) -> NoticeAddress:
    return NoticeAddress(
        id=row.id,
        name=row.name,
        origin=row.origin,
        kinds=frozenset(map(EventKind, row.kinds.split())),
        state=AddressState(row.state),
        pause_reason=row.pause_reason,
        failures=row.failures,
        failing_since_at=row.failing_since_at,
        created_at=row.created_at,
    )
