"""What is left of destroyed evidence and of leave to read goes when its time is over, and not before."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.vault.erasing_facts import erase_destroyed_facts, erase_grants
from safelight.vault.store.tables import grants, holds, occurrences, orders

NAMES = ("added_by_name", "reason", "legal_basis", "reference")
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def evidence(engine, clock):
    """Add destroyed or living evidence with a hold and two orders, one confirmed, all with free texts."""

    def add(letter: str, destroyed_at) -> None:
        now, evidence_id = clock.now(), letter * 32
        hold = {"kind": "operator", "from_at": now, "added_at": now, "added_by_kind": "person", "until_at": now}
        order = {"hold_ids": "1", "asked_at": now, "asked_by_kind": "person", "is_single_person": False}
        texts = {"legal_basis": "basis", "reference": "number 7"}
        confirmed = {"confirmed_at": now, "confirmed_by_kind": "person", "confirmed_by_name": "Confirmer"}
        row = {"id": evidence_id, "size_bytes": 1, "sealed_at": now, "destroyed_at": destroyed_at}
        with write(engine) as tx:
            tx.execute(insert(occurrences).values(row))
            hold |= texts | {"evidence_id": evidence_id, "reason": "why", "added_by_name": "Adder"}
            tx.execute(insert(holds).values(hold))
            order |= texts | {"evidence_id": evidence_id, "authority": "court", "asked_by_name": "Asker"}
            tx.execute(insert(orders).values(order))
            tx.execute(insert(orders).values(order | confirmed))

    return add


def _rows(engine, table, evidence_id: str):
    with read(engine) as tx:
        return tx.execute(select(table).where(table.c.evidence_id == evidence_id).order_by(table.c.id)).all()


def test_texts_and_names_of_evidence_destroyed_long_ago_are_erased(engine, clock, actor, evidence) -> None:
    now = clock.now()
    evidence("a", now - MICROSECOND)
    with write(engine) as tx:
        assert erase_destroyed_facts(tx, clock, actor, before=now) == 3
    (hold,) = _rows(engine, holds, "a" * 32)
    assert [getattr(hold, name) for name in NAMES] == ["(erased)", "", "", ""]
    assert (hold.kind, hold.until_at) == ("operator", now)
    asked, confirmed = _rows(engine, orders, "a" * 32)
    for order in (asked, confirmed):
        told = (order.asked_by_name, order.authority, order.legal_basis, order.reference)
        assert told == ("(erased)", "", "", "")
    assert (asked.confirmed_by_name, confirmed.confirmed_by_name) == (None, "(erased)")
    assert confirmed.confirmed_at == now


def test_living_evidence_and_what_was_destroyed_later_keep_theirs(engine, clock, actor, evidence) -> None:
    evidence("a", None)
    evidence("b", clock.now())
    with write(engine) as tx:
        assert erase_destroyed_facts(tx, clock, actor, before=clock.now()) == 0
    for letter in "ab":
        (hold,) = _rows(engine, holds, letter * 32)
        assert [getattr(hold, name) for name in NAMES] == ["Adder", "why", "basis", "number 7"]
        assert [order.asked_by_name for order in _rows(engine, orders, letter * 32)] == ["Asker", "Asker"]


def test_erasing_is_recorded_once_with_its_counts(engine, clock, actor, evidence) -> None:
    evidence("a", clock.now() - MICROSECOND)
    for _ in range(2):
        with write(engine) as tx:
            erase_destroyed_facts(tx, clock, actor, before=clock.now())
    with read(engine) as tx:
        (entry,) = page_entries(tx)
    assert (entry.verb, entry.details) == ("erase_destroyed_facts", {"holds": 1, "orders": 2})


def test_grants_are_deleted_when_they_expired_long_ago(engine, clock, actor, evidence) -> None:
    evidence("a", None)
    now = clock.now()
    grant = {"evidence_id": "a" * 32, "actor_kind": "person", "actor_name": "Reader", "purpose": "review"}
    with write(engine) as tx:
        for number, expires_at in enumerate((now - MICROSECOND, now)):
            times = {"opened_at": now, "expires_at": expires_at, "audit_entry_id": 1}
            tx.execute(insert(grants).values(grant | times | {"id": str(number)}))
        assert erase_grants(tx, clock, actor, before=now) == 1
        assert erase_grants(tx, clock, actor, before=now) == 0
        assert tx.execute(select(grants.c.id)).scalars().all() == ["1"]
        (entry,) = page_entries(tx)
    assert (entry.verb, entry.details) == ("erase_grants", {"grants": 1})
