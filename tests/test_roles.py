"""Permissions are asked for by name, and nobody has one by default."""

import pytest

from safelight.errors import NotAllowed
from safelight.roles import (
    EVERY_PERMISSION,
    Actor,
    ActorKind,
    Permission,
    may_use_bank,
    require_bank,
    require_permission,
)


def test_nobody_may_do_anything_by_default() -> None:
    nobody = Actor(kind=ActorKind.SERVICE, name="scanner")
    for permission in Permission:
        with pytest.raises(NotAllowed, match=permission.value):
            require_permission(nobody, permission)


def test_a_permission_is_for_that_act_alone() -> None:
    reviewer = Actor(kind=ActorKind.PERSON, name="r", permissions=frozenset({Permission.EVIDENCE_REVIEW}))
    require_permission(reviewer, Permission.EVIDENCE_REVIEW)
    with pytest.raises(NotAllowed):
        require_permission(reviewer, Permission.EVIDENCE_HAND_OVER)


def test_every_permission_is_every_one() -> None:
    assert frozenset(Permission) == EVERY_PERMISSION


def test_a_permission_is_a_resource_and_a_verb() -> None:
    assert all(permission.value.count(":") == 1 for permission in Permission)


def test_an_actor_may_use_every_bank_unless_some_are_named() -> None:
    require_bank(Actor(kind=ActorKind.SERVICE, name="s"), "known")
    scoped = Actor(kind=ActorKind.SERVICE, name="s", bank_names=frozenset({"Known"}))
    require_bank(scoped, "kNOWN")
    assert not may_use_bank(scoped, "other")
    with pytest.raises(NotAllowed, match="'other'"):
        require_bank(scoped, "other")
    with pytest.raises(NotAllowed):
        require_bank(Actor(kind=ActorKind.SERVICE, name="s", bank_names=frozenset()), "known")


def test_what_an_actor_may_do_is_no_part_of_who_it_is() -> None:
    scoped = Actor(kind=ActorKind.SERVICE, name="s", permissions=EVERY_PERMISSION, bank_names=frozenset(), key_id=7)
    assert scoped == Actor(kind=ActorKind.SERVICE, name="s")
