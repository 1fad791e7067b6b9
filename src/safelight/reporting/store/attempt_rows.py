"""Rows of attempts, and of the files that they sent."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import RowMapping, func, insert, select, update

from safelight.database.transaction import Tx
from safelight.reporting.attempt import UNSETTLED, Attempt, AttemptState, SentFile
from safelight.reporting.store.tables import attempts, files


def add(tx: Tx, report_id: int, now: datetime) -> int:
    """Add an attempt that is about to be opened, and return its number."""
    values = {"report_id": report_id, "state": AttemptState.OPENING.value, "authority_id": ""}
    made = tx.execute(insert(attempts).values(**values, begun_at=now, changed_at=now).returning(attempts.c.id))
    return int(made.scalar_one())


def put(tx: Tx, attempt_id: int, now: datetime, state: AttemptState, *, authority_id: str | None = None) -> None:
    """Change the state of an attempt, and its name at the authority where that is given."""
    named = {} if authority_id is None else {"authority_id": authority_id}
    values = {"state": state.value, "changed_at": now} | named
    tx.execute(update(attempts).where(attempts.c.id == attempt_id).values(**values))


def of_report(tx: Tx, report_id: int, states: Collection[AttemptState] | None = None) -> list[Attempt]:
    """Return the attempts of a report, in these states or in any, in their order."""
    asked = select(attempts).where(attempts.c.report_id == report_id).order_by(attempts.c.id)
    if states is not None:
        asked = asked.where(attempts.c.state.in_([state.value for state in states]))
    return [known(row) for row in tx.execute(asked).mappings()]


def count_open(tx: Tx) -> int:
    """Return how many attempts the authority has named that are not settled."""
    here = (attempts.c.authority_id != "", attempts.c.state.in_([state.value for state in UNSETTLED]))
    return int(tx.execute(select(func.count()).where(*here)).scalar_one())


def add_file(tx: Tx, attempt_id: int, evidence_id: str, *, file_id: str, md5: str) -> None:
    """Add a file that arrived."""
    values = {"file_id": file_id, "md5": md5, "is_described": False}
    tx.execute(insert(files).values(attempt_id=attempt_id, evidence_id=evidence_id, **values))


def put_described(tx: Tx, attempt_id: int, evidence_id: str) -> None:
    """Note that the authority was told what a file is."""
    here = (files.c.attempt_id == attempt_id, files.c.evidence_id == evidence_id)
    tx.execute(update(files).where(*here).values(is_described=True))


def files_of(tx: Tx, attempt_id: int) -> list[SentFile]:
    """Return the files of an attempt."""
    found = tx.execute(select(files).where(files.c.attempt_id == attempt_id).order_by(files.c.evidence_id))
    return [SentFile(**row) for row in found.mappings()]


def known(row: RowMapping) -> Attempt:
    """Return the attempt that a row is."""
    return Attempt(**{**row, "state": AttemptState(row["state"])})
