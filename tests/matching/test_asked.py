"""Banks are asked by name; what cannot be searched, or holds nothing, is told and never passed over."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from safelight.banks.bank import Bank
from safelight.errors import NotFound, NothingToMatch, UsageError
from safelight.matching.asked import ids_of_banks, require_something

_BANK = Bank(id=1, name="Known", is_enabled=True, version=1, created_at=datetime(2026, 1, 1, tzinfo=UTC))
_HOLDINGS = SimpleNamespace(
    banks={
        1: _BANK,
        2: replace(_BANK, id=2, name="off", is_enabled=False),
        3: replace(_BANK, id=3, name="allowed", is_allow_list=True),
    }
)


def test_names_are_found_in_whatever_letters() -> None:
    assert ids_of_banks(_HOLDINGS, ["KNOWN", "known"]) == {1}  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "error"), [("none", NotFound), ("off", UsageError), ("allowed", UsageError)])
def test_what_cannot_be_searched_is_told(name: str, error: type[Exception]) -> None:
    with pytest.raises(error, match=name):
        ids_of_banks(_HOLDINGS, ["known", name])  # type: ignore[arg-type]


def test_nothing_to_match_is_not_nothing_found() -> None:
    empty = SimpleNamespace(indexes={"md5": None}, count=lambda _: 0)
    with pytest.raises(NothingToMatch, match="bank list"):
        require_something(empty)  # type: ignore[arg-type]
    full = SimpleNamespace(indexes={"md5": None}, count=lambda _: 1)
    assert require_something(full) is full  # type: ignore[arg-type, comparison-overlap]
