"""Rows of destinations as the operator set them up."""

from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update

from safelight.database.erasing import overwrite_freed
from safelight.database.still_tables import keep_still
from safelight.database.transaction import Tx
from safelight.database.wrap_columns import WrapColumns
from safelight.keys.interface import Wrapped
from safelight.reporting.attempt import AttemptState
from safelight.reporting.report import ENDED, ReportState
from safelight.reporting.sealed_setup import SealedSetup
from safelight.reporting.setup import Setup, SetupKind
from safelight.reporting.store.tables import attempts, destinations, reports

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


def count_lying(tx: Tx, name: str) -> int:
    """Return how many reports are on their way to a destination, lie made there, or were given up and are not deleted.

    No report begins to be filed until the transaction ends: what is read of a destination after its report is on its
    way is then what this transaction leaves.
    """
    keep_still(tx, [reports.name])
    lies = (ReportState.FILING.value, ReportState.HAND_OVER_DUE.value)
    here = (reports.c.destination == name, reports.c.state.in_(lies))
    return int(tx.execute(select(func.count()).where(*here)).scalar_one()) + count_undeleted(tx, name)


def count_undeleted(tx: Tx, name: str) -> int:
    """Return how many reports to a destination were given up while what was made of them still lies here."""
    made = reports.join(attempts, attempts.c.report_id == reports.c.id)
    given_up = (reports.c.destination == name, reports.c.state == ReportState.WITHDRAWN.value)
    here = (*given_up, attempts.c.state == AttemptState.FINISHED.value)
    return int(tx.execute(select(func.count()).select_from(made).where(*here)).scalar_one())


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
