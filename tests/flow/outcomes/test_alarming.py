"""A contact whose clock nears is told of, and once more when it is over; what was closed rests."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

import safelight.outcomes.steps.contacts as contact_steps
from safelight.database.transaction import read, write
from safelight.flow.outcomes.alarming import ALARM_CONTACTS, PERIODS, ContactAlarms
from safelight.flow.outcomes.contacts import add_contact, close_contact
from safelight.jobs.queue import enqueue
from safelight.jobs.worker import Worker
from safelight.notices.event import WANTABLE
from safelight.notices.steps import Desk, add_address
from safelight.notices.store.tables import events
from safelight.outcomes.contact import ContactKind, ContactText, NewContact


@pytest.fixture
def due(bureau):
    def add(days: float | None):
        at = None if days is None else bureau.clock.now() + timedelta(days=days)
        values = {"case_id": bureau.case_id, "kind": ContactKind.COURT_ORDER, "received_at": bureau.clock.now()}
        return add_contact(bureau.desk(), NewContact(**values, text=ContactText(agency="Court"), due_at=at))[0]

    return add


@pytest.fixture
def told(bureau):
    """Let the clock's job run, and return the facts of all that was told until then."""
    with write(bureau.engine) as tx:
        desk = Desk(clock=bureau.clock, actor=bureau.operator, keys=bureau.place.keys)
        add_address(tx, desk, name="all", origin="https://hooks.example", kinds=WANTABLE, made=[])
    handlers = ContactAlarms(warning_days=7).handlers()

    def tell() -> list[str]:
        with write(bureau.engine) as tx:
            enqueue(tx, bureau.clock, kind=ALARM_CONTACTS, args={})
        Worker(bureau.engine, bureau.clock, handlers, name="one").run_due()
        with read(bureau.engine) as tx:
            asked = select(events.c.facts).where(events.c.kind == "contact_due").order_by(events.c.happened_at)
            return [json.loads(each)["verdict"] for each in tx.execute(asked).scalars()]

    return tell


def test_a_contact_is_told_of_when_its_time_nears_and_once_more_when_it_is_over(bureau, due, told) -> None:
    contact = due(10)
    assert told() == []
    bureau.clock.advance(days=3)
    assert told() == ["near"]
    assert told() == ["near"]
    bureau.clock.advance(days=7)
    assert told() == ["near", "over"]
    bureau.clock.advance(days=30)
    assert told() == ["near", "over"]
    assert bureau.verbs(f"contact:{contact.id}") == ["add_contact", "alarm_contact", "alarm_contact"]


def test_what_is_overdue_when_it_is_first_seen_is_told_as_that(bureau, due, told) -> None:
    due(1)
    bureau.clock.advance(days=2)
    assert told() == ["over"]


def test_what_was_closed_or_has_no_clock_is_not_told_of(bureau, due, told) -> None:
    due(None)
    close_contact(bureau.desk(), due(1).id)
    bureau.clock.advance(days=5)
    assert told() == []


def test_more_than_one_transaction_takes_are_all_told_of(bureau, due, told, monkeypatch) -> None:
    monkeypatch.setattr(contact_steps, "MOST_AT_ONCE", 2)
    for _ in range(5):
        due(1)
    assert told() == ["near"] * 5


def test_it_is_due_every_hour() -> None:
    assert {ALARM_CONTACTS: timedelta(hours=1)} == PERIODS
