"""An entry is held as long as nothing became of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from safelight.banks.entry_fate import EntryFate

FATE = EntryFate(
    entry_id=1, bank_id=2, bank_name="b", bank_deleted_at=None, withdrawn_at=None, replaced_at=None, replaced_by=None
)


def test_an_entry_is_held_if_nothing_became_of_it() -> None:
    assert FATE.is_held


@pytest.mark.parametrize("what", ["bank_deleted_at", "withdrawn_at", "replaced_at"])
def test_any_of_three_things_ends_that(what: str) -> None:
    assert not replace(FATE, **{what: datetime(2026, 1, 1, tzinfo=UTC)}).is_held
