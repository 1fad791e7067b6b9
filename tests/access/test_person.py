"""A person who is disabled is not active."""

from dataclasses import replace
from datetime import UTC, datetime

from safelight.access.person import Person


def test_a_person_is_active_until_they_are_disabled() -> None:
    person = Person(id=1, name="Ada", role_names=("lead",), added_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert person.is_active
    assert not replace(person, disabled_at=person.added_at).is_active
