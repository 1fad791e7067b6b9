"""Keys that ended and names of persons who left go when their time is over, and no number is given twice."""

from datetime import timedelta

import pytest

from safelight.access import queries, steps
from safelight.access.store import credential_rows
from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.errors import NotFound
from safelight.roles import Actor, ActorKind

KEEPER = Actor(kind=ActorKind.SERVICE, name="retention")


def _erase(engine, moving) -> int:
    with write(engine) as tx:
        return steps.erase_ended(tx, moving, KEEPER, before=moving.now() - timedelta(seconds=10))


def test_keys_go_that_were_revoked_or_expired_before_and_all_others_stay(engine, moving, actor, make_key) -> None:
    make_key("revoked")
    make_key("expired", expires_at=moving.now() + timedelta(seconds=1))
    make_key("living")
    make_key("later")
    with write(engine) as tx:
        steps.revoke_key(tx, moving, actor, "revoked")
    moving.move(11)
    with write(engine) as tx:
        steps.revoke_key(tx, moving, actor, "later")
    assert _erase(engine, moving) == 1
    moving.move(1)
    assert _erase(engine, moving) == 1
    with read(engine) as tx:
        assert [key.name for key in queries.list_keys(tx, with_ended=True)] == ["later", "living"]
        entry = page_entries(tx)[-1]
    assert (entry.verb, entry.actor.name, entry.details) == (
        "erase_ended_access",
        "retention",
        {"keys": 1, "persons": 0},
    )


def test_no_number_of_a_key_is_given_twice(engine, moving, actor, make_key) -> None:
    first, _ = make_key()
    with write(engine) as tx:
        steps.revoke_key(tx, moving, actor, "shop")
    moving.move(11)
    _erase(engine, moving)
    second, _ = make_key()
    assert second != first
    assert _erase(engine, moving) == 1
    with read(engine) as tx, pytest.raises(NotFound):
        queries.find_key(tx, str(first))


def test_the_name_of_somebody_who_left_goes_and_is_free_for_another_number(engine, moving, actor) -> None:
    with write(engine) as tx:
        first = steps.add_person(tx, moving, actor, "Ada", role_names=["lead"])
        steps.add_person(tx, moving, actor, "Bo", role_names=["lead"])
        steps.disable_person(tx, moving, actor, "Ada")
    assert _erase(engine, moving) == 0
    moving.move(11)
    assert _erase(engine, moving) == 1
    assert _erase(engine, moving) == 0  # safe to run twice, and then says nothing
    with write(engine) as tx:
        assert [person.name for person in queries.list_persons(tx)] == ["Bo"]
        assert steps.add_person(tx, moving, actor, "Ada", role_names=["lead"]).id != first.id
        assert len([entry for entry in page_entries(tx) if entry.verb == "erase_ended_access"]) == 1


def test_what_somebody_signed_in_with_goes_with_their_name(engine, moving, actor) -> None:
    with write(engine) as tx:
        for name in ("Ada", "Bo"):
            steps.add_person(tx, moving, actor, name, role_names=["lead"])
        for person_id in (1, 2):
            credential_rows.begin(tx, person_id, bytes([person_id]) * 64)
            credential_rows.put_recovery_codes(tx, person_id, [bytes([person_id])], moving.now())
        steps.disable_person(tx, moving, actor, "Ada")
    moving.move(11)
    assert _erase(engine, moving) == 1
    with read(engine) as tx:
        assert queries.find_credentials(tx, 1) is None
        assert queries.find_enrolled(tx, 1, moving.now()).recovery_codes == 0
        assert queries.find_enrolled(tx, 2, moving.now()).recovery_codes == 1
