"""Who there is and what they may do is asked of the database as it stands."""

import pytest

from safelight.access import queries, steps
from safelight.access.role import BUILT_IN
from safelight.database.transaction import read, write
from safelight.errors import NotFound
from safelight.roles import ActorKind, Permission


@pytest.fixture
def people(engine, moving, actor) -> None:
    """Ada leads, Bo reviews and reports, Cy led and is disabled."""
    with write(engine) as tx:
        steps.add_person(tx, moving, actor, "Ada", role_names=["lead"])
        steps.add_person(tx, moving, actor, "Bo", role_names=["reviewer", "reporter"])
        steps.add_person(tx, moving, actor, "Cy", role_names=["lead"])
        steps.disable_person(tx, moving, actor, "Cy")


def test_a_key_is_found_by_its_name_or_its_number(engine, make_key) -> None:
    key_id, _ = make_key("Shop")
    with read(engine) as tx:
        assert queries.find_key(tx, "sHOP").id == queries.find_key(tx, str(key_id)).id == key_id
        for wrong in ("other", "99", "9" * 30, "", "²"):
            with pytest.raises(NotFound, match="api-key list"):
                queries.find_key(tx, wrong)


def test_keys_are_listed_by_name_and_those_that_ended_only_when_asked_for(engine, moving, actor, make_key) -> None:
    for name in ("b", "A", "c"):
        make_key(name)
    with write(engine) as tx:
        steps.revoke_key(tx, moving, actor, "b")
    with read(engine) as tx:
        assert [key.name for key in queries.list_keys(tx)] == ["A", "c"]
        assert [key.name for key in queries.list_keys(tx, with_ended=True)] == ["A", "b", "c"]


def test_many_keys_are_listed_with_their_secrets(engine, make_key) -> None:
    for number in range(12):
        make_key(f"k{number:02}")
    with read(engine) as tx:
        assert [len(key.secrets) for key in queries.list_keys(tx)] == [1] * 12


def test_who_has_a_permission_is_every_active_person_with_a_role_that_gives_it(
    engine, moving, actor, people, make_key
) -> None:
    make_key("robot", permissions=frozenset({Permission.HOLD_RELEASE}))
    with write(engine) as tx:
        assert queries.names_with(tx, Permission.HOLD_RELEASE) == {"Ada"}
        assert queries.names_with(tx, Permission.EVIDENCE_REVIEW) == {"Ada", "Bo"}
        assert queries.names_with(tx, Permission.KEY_WRITE) == set()
        steps.set_role(tx, moving, actor, "reporter", {Permission.HOLD_RELEASE})
        assert queries.names_with(tx, Permission.HOLD_RELEASE) == {"Ada", "Bo"}


def test_a_person_acts_with_all_that_their_roles_may_and_with_nothing_when_disabled(engine, people) -> None:
    with read(engine) as tx:
        bo, cy = queries.person_actor(tx, "bo"), queries.person_actor(tx, "Cy")
        with pytest.raises(NotFound, match="person list"):
            queries.person_actor(tx, "Di")
    assert (bo.kind, bo.name, bo.key_id) == (ActorKind.PERSON, "Bo", None)
    assert bo.permissions == BUILT_IN["reviewer"] | BUILT_IN["reporter"]
    assert cy.permissions == frozenset()


def test_roles_are_listed_as_they_stand(engine, moving, actor) -> None:
    with write(engine) as tx:
        steps.set_role(tx, moving, actor, "night", {Permission.CASE_READ})
        steps.set_role(tx, moving, actor, "auditor", {Permission.AUDIT_READ})
        roles = {role.name: role for role in queries.list_roles(tx)}
        with pytest.raises(NotFound, match="role list"):
            queries.find_role(tx, "no")
    assert list(roles) == sorted({*BUILT_IN, "night"})
    assert (roles["night"].is_built_in, roles["night"].is_edited) == (False, False)
    assert (roles["auditor"].is_built_in, roles["auditor"].is_edited) == (True, True)
    assert roles["auditor"].permissions == {Permission.AUDIT_READ}
    assert not roles["lead"].is_edited
