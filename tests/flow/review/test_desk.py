"""Who acts is asked of the database in each act."""

from dataclasses import replace

import pytest

from safelight.database.transaction import read
from safelight.errors import NotAllowed
from safelight.flow import access
from safelight.flow.review.acting import present
from safelight.roles import Actor, ActorKind, Permission


def test_a_person_may_do_what_their_roles_say_now_and_a_key_what_it_came_with(room, ann) -> None:
    stale = replace(ann, permissions=frozenset({Permission.KEY_WRITE}))
    key = Actor(kind=ActorKind.SERVICE, name="ann", permissions=frozenset({Permission.FLAG_WRITE}), key_id=1)
    with read(room.engine) as tx:
        assert present(tx, stale).permissions == ann.permissions
        assert present(tx, key).permissions == {Permission.FLAG_WRITE}
        assert present(tx, room.operator) is room.operator
        with pytest.raises(NotAllowed, match="does not work here"):
            present(tx, replace(ann, name="nobody"))
    access.disable_person(room.engine, room.clock, room.operator, "ann")
    with read(room.engine) as tx:
        assert present(tx, ann).permissions == frozenset()
