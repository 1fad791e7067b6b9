"""A request looks in the banks that it names, within those that its key is for."""

from datetime import UTC, datetime

import pytest

from safelight.banks.bank import Bank
from safelight.errors import NotAllowed
from safelight.roles import Actor, ActorKind
from safelight.web.scope import banks_in_scope, banks_seen

ANY = Actor(kind=ActorKind.SERVICE, name="any")
SOME = Actor(kind=ActorKind.SERVICE, name="some", bank_names=frozenset({"a", "b"}))


def test_without_a_scope_any_bank_may_be_named() -> None:
    assert banks_in_scope(ANY, None) is None
    assert banks_in_scope(ANY, ["x"]) == {"x"}


def test_a_scope_is_all_that_can_be_asked() -> None:
    assert banks_in_scope(SOME, None) == {"a", "b"}
    assert banks_in_scope(SOME, ["A"]) == {"A"}
    with pytest.raises(NotAllowed):
        banks_in_scope(SOME, ["a", "c"])


def test_an_explanation_names_no_bank_that_the_key_is_not_for() -> None:
    made = datetime(2026, 1, 1, tzinfo=UTC)
    banks = [
        Bank(id=number, name=name, is_enabled=True, version=1, created_at=made) for number, name in enumerate("Abc")
    ]
    assert banks_seen(ANY, banks) is None
    assert banks_seen(SOME, banks) == {0, 1}
