"""Rows of destinations as the operator set them up."""

from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update

from safelight.database.erasing import overwrite_freed
from safelight.database.transaction import Tx
from safelight.database.wrap_columns import WrapColumns
from safelight.keys.interface import Wrapped
from safelight.reporting.report import ENDED
from safelight.reporting.sealed_setup import SealedSetup
from safelight.reporting.setup import Setup, SetupKind
from safelight.reporting.store.tables import destinations, reports

WRAPS = WrapColumns(destinations, destinations.c.seal)

_SHOWN = [destinations.c[name] for name in ("id", "name", "kind", "is_test", "is_off", "added_at", "changed_at")]


def add(tx: Tx, sealed: SealedSetup, **values: Any) -> int:
    """Add a destination and return its number."""
    made = tx.execute(insert(destinations).values(**_sealed(sealed), **values).returning(destinations.c.id))
    return int(made.scalar_one())


def find(tx: Tx, name: str) -> Setup | None:
    """Return the destination of a name, whatever its capitals."""
    return _one(tx, select(*_SHOWN).where(destinations.c.name_key == name.casefold()))


def lock(tx: Tx, name: str) -> Setup | None:
    """Return the destination of a name, which nobody else changes until the transaction ends."""
    return _one(tx, select(*_SHOWN).where(destinations.c.name_key == name.casefold()).with_for_update())


def every(tx: Tx) -> list[Setup]:
    """Return all destinations, in the order in which they were added."""
    return [_setup(row) for row in tx.execute(select(*_SHOWN).order_by(destinations.c.id))]


def find_sealed(tx: Tx, setup_id: int) -> SealedSetup:
    """Return what is sealed of a destination that is there."""
    shown = (destinations.c.seal, destinations.c.key_id, destinations.c.wrapped_key, destinations.c.content)
    row = tx.execute(select(*shown).where(destinations.c.id == setup_id)).one()
    return SealedSetup(seal=row.seal, wrapped=Wrapped(key_id=row.key_id, data=row.wrapped_key), sealed=row.content)


def put(tx: Tx, setup_id: int, **values: Any) -> None:
    """Change a destination."""
    tx.execute(update(destinations).where(destinations.c.id == setup_id).values(**values))


def put_sealed(tx: Tx, setup_id: int, sealed: SealedSetup, **values: Any) -> None:
    """Put another secret in the place of a destination's, of which nothing is left."""
    overwrite_freed(tx)
    put(tx, setup_id, **_sealed(sealed), **values)


def remove(tx: Tx, setup_id: int) -> None:
    """Remove a destination, and of its secret all that there is."""
    overwrite_freed(tx)
    tx.execute(delete(destinations).where(destinations.c.id == setup_id))


def count_unfinished(tx: Tx, name: str) -> int:
    """Return how many reports to a destination have not ended."""
    here = (reports.c.destination == name, reports.c.state.not_in([state.value for state in ENDED]))
    return int(tx.execute(select(func.count()).where(*here)).scalar_one())


def _sealed(sealed: SealedSetup) -> dict[str, Any]:
    wrap = {"key_id": sealed.wrapped.key_id, "wrapped_key": sealed.wrapped.data}
    return {"seal": sealed.seal, "content": sealed.sealed, **wrap}


def _one(tx: Tx, asked: Select[Any]) -> Setup | None:
    row = tx.execute(asked).one_or_none()
    return None if row is None else _setup(row)


def _setup(row: Row[Any]) -> Setup:
    return Setup(
        id=row.id,
        name=row.name,
        kind=SetupKind(row.kind),
        is_test=row.is_test,
        is_off=row.is_off,
        added_at=row.added_at,
        changed_at=row.changed_at,
    )
