from datetime import UTC, datetime, timedelta

import pytest

from safelight.errors import InvalidValue, NotAllowed
from safelight.roles import Actor, ActorKind
from safelight.vault.order import (
    ORDER_LASTS,
    NewOrder,
    Order,
    check_new_order,
    is_same_person,
    may_confirm,
    require_person,
)

_NOW = datetime(2026, 11, 23, tzinfo=UTC)
_ORDER = Order(
    id=1,
    evidence_id="e",
    hold_ids=(1,),
    legal_basis="l",
    authority="a",
    reference="r",
    asked_at=_NOW,
    asked_by=Actor(kind=ActorKind.PERSON, name="Ada"),
)


@pytest.mark.parametrize("name", ["Ada", "ada", " ADA "])
def test_who_asked_does_not_confirm_in_whatever_letters(name: str) -> None:
    assert is_same_person(_ORDER, name)
    assert not may_confirm(_ORDER, name, is_single_person_mode=False)
    assert may_confirm(_ORDER, name, is_single_person_mode=True)


def test_another_person_may_confirm() -> None:
    assert may_confirm(_ORDER, "Bo", is_single_person_mode=False)


@pytest.mark.parametrize("missing", ["legal_basis", "authority", "reference"])
def test_an_order_names_basis_authority_and_reference(missing: str) -> None:
    said = {"legal_basis": "l", "authority": "a", "reference": "r"}
    with pytest.raises(InvalidValue, match=missing.replace("_", " ")):
        check_new_order(NewOrder(evidence_id="e", hold_ids=(1,), **(said | {missing: " "})))
    with pytest.raises(InvalidValue, match="1000"):
        check_new_order(NewOrder(evidence_id="e", hold_ids=(1,), **(said | {missing: "x" * 1001})))
    check_new_order(NewOrder(evidence_id="e", hold_ids=(1,), **said))


def test_an_order_lapses_when_nobody_confirms_it() -> None:
    assert not _ORDER.has_lapsed(_NOW + ORDER_LASTS - timedelta(microseconds=1))
    assert _ORDER.has_lapsed(_NOW + ORDER_LASTS)


def test_a_program_gives_no_orders() -> None:
    with pytest.raises(NotAllowed):
        require_person(Actor(kind=ActorKind.SERVICE, name="worker"))
    require_person(Actor(kind=ActorKind.SYSTEM_USER, name="root"))
