"""Persons are added with roles, and let work or not; each act is on record without their name."""

import threading

import pytest

from safelight.access import queries, steps
from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.errors import AlreadyExists, InvalidValue, NotAllowed, NotFound, UsageError
from safelight.roles import Actor, ActorKind, Permission


@pytest.fixture
def ada(engine, moving, actor):
    with write(engine) as tx:
        return steps.add_person(tx, moving, actor, "Ada", role_names=["reviewer", "reporter"])


def _entries(engine) -> list[tuple[str, str, dict]]:
    with read(engine) as tx:
        return [(entry.verb, entry.target, dict(entry.details or {})) for entry in page_entries(tx)]


def test_a_person_has_a_name_roles_and_a_number(engine, moving, ada) -> None:
    assert (ada.id, ada.name, ada.role_names, ada.is_active) == (1, "Ada", ("reporter", "reviewer"), True)
    assert ada.added_at == moving.now()


def test_who_is_added_is_on_record_by_number_and_roles_and_not_by_name(engine, ada) -> None:
    assert _entries(engine) == [("add_person", "person:1", {"reporter": "added", "reviewer": "added"})]


def test_one_name_is_one_person_in_whatever_letters(engine, moving, actor, ada) -> None:
    with write(engine) as tx:
        for name in ("ada", " ADA "):
            with pytest.raises(AlreadyExists):
                steps.add_person(tx, moving, actor, name, role_names=[])
        steps.disable_person(tx, moving, actor, "aDa")
        with pytest.raises(AlreadyExists, match="person enable"):
            steps.add_person(tx, moving, actor, "ada", role_names=[])
        with pytest.raises(InvalidValue):
            steps.add_person(tx, moving, actor, "\n", role_names=[])


def test_a_role_that_is_not_there_is_told_and_letters_are_no_roles(engine, moving, actor) -> None:
    with write(engine) as tx:
        with pytest.raises(NotFound, match="'no'"):
            steps.add_person(tx, moving, actor, "Bo", role_names=["lead", "no"])
        with pytest.raises(InvalidValue):
            steps.add_person(tx, moving, actor, "Bo", role_names="lead")
        assert queries.list_persons(tx) == []


def test_roles_are_exchanged_with_what_came_and_went_on_record(engine, moving, actor, ada) -> None:
    with write(engine) as tx:
        assert steps.set_person_roles(tx, moving, actor, "ada", role_names=["reporter", "lead"]).role_names == (
            "lead",
            "reporter",
        )
    assert _entries(engine)[-1] == ("set_person_roles", "person:1", {"lead": "added", "reviewer": "taken away"})


def test_who_is_disabled_may_nothing_until_they_are_enabled_again(engine, moving, actor, ada) -> None:
    with write(engine) as tx:
        steps.disable_person(tx, moving, actor, "Ada", reason="left")
        assert queries.find_person(tx, "Ada").disabled_at == moving.now()
        assert queries.person_actor(tx, "Ada").permissions == frozenset()
        with pytest.raises(UsageError, match="already"):
            steps.disable_person(tx, moving, actor, "Ada")
        steps.enable_person(tx, moving, actor, "Ada")
        assert queries.person_actor(tx, "Ada").permissions
        with pytest.raises(UsageError, match="not disabled"):
            steps.enable_person(tx, moving, actor, "Ada")
        with pytest.raises(NotFound):
            steps.enable_person(tx, moving, actor, "Bo")


def test_nobody_gives_a_role_that_may_more_than_they(engine, moving, actor, helper, ada) -> None:
    with write(engine) as tx:
        steps.set_role(tx, moving, actor, "scanner", {Permission.MEDIA_SCAN})
        steps.add_person(tx, moving, helper, "Bo", role_names=["scanner"])
        with pytest.raises(NotAllowed, match="access:read"):
            steps.add_person(tx, moving, helper, "Cy", role_names=["admin"])
        with pytest.raises(NotAllowed):
            steps.set_person_roles(tx, moving, helper, "Bo", role_names=["scanner", "lead"])
        steps.set_person_roles(tx, moving, helper, "Ada", role_names=["reporter"])  # takes away only
        steps.disable_person(tx, moving, helper, "Ada")
        with pytest.raises(NotAllowed):
            steps.enable_person(tx, moving, helper, "Ada")


def test_every_act_takes_the_permission_to_change_access(engine, moving, ada) -> None:
    nobody = Actor(kind=ActorKind.PERSON, name="n", permissions=frozenset(Permission) - {Permission.ACCESS_WRITE})
    with write(engine) as tx:
        for act in (steps.disable_person, steps.enable_person):
            with pytest.raises(NotAllowed, match="access:write"):
                act(tx, moving, nobody, "Ada")
        for change in (steps.add_person, steps.set_person_roles):
            with pytest.raises(NotAllowed, match="access:write"):
                change(tx, moving, nobody, "Ada", role_names=[])


def test_many_who_add_one_name_at_once_add_one_person(engine, moving, actor) -> None:
    start, refused = threading.Barrier(4), []

    def add() -> None:
        start.wait()
        try:
            with write(engine) as tx:
                steps.add_person(tx, moving, actor, "Ada", role_names=["lead"])
        except AlreadyExists:
            refused.append(1)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3
    with read(engine) as tx:
        assert len(queries.list_persons(tx)) == 1
