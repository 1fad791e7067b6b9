"""What is kept of people after a report goes when its time is over; kinds, numbers and times stay."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from safelight.database.transaction import read
from safelight.errors import NotFound
from safelight.flow.outcomes.acting import list_actions, tell_action
from safelight.flow.outcomes.contacts import add_contact, close_contact, list_contacts, read_contact
from safelight.flow.outcomes.learning import add_outcome, list_outcomes, read_remarks
from safelight.flow.retention import Days, retention_handlers
from safelight.flow.table_rules import ERASE_OUTCOMES
from safelight.jobs.worker import Worker
from safelight.outcomes.action import ActionKind, NewAction
from safelight.outcomes.contact import ContactKind, ContactText, NewContact
from safelight.outcomes.outcome import NewOutcome, OutcomeKind
from safelight.outcomes.store.tables import actions, texts


@pytest.fixture
def keep(bureau):
    """Let the clock's job run, by which texts are kept for eight days."""
    handlers = retention_handlers(Days(ended_outcomes_days=8))

    def run() -> None:
        every = {ERASE_OUTCOMES: timedelta(days=1)}
        kept = {ERASE_OUTCOMES: handlers[ERASE_OUTCOMES]}
        Worker(bureau.engine, bureau.clock, kept, name="one", every=every).run_due()

    return run


def _contact(bureau):
    values = {"case_id": bureau.case_id, "kind": ContactKind.FEEDBACK, "received_at": bureau.clock.now()}
    return add_contact(bureau.desk(), NewContact(**values, text=ContactText(agency="Police")))[0]


def _texts(bureau) -> int:
    with read(bureau.engine) as tx:
        return len(tx.execute(select(texts)).all())


def test_texts_of_contacts_go_so_long_after_they_were_closed_and_open_ones_stay(bureau, keep) -> None:
    opened, closed = _contact(bureau), _contact(bureau)
    bureau.clock.advance(days=1)
    close_contact(bureau.desk(), closed.id)
    bureau.clock.advance(days=8)
    keep()
    assert _texts(bureau) == 2
    bureau.clock.advance(days=1)
    keep()
    assert [each.text_id is None for each in list_contacts(bureau.desk())] == [False, True]
    assert read_contact(bureau.desk(), opened.id)[1].agency == "Police"
    with pytest.raises(NotFound, match="erased"):
        read_contact(bureau.desk(), closed.id)
    assert _texts(bureau) == 1


def test_remarks_go_and_what_came_of_the_report_stays(bureau, keep) -> None:
    new = NewOutcome(
        report_id=bureau.report_id, kind=OutcomeKind.ACTED_ON, learnt_at=bureau.clock.now(), remarks="a word"
    )
    found, _ = add_outcome(bureau.desk(), new)
    bureau.clock.advance(days=9)
    keep()
    with pytest.raises(NotFound):
        read_remarks(bureau.desk(), found.id)
    assert [each.kind for each in list_outcomes(bureau.desk())] == [OutcomeKind.ACTED_ON]
    assert _texts(bureau) == 0
    assert bureau.verbs("outcome:all") == ["erase_outcomes"]


def test_accounts_and_content_of_actions_go_with_what_could_be_tried_out(bureau, keep) -> None:
    new = NewAction(kind=ActionKind.REMOVED, acted_at=bureau.clock.now(), subject_id="account 7", content_id="post 1")
    number, _ = tell_action(bureau.desk(), new)
    bureau.clock.advance(days=9)
    keep()
    (kept,) = list_actions(bureau.desk())
    assert (kept.id, kept.kind, kept.case_id) == (number, ActionKind.REMOVED, bureau.case_id)
    assert (kept.subject_id, kept.content_id) == ("", "")
    with read(bureau.engine) as tx:
        assert tx.execute(select(actions.c.same_key)).scalars().all() == [None]
