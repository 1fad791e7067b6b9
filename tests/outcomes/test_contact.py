"""What law enforcement or a court asks for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from safelight.errors import InvalidValue
from safelight.outcomes.contact import (
    ContactKind,
    ContactText,
    NewContact,
    check_contact,
    check_contact_id,
    contact_text,
    read_contact_text,
)

_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_TEXT = ContactText(agency="County police", reference="26-1", remarks="by telephone")
_NEW = NewContact(case_id=1, kind=ContactKind.SUBPOENA, received_at=_NOW, text=_TEXT)


def test_what_is_sealed_comes_back_and_is_in_no_repr() -> None:
    assert read_contact_text(contact_text(_TEXT)) == _TEXT
    for word in ("County", "26-1", "telephone"):
        assert word not in repr(_NEW)


@pytest.mark.parametrize(
    "more",
    [
        {"received_at": _NOW + timedelta(days=2)},
        {"received_at": _NOW.replace(tzinfo=None)},
        {"due_at": _NOW - timedelta(minutes=1)},
        {"due_at": _NOW.replace(tzinfo=None)},
        {"kind": ContactKind.RENEWAL},
        {"renews_id": 3},
        {"text": ContactText(agency=" ")},
        {"text": ContactText(agency="secret agency" * 100)},
        {"text": replace(_TEXT, remarks="secret" * 1000)},
    ],
)
def test_what_cannot_be_kept_is_refused_and_not_told(more) -> None:
    with pytest.raises(InvalidValue) as refused:
        check_contact(replace(_NEW, **more), _NOW)
    assert "secret" not in str(refused.value)


def test_a_renewal_names_what_it_renews() -> None:
    check_contact(replace(_NEW, kind=ContactKind.RENEWAL, renews_id=3), _NOW)


@pytest.mark.parametrize("number", [0, -1, 2**63])
def test_contacts_are_counted_from_one(number) -> None:
    with pytest.raises(InvalidValue):
        check_contact_id(number)
