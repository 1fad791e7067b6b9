import pytest

from safelight.database.transaction import read
from safelight.errors import NotAllowed, NotFound
from safelight.flow.review.acting import find_self, require_acting_person
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind, Permission


def test_a_person_acts_by_what_they_may_at_this_moment(source, rosa) -> None:
    with read(source.engine) as tx:
        assert require_acting_person(tx, rosa, Permission.EVIDENCE_REVIEW).name == "Rosa"
        with pytest.raises(NotAllowed):
            require_acting_person(tx, rosa, Permission.EXPOSURE_TEAM)


@pytest.mark.parametrize("kind", [ActorKind.SERVICE, ActorKind.SYSTEM_USER])
def test_nobody_else_is_shown_media_whatever_their_permissions(source, rosa, kind) -> None:
    with read(source.engine) as tx, pytest.raises(NotAllowed):
        require_acting_person(tx, Actor(kind=kind, name="Rosa", permissions=EVERY_PERMISSION), Permission.CASE_READ)


def test_oneself_is_the_person_of_ones_name_and_a_service_is_nobody(source, rosa) -> None:
    with read(source.engine) as tx:
        assert find_self(tx, Actor(kind=ActorKind.SYSTEM_USER, name="rosa")).id == 1
        with pytest.raises(NotFound):
            find_self(tx, Actor(kind=ActorKind.SYSTEM_USER, name="Mina"))
        with pytest.raises(NotAllowed):
            find_self(tx, Actor(kind=ActorKind.SERVICE, name="Rosa"))
