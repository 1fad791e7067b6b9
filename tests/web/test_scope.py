"""A request looks in the banks that it names, within those that its key is for."""

import pytest

from safelight.errors import NotAllowed
from safelight.roles import Actor, ActorKind
from safelight.web.scope import banks_in_scope

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
