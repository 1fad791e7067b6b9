"""Each act upon keys, persons and roles is one transaction; keys that are for banks hold on to those banks."""

from datetime import timedelta

import pytest

from safelight.access import queries
from safelight.access.api_key import NewApiKey
from safelight.access.rate import Rate
from safelight.access.secret import PREFIX
from safelight.audit.queries import page_entries
from safelight.database.transaction import read
from safelight.errors import NotFound
from safelight.flow import access
from safelight.flow.banks import edits as banks
from safelight.roles import Permission


@pytest.fixture
def who(engine, clock, actor) -> tuple:
    banks.create_bank(engine, clock, actor, name="Alpha")
    return engine, clock, actor


def _key(engine, name: str = "shop"):
    with read(engine) as tx:
        return queries.find_key(tx, name)


def _verbs(engine) -> list[str]:
    with read(engine) as tx:
        return [entry.verb for entry in page_entries(tx)][1:]


def test_a_key_lives_from_its_making_to_its_end(engine, who) -> None:
    key_id, secret = access.create_key(*who, NewApiKey(name="shop", role_name="service"))
    _, other = access.rotate_key(*who, "shop", overlap=timedelta(hours=1))
    assert access.finish_rotation(*who, "shop") == 1
    access.limit_key(*who, "shop", Rate(per_minute=1, burst=1))
    assert access.revoke_key(*who, "shop", reason="over").id == key_id
    assert secret != other
    assert secret.startswith(PREFIX)
    verbs = ["create_api_key", "rotate_api_key", "finish_api_key_rotation", "limit_api_key", "revoke_api_key"]
    assert _verbs(engine) == verbs


def test_a_key_is_for_banks_that_there_are_by_their_own_names(engine, who) -> None:
    access.create_key(*who, NewApiKey(name="shop", role_name="service", bank_names=frozenset({"aLPHA"})))
    assert _key(engine).bank_names == {"Alpha"}
    with pytest.raises(NotFound, match="beta"):
        access.create_key(*who, NewApiKey(name="b", role_name="service", bank_names=frozenset({"beta"})))
    assert _verbs(engine) == ["create_api_key"]


def test_a_key_follows_its_bank_and_is_not_for_another_that_gets_its_name(engine, who) -> None:
    access.create_key(*who, NewApiKey(name="shop", role_name="service", bank_names=frozenset({"Alpha"})))
    banks.rename_bank(*who, bank="alpha", name="Beta")
    banks.create_bank(*who, name="Alpha")
    assert _key(engine).bank_names == {"Beta"}
    banks.delete_bank(*who, bank="beta")
    banks.create_bank(*who, name="Beta")
    assert _key(engine).bank_names == frozenset()


def test_persons_and_roles_are_administered(engine, who) -> None:
    role = access.set_role(*who, "night", {Permission.CASE_READ})
    role = access.change_role(*who, "night", add={Permission.HOLD_READ}, drop={Permission.CASE_READ})
    assert role.permissions == {Permission.HOLD_READ}
    person = access.add_person(*who, "Ada", role_names=["night"])
    assert person.role_names == ("night",)
    assert access.set_person_roles(*who, "Ada", role_names=["lead"]).role_names == ("lead",)
    assert access.end_person_sessions(*who, "Ada") == 0
    access.disable_person(*who, "Ada")
    access.enable_person(*who, "Ada")
    assert not access.remove_role(*who, "night")
    assert _verbs(engine) == [
        "set_role",
        "set_role",
        "add_person",
        "set_person_roles",
        "end_person_sessions",
        "disable_person",
        "enable_person",
        "remove_role",
    ]


def test_what_is_refused_leaves_nothing_behind(engine, who) -> None:
    with pytest.raises(NotFound):
        access.add_person(*who, "Ada", role_names=["no"])
    with read(engine) as tx:
        assert queries.list_persons(tx) == []
        assert queries.read_mark(tx) == ""
    assert _verbs(engine) == []
