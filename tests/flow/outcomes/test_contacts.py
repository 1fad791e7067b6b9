"""What law enforcement asks for is written down; requests to preserve hold evidence, and nothing destroys by itself."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from safelight.database.transaction import read, write
from safelight.errors import AlreadyExists, InvalidValue, NotAllowed, NotFound, UsageError
from safelight.flow.evidence.holds import waiting_releases
from safelight.flow.keys.rotation import Rotation, counts_by_key
from safelight.flow.outcomes.contacts import add_contact, close_contact, keeping, list_contacts, read_contact
from safelight.outcomes.contact import ContactKind, ContactText, NewContact
from safelight.outcomes.rewrapping import OutcomeWraps
from safelight.outcomes.store.tables import contacts, texts
from safelight.review import steps
from safelight.review.case import About
from safelight.vault.hold import HoldKind
from safelight.vault.queries import find_evidence

TEXT = ContactText(agency="County police", reference="Az. Quint", remarks="Detective Miller called")


@pytest.fixture
def log(bureau):
    def add(kind: ContactKind = ContactKind.SUBPOENA, *, actor=None, once=None, **more):
        values = {"case_id": bureau.case_id, "kind": kind, "received_at": bureau.clock.now(), "text": TEXT}
        return add_contact(bureau.desk(actor), NewContact(**values | more), once=once)

    return add


def test_a_contact_is_written_down_against_a_case_and_its_report(bureau, log) -> None:
    due = bureau.clock.now() + timedelta(days=14)
    contact, holds = log(report_id=bureau.report_id, due_at=due)
    assert holds == []
    assert list_contacts(bureau.desk(), report_id=bureau.report_id) == [contact]
    assert (contact.kind, contact.due_at, contact.is_open) == (ContactKind.SUBPOENA, due, True)
    assert read_contact(bureau.desk(), contact.id) == (contact, TEXT)
    with pytest.raises(NotFound):
        log(report_id=99)
    with pytest.raises(NotFound):
        log(case_id=99)


def test_who_asked_is_sealed_and_in_no_audit_entry_hold_or_error(bureau, log) -> None:
    log(ContactKind.PRESERVATION_REQUEST)
    told = " ".join(f"{each.target} {each.reason} {each.details}" for each in bureau.entries())
    told += " ".join(f"{hold.reason} {hold.reference}" for each in bureau.evidence_ids for hold in bureau.holds(each))
    with read(bureau.engine) as tx:
        told += repr(tx.execute(select(contacts)).all()) + repr(tx.execute(select(texts)).all())
    other = _empty_case(bureau)
    with pytest.raises(UsageError) as refused:
        log(ContactKind.PRESERVATION_REQUEST, case_id=other)
    told += str(refused.value)
    for word in ("County", "Quint", "Miller"):
        assert word not in told


def _empty_case(bureau) -> int:
    with write(bureau.engine) as tx:
        return steps.open_or_join(tx, bureau.clock, bureau.operator, About(subject_id="account 9")).case_id


def test_a_request_to_preserve_holds_all_evidence_of_the_case_for_ninety_days(bureau, log) -> None:
    contact, holds = log(ContactKind.PRESERVATION_REQUEST)
    until = bureau.clock.now() + timedelta(days=90)
    assert sorted(each.evidence_id for each in holds) == sorted(bureau.evidence_ids)
    assert {(each.kind, each.reference, each.until_at) for each in holds} == {
        (HoldKind.LAW_ENFORCEMENT, f"contact:{contact.id}", until)
    }
    assert contact.due_at == until
    assert [len(bureau.holds(each)) for each in bureau.evidence_ids] == [1, 1]


def test_a_renewal_holds_it_for_ninety_days_more_from_the_end_of_the_first(bureau, log) -> None:
    first, _ = log(ContactKind.PRESERVATION_REQUEST)
    bureau.clock.advance(days=80)
    renewal, holds = log(ContactKind.RENEWAL, renews_id=first.id)
    assert {(each.from_at, each.until_at) for each in holds} == {(first.due_at, first.due_at + timedelta(days=90))}
    assert renewal.due_at == first.due_at + timedelta(days=90)
    with pytest.raises(UsageError, match="renewed already"):
        log(ContactKind.RENEWAL, renews_id=first.id)
    assert len(list_contacts(bureau.desk())) == 2


def test_what_is_renewed_is_closed_with_that_and_its_clock_goes_on_in_the_new_one(bureau, log) -> None:
    first, _ = log(ContactKind.PRESERVATION_REQUEST)
    bureau.clock.advance(days=80)
    renewal, _ = log(ContactKind.RENEWAL, renews_id=first.id)
    assert [each.id for each in list_contacts(bureau.desk(), is_open=True)] == [renewal.id]
    assert bureau.verbs(f"contact:{first.id}") == ["add_contact", "close_contact"]
    other, _ = log(ContactKind.PRESERVATION_REQUEST)
    close_contact(bureau.desk(), other.id)
    log(ContactKind.RENEWAL, renews_id=other.id)  # what was closed is renewed all the same


def test_what_is_asked_twice_under_one_name_is_written_down_once(bureau, log) -> None:
    once = uuid.uuid4().hex
    ask = partial(log, ContactKind.PRESERVATION_REQUEST, once=once)
    with ThreadPoolExecutor() as pool:
        answers = [each.result(timeout=60) for each in [pool.submit(ask) for _ in range(4)]]
    assert len({contact.id for contact, _ in answers}) == 1
    assert sorted(len(holds) for _, holds in answers) == [0, 0, 0, len(bureau.evidence_ids)]
    assert len(list_contacts(bureau.desk())) == 1
    other = ContactText(agency="Another court", reference=TEXT.reference, remarks=TEXT.remarks)
    for differing in ({"case_id": _empty_case(bureau)}, {"text": other}, {"report_id": bureau.report_id}):
        with pytest.raises(AlreadyExists, match="wrote something else down"):
            ask(**differing)
    with pytest.raises(AlreadyExists, match="wrote something else down"):
        log(once=once)
    assert len(list_contacts(bureau.desk())) == 1


def test_a_renewal_that_comes_late_holds_from_when_it_came(bureau, log) -> None:
    first, _ = log(ContactKind.PRESERVATION_REQUEST)
    bureau.clock.advance(days=95)
    renewal, holds = log(ContactKind.RENEWAL, renews_id=first.id)
    assert renewal.due_at == bureau.clock.now() + timedelta(days=90)
    assert len(holds) == 2


def test_a_renewal_is_of_a_request_of_the_same_case(bureau, log) -> None:
    subpoena, _ = log()
    request, _ = log(ContactKind.PRESERVATION_REQUEST)
    with pytest.raises(InvalidValue, match="no request to preserve"):
        log(ContactKind.RENEWAL, renews_id=subpoena.id)
    with pytest.raises(InvalidValue, match="no request to preserve"):
        log(ContactKind.RENEWAL, renews_id=request.id, case_id=_empty_case(bureau))


def test_where_nothing_can_be_preserved_nothing_is_written_down(bureau, log) -> None:
    with pytest.raises(UsageError, match="no evidence"):
        log(ContactKind.PRESERVATION_REQUEST, case_id=_empty_case(bureau))
    assert list_contacts(bureau.desk()) == []


def test_a_request_to_destroy_destroys_and_releases_nothing(bureau, log) -> None:
    preserved, _ = log(ContactKind.PRESERVATION_REQUEST)
    contact, holds = log(ContactKind.DESTRUCTION_REQUEST)
    assert holds == []
    kept = keeping(bureau.desk(), contact.id)
    assert [each.evidence_id for each in kept] == sorted(bureau.evidence_ids)
    assert all(len(each.hold_ids) == 2 for each in kept), preserved
    assert waiting_releases(bureau.engine, bureau.clock) == []
    with read(bureau.engine) as tx:
        assert [find_evidence(tx, each).destroyed_at for each in bureau.evidence_ids] == [None, None]


def test_a_closed_contact_is_closed_once_and_its_holds_go_on(bureau, log) -> None:
    contact, _ = log(ContactKind.PRESERVATION_REQUEST)
    assert close_contact(bureau.desk(), contact.id).closed_at == bureau.clock.now()
    with pytest.raises(UsageError, match="already"):
        close_contact(bureau.desk(), contact.id)
    with pytest.raises(NotFound):
        close_contact(bureau.desk(), 99)
    assert list_contacts(bureau.desk(), is_open=True) == []
    assert all(each.is_active(bureau.clock.now()) for each in bureau.holds(bureau.evidence_ids[0]))
    assert bureau.verbs(f"contact:{contact.id}") == ["add_contact", "close_contact"]


@pytest.mark.parametrize("role", ["reviewer", "analyst"])
def test_who_may_not_follow_up_sees_and_writes_nothing(bureau, log, role) -> None:
    contact, _ = log()
    desk = bureau.desk(bureau.person("bo", role))
    for ask in (list_contacts, lambda desk: read_contact(desk, contact.id), lambda desk: keeping(desk, contact.id)):
        with pytest.raises(NotAllowed, match="outcome:read"):
            ask(desk)
    for act in (lambda: close_contact(desk, contact.id), lambda: log(actor=desk.actor)):
        with pytest.raises(NotAllowed, match="outcome:write"):
            act()


def test_reporters_may_preserve_and_auditors_only_look(bureau, log) -> None:
    contact, holds = log(ContactKind.PRESERVATION_REQUEST, actor=bureau.person("cy", "reporter"))
    assert len(holds) == 2
    auditor = bureau.person("di", "auditor")
    assert read_contact(bureau.desk(auditor), contact.id)[1] == TEXT
    with pytest.raises(NotAllowed, match="outcome:write"):
        log(actor=auditor)


def test_what_is_sealed_is_wrapped_anew_when_keys_are_rotated(bureau, log) -> None:
    contact, _ = log()
    keys = bureau.place.keys
    old, new = keys.describe().active_key_id, keys.rotate()
    with read(bureau.engine) as tx:
        assert OutcomeWraps().counts(tx) == {old: 1}
    Rotation(engine=bureau.engine, keys=keys, clock=bureau.clock, actor=bureau.operator).run()
    with read(bureau.engine) as tx:
        assert set(counts_by_key(tx)) == {new}
    assert read_contact(bureau.desk(), contact.id)[1] == TEXT
