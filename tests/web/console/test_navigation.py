"""The navigation shows the ways that are open, and no two have one key."""

from safelight.roles import EVERY_PERMISSION, Actor, ActorKind, Permission
from safelight.web.console.door import Door
from safelight.web.console.navigation import ELSEWHERE, WAYS, Way, is_within, ways_for


def person(*permissions: Permission) -> Actor:
    return Actor(kind=ActorKind.PERSON, name="Ada", permissions=frozenset(permissions))


def test_ways_are_those_that_the_permissions_open() -> None:
    assert ways_for(None) == ()
    assert {way.name for way in ways_for(person())} == {"home", "dose", "account"}
    assert {way.name for way in ways_for(person(Permission.JOB_READ))} == {"home", "dose", "jobs", "account"}
    assert ways_for(person(*EVERY_PERMISSION)) == WAYS


def test_a_way_takes_what_its_page_takes(door: Door) -> None:
    needed = {rule.path: rule.needs for rule in door.rules if rule.method == "GET"}
    for way in WAYS:
        assert way.permission is None or needed[way.path] is way.permission


def test_no_two_ways_have_one_key() -> None:
    keys = [way.key for way in WAYS] + [each.key for each in ELSEWHERE] + ["l"]
    assert len(set(keys)) == len(keys)


def test_the_way_on_which_a_page_lies_is_marked() -> None:
    home, jobs = Way(name="home", path="/", key="h"), Way(name="jobs", path="/jobs", key="j")
    assert is_within(jobs, "/jobs")
    assert is_within(jobs, "/jobs/7")
    assert not is_within(jobs, "/jobs-of-others")
    assert is_within(home, "/")
    assert not is_within(home, "/jobs")
