"""Sessions, and browsers that are known, in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, insert, select, update

from safelight.access.names import name_key
from safelight.access.person import Person
from safelight.access.signing_in.session import Means, Session, Stage
from safelight.access.store.person_rows import person_in
from safelight.access.store.sign_in_tables import devices, sessions
from safelight.access.store.tables import persons
from safelight.database.transaction import Tx


def add(tx: Tx, digest: bytes, session: Session) -> int:
    """Add a session by the digest of its token, and return its number."""
    values = _values(session) | {"person_id": session.person_id, "digest": digest}
    return int(tx.execute(insert(sessions).values(values).returning(sessions.c.id)).scalar_one())


def put(tx: Tx, session: Session, *, before: bytes, after: bytes) -> bool:
    """Let a session be as given, under another token; False where the old token is none of it any more."""
    this = (sessions.c.id == session.id) & (sessions.c.digest == before)
    return tx.execute(update(sessions).where(this).values(_values(session) | {"digest": after})).rowcount == 1


def find(tx: Tx, digest: bytes) -> tuple[Session, Person] | None:
    """Return the session of a token, whether it counts or not, and its person as they are at this moment."""
    question = (
        select(sessions, *(persons.c[name].label(f"person_{name}") for name in _OF_PERSON))
        .join(persons, persons.c.id == sessions.c.person_id)
        .where(sessions.c.digest == digest)
    )
    row = tx.execute(question).one_or_none()
    if row is None:
        return None
    return _session(row), person_in(row.person_id, *(getattr(row, f"person_{name}") for name in _OF_PERSON))


_OF_PERSON = ("name", "role_names", "added_at", "disabled_at")


def of_person(tx: Tx, person_id: int) -> list[Session]:
    """Return the sessions of a person, the one that was used last first."""
    question = select(sessions).where(sessions.c.person_id == person_id)
    return [_session(row) for row in tx.execute(question.order_by(sessions.c.used_at.desc(), sessions.c.id.desc()))]


def touch(tx: Tx, session_id: int, at: datetime) -> None:
    """Take note that a session was used; never back in time."""
    this = (sessions.c.id == session_id) & (sessions.c.used_at < at)
    tx.execute(update(sessions).where(this).values(used_at=at))


def end(tx: Tx, person_id: int, session_id: int) -> bool:
    """End a session of a person; False where they have none of that number."""
    return (
        tx.execute(delete(sessions).where(sessions.c.person_id == person_id, sessions.c.id == session_id)).rowcount > 0
    )


def end_others(tx: Tx, person_id: int, but: int | None = None) -> int:
    """End every session of a person, or every one but one; return how many."""
    others = sessions.c.person_id == person_id
    if but is not None:
        others = and_(others, sessions.c.id != but)
    return tx.execute(delete(sessions).where(others)).rowcount


def add_device(tx: Tx, person_id: int, digest: bytes, ends_at: datetime) -> None:
    """Remember a browser in which a person signed in."""
    tx.execute(insert(devices).values(person_id=person_id, digest=digest, ends_at=ends_at))


def renew_device(tx: Tx, person_id: int, digest: bytes, ends_at: datetime) -> bool:
    """Remember a browser for longer; False where it is not remembered for this person."""
    this = (devices.c.person_id == person_id) & (devices.c.digest == digest)
    return tx.execute(update(devices).where(this).values(ends_at=ends_at)).rowcount == 1


def find_device(tx: Tx, name: str, digest: bytes, now: datetime) -> int | None:
    """Return the number of a browser that is remembered for whoever has this name, None for any other."""
    question = (
        select(devices.c.id)
        .join(persons, persons.c.id == devices.c.person_id)
        .where(devices.c.digest == digest, devices.c.ends_at > now, persons.c.name_key == name_key(name))
    )
    return tx.execute(question).scalar_one_or_none()


def forget_devices(tx: Tx, person_id: int) -> int:
    """Forget every browser of a person; return how many."""
    return tx.execute(delete(devices).where(devices.c.person_id == person_id)).rowcount


def remove_ended(tx: Tx, before: datetime) -> int:
    """Remove sessions and browsers whose time ended before a moment; return how many."""
    count = tx.execute(delete(sessions).where(sessions.c.ends_at < before)).rowcount
    return count + tx.execute(delete(devices).where(devices.c.ends_at < before)).rowcount


def drop_all(tx: Tx) -> int:
    """End every session of everybody, and forget every browser; return how many."""
    return sum(tx.execute(delete(table)).rowcount for table in (sessions, devices))


def _values(session: Session) -> dict[str, Any]:
    return {
        "stage": session.stage.value,
        "means": None if session.means is None else session.means.value,
        "browser": session.browser,
        "made_at": session.made_at,
        "used_at": session.used_at,
        "authenticated_at": session.authenticated_at,
        "fresh_until": session.fresh_until,
        "ends_at": session.ends_at,
    }


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        person_id=row.person_id,
        stage=Stage(row.stage),
        means=None if row.means is None else Means(row.means),
        browser=row.browser,
        made_at=row.made_at,
        used_at=row.used_at,
        authenticated_at=row.authenticated_at,
        fresh_until=row.fresh_until,
        ends_at=row.ends_at,
    )
