"""Roles are sets of permissions that are made, edited and removed, with what came and went on record."""

import pytest

from safelight.access import queries, steps
from safelight.access.role import BUILT_IN
from safelight.access.store.role_rows import permissions_in
from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.errors import InvalidValue, NotAllowed, NotFound, UsageError
from safelight.roles import Actor, ActorKind, Permission

READ, EXPORT = Permission.BANK_READ, Permission.BANK_EXPORT


def _last_entry(engine) -> tuple[str, str, dict]:
    with read(engine) as tx:
        entry = page_entries(tx)[-1]
        return entry.verb, entry.target, dict(entry.details or {})


def test_a_role_is_made_and_altered(engine, moving, actor) -> None:
    with write(engine) as tx:
        assert steps.set_role(tx, moving, actor, "night", {READ}).permissions == {READ}
        assert steps.set_role(tx, moving, actor, "night", {EXPORT}).permissions == {EXPORT}
    assert _last_entry(engine) == ("set_role", "role:night", {"bank:export": "added", "bank:read": "taken away"})


def test_a_role_is_changed_by_what_comes_and_goes(engine, moving, actor) -> None:
    with write(engine) as tx:
        role = steps.change_role(tx, moving, actor, "service", add={EXPORT}, drop={READ})
        assert role.permissions == (BUILT_IN["service"] | {EXPORT}) - {READ}
        with pytest.raises(NotFound):
            steps.change_role(tx, moving, actor, "night", add={READ})


def test_a_built_in_role_that_was_edited_is_as_it_came_again_when_it_is_removed(engine, moving, actor) -> None:
    with write(engine) as tx:
        steps.set_role(tx, moving, actor, "service", {EXPORT})
        assert steps.remove_role(tx, moving, actor, "service")
        assert queries.find_role(tx, "service").permissions == BUILT_IN["service"]
        with pytest.raises(UsageError, match="as it came"):
            steps.remove_role(tx, moving, actor, "service")


def test_a_role_that_somebody_has_is_not_removed(engine, moving, actor, make_key) -> None:
    with write(engine) as tx:
        steps.set_role(tx, moving, actor, "night", {READ})
        steps.add_person(tx, moving, actor, "Ada", role_names=["night"])
    make_key("shop", role_name="night")
    with write(engine) as tx:
        with pytest.raises(UsageError, match="1 persons and 1 API keys"):
            steps.remove_role(tx, moving, actor, "night")
        steps.revoke_key(tx, moving, actor, "shop")
        steps.set_person_roles(tx, moving, actor, "Ada", role_names=["lead"])
        assert not steps.remove_role(tx, moving, actor, "night")
        with pytest.raises(NotFound):
            steps.remove_role(tx, moving, actor, "night")
    assert _last_entry(engine) == ("remove_role", "role:night", {"bank:read": "taken away"})


def test_nobody_lets_a_role_do_more_than_they_may_themselves(engine, moving, actor, helper) -> None:
    scan = Permission.MEDIA_SCAN
    with write(engine) as tx:
        steps.set_role(tx, moving, helper, "scanner", {scan})
        with pytest.raises(NotAllowed, match="bank:read"):
            steps.set_role(tx, moving, helper, "scanner", {scan, READ})
        steps.set_role(tx, moving, actor, "scanner", {scan, READ})
        steps.set_role(tx, moving, helper, "scanner", {READ})  # takes away only
        steps.set_role(tx, moving, actor, "lead", {READ})
        with pytest.raises(NotAllowed):
            steps.remove_role(tx, moving, helper, "lead")  # that would give back what the helper lacks


def test_what_is_no_role_is_refused(engine, moving, actor) -> None:
    nobody = Actor(kind=ActorKind.PERSON, name="n", permissions=frozenset(Permission) - {Permission.ACCESS_WRITE})
    with write(engine) as tx:
        with pytest.raises(InvalidValue, match="without any permission"):
            steps.set_role(tx, moving, actor, "night", ())
        with pytest.raises(InvalidValue, match="letters a-z"):
            steps.set_role(tx, moving, actor, "Night shift", {READ})
        with pytest.raises(NotAllowed):
            steps.set_role(tx, moving, nobody, "night", {READ})
        with pytest.raises(NotAllowed):
            steps.remove_role(tx, moving, nobody, "night")


def test_a_permission_that_this_program_does_not_know_gives_nothing() -> None:
    assert permissions_in('["bank:read", "moon:walk"]') == {READ}
