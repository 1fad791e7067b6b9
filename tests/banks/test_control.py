from datetime import UTC, datetime

import pytest

from safelight.banks.control import EntryControl, Opinion

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "setting",
    [{"threshold": 0}, {"opinion": Opinion.CONFIRMED}, {"quarantined_at": NOW}, {"released_at": NOW}],
)
def test_an_entry_is_exceptional_when_anything_was_set_for_it(setting: dict[str, object]) -> None:
    assert EntryControl(entry_id=1, bank_id=1, **setting).is_exceptional


def test_an_entry_that_nothing_was_set_for_is_not_exceptional() -> None:
    assert not EntryControl(entry_id=1, bank_id=1).is_exceptional


def test_an_entry_is_in_quarantine_from_the_moment_it_was_put_there() -> None:
    assert EntryControl(entry_id=1, bank_id=1, quarantined_at=NOW).is_quarantined
    assert not EntryControl(entry_id=1, bank_id=1, released_at=NOW).is_quarantined
