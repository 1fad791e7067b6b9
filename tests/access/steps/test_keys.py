"""API keys are made, rotated without a gap, limited and revoked, each act on record and no secret anywhere."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from safelight.access import queries, steps
from safelight.access.api_key import NewApiKey
from safelight.access.rate import Rate
from safelight.access.store.tables import secrets
from safelight.audit.queries import page_entries
from safelight.database.dump import dump_rows, found_tables
from safelight.database.transaction import read, write
from safelight.errors import AlreadyExists, InvalidValue, NotAllowed, NotFound, UsageError
from safelight.roles import Actor, ActorKind, Permission

_HOUR = timedelta(hours=1)


def _entries(engine) -> list[tuple[str, str, dict]]:
    with read(engine) as tx:
        return [(entry.verb, entry.target, dict(entry.details or {})) for entry in page_entries(tx)]


def _digests(engine) -> list[bytes | None]:
    with read(engine) as tx:
        return list(tx.execute(select(secrets.c.digest).order_by(secrets.c.id)).scalars())


def test_of_a_secret_only_its_sha_256_is_anywhere_in_the_database(engine, make_key) -> None:
    _, secret = make_key()
    assert _digests(engine) == [hashlib.sha256(secret.encode()).digest()]
    with read(engine) as tx:
        everything = b"".join(block for table in found_tables(tx) for _, block in dump_rows(tx, table))
    assert b"shop" in everything
    assert secret.removeprefix("sl_").encode() not in everything


def test_making_a_key_is_on_record_with_what_it_may(engine, moving, make_key) -> None:
    make_key("a", bank_names=frozenset({"x", "y"}), rate=Rate(per_minute=60, burst=5))
    make_key("b", permissions=frozenset({Permission.BANK_READ}), expires_at=moving.now() + _HOUR)
    assert _entries(engine) == [
        ("create_api_key", "api_key:1", {"name": "a", "role": "service", "banks": 2, "per_minute": 60, "burst": 5}),
        (
            "create_api_key",
            "api_key:2",
            {"name": "b", "bank:read": "given", "banks": "every", "expires_at": "2026-11-23T13:30:15.123456+00:00"},
        ),
    ]


def test_the_name_of_a_key_is_its_own_as_long_as_it_counts(engine, moving, actor, make_key) -> None:
    first, _ = make_key("Shop", expires_at=moving.now() + _HOUR)
    with pytest.raises(AlreadyExists, match="api-key rotate"):
        make_key("shop")
    moving.move(3600)
    second, _ = make_key("shop")
    with read(engine) as tx:
        assert queries.find_key(tx, str(first)).ended_at == moving.now()
        assert queries.find_key(tx, "shop").id == second
    with write(engine) as tx:
        steps.revoke_key(tx, moving, actor, "shop")
    make_key("shop")


def test_nobody_gives_a_key_what_they_lack(engine, moving, helper, make_key) -> None:
    make_key("strong")
    scanning = NewApiKey(name="k", permissions=frozenset({Permission.MEDIA_SCAN}))
    scoped = replace(helper, bank_names=frozenset({"Known"}))
    nobody = Actor(kind=ActorKind.PERSON, name="nobody", permissions=frozenset({Permission.MEDIA_SCAN}))
    with write(engine) as tx:
        with pytest.raises(NotAllowed, match="bank:read"):
            steps.create_key(tx, moving, helper, NewApiKey(name="k", role_name="service"))
        with pytest.raises(NotAllowed, match="bank:read"):
            steps.rotate_key(tx, moving, helper, "strong")  # it would hand over what it may
        with pytest.raises(NotAllowed, match="access:write"):
            steps.create_key(tx, moving, nobody, scanning)
        for banks in (None, frozenset({"known", "other"})):
            with pytest.raises(NotAllowed, match="banks"):
                steps.create_key(tx, moving, scoped, replace(scanning, bank_names=banks))
        steps.create_key(tx, moving, scoped, replace(scanning, bank_names=frozenset({"known"})))
        steps.create_key(tx, moving, helper, replace(scanning, name="k2"))


def test_a_role_that_is_not_there_is_told(engine, make_key) -> None:
    with pytest.raises(NotFound, match="role list"):
        make_key(role_name="no")
    assert _entries(engine) == []


def test_a_rotation_lets_the_old_secret_count_for_its_overlap(engine, moving, actor, make_key) -> None:
    make_key()
    with write(engine) as tx:
        key, secret = steps.rotate_key(tx, moving, actor, "shop", overlap=_HOUR, reason="monthly")
    assert [each.ends_at for each in key.secrets] == [moving.now() + _HOUR, None]
    assert _digests(engine)[1] == hashlib.sha256(secret.encode()).digest()
    assert _entries(engine)[-1] == ("rotate_api_key", "api_key:1", {"overlap_s": 3600})


def test_a_further_rotation_makes_no_secret_last_longer_and_forgets_what_has_ended(
    engine, moving, actor, make_key
) -> None:
    make_key()
    for overlap in (_HOUR, 10 * _HOUR, _HOUR):
        with write(engine) as tx:
            key, _ = steps.rotate_key(tx, moving, actor, "shop", overlap=overlap)
        moving.move(1800)
    first, second, third, fourth = key.secrets
    start = moving.now() - timedelta(seconds=5400)
    assert first.ends_at == start + _HOUR
    assert second.ends_at == third.ends_at == start + 2 * _HOUR
    assert fourth.ends_at is None
    assert [digest is None for digest in _digests(engine)] == [True, False, False, False]


def test_an_overlap_of_nothing_ends_the_old_secret_at_once(engine, moving, actor, make_key) -> None:
    make_key()
    with write(engine) as tx:
        key, _ = steps.rotate_key(tx, moving, actor, "shop", overlap=timedelta(0))
        with pytest.raises(InvalidValue):
            steps.rotate_key(tx, moving, actor, "shop", overlap=-_HOUR)
    assert [each.id for each in key.living_secrets(moving.now())] == [2]
    assert _digests(engine)[0] is None


def test_a_rotation_is_finished_sooner(engine, moving, actor, make_key) -> None:
    make_key()
    with write(engine) as tx:
        steps.rotate_key(tx, moving, actor, "shop")
        assert steps.finish_rotation(tx, moving, actor, "shop") == 1
        assert steps.finish_rotation(tx, moving, actor, "shop") == 0
        key = queries.find_key(tx, "shop")
    assert [each.id for each in key.living_secrets(moving.now())] == [2]
    assert [digest is None for digest in _digests(engine)] == [True, False]


def test_a_key_is_limited_and_let_go_again(engine, moving, actor, make_key) -> None:
    make_key()
    rate = Rate(per_minute=60, burst=5)
    with write(engine) as tx:
        steps.limit_key(tx, moving, actor, "shop", rate)
        assert queries.find_key(tx, "shop").rate == rate
        steps.limit_key(tx, moving, actor, "shop", None)
        assert queries.find_key(tx, "shop").rate is None
        with pytest.raises(InvalidValue):
            steps.limit_key(tx, moving, actor, "shop", Rate(per_minute=0, burst=1))
    assert _entries(engine)[-2:] == [
        ("limit_api_key", "api_key:1", {"per_minute": 60, "burst": 5}),
        ("limit_api_key", "api_key:1", {"rate": "as set"}),
    ]


def test_a_key_that_has_ended_does_not_come_back(engine, moving, actor, make_key) -> None:
    make_key()
    make_key("brief", expires_at=moving.now() + _HOUR)
    moving.move(3600)
    with write(engine) as tx:
        steps.revoke_key(tx, moving, actor, "shop", reason="leaked")
        for name in ("1", "brief"):
            with pytest.raises(UsageError, match="does not come back"):
                steps.rotate_key(tx, moving, actor, name)
            with pytest.raises(UsageError):
                steps.finish_rotation(tx, moving, actor, name)
            with pytest.raises(UsageError):
                steps.limit_key(tx, moving, actor, name, None)
        with pytest.raises(UsageError, match="ended already"):
            steps.revoke_key(tx, moving, actor, "1")
        with pytest.raises(NotFound):
            steps.revoke_key(tx, moving, actor, "shop")
    assert _digests(engine)[0] is None


def test_every_act_takes_the_permission_to_change_access(engine, moving, make_key) -> None:
    make_key()
    auditor = Actor(kind=ActorKind.PERSON, name="a", permissions=frozenset(Permission) - {Permission.ACCESS_WRITE})
    with write(engine) as tx:
        for act in (steps.rotate_key, steps.finish_rotation, steps.revoke_key):
            with pytest.raises(NotAllowed, match="access:write"):
                act(tx, moving, auditor, "shop")
        with pytest.raises(NotAllowed, match="access:write"):
            steps.limit_key(tx, moving, auditor, "shop", None)
