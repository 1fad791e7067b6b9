"""`safelight api-key` makes keys whose secret is shown once, and shows everything else of them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from safelight.access import queries, steps
from safelight.access.authenticator import Authenticator
from safelight.access.store.tables import keys
from safelight.access.uses import Uses
from safelight.app import open_workspace
from safelight.database.transaction import read, write
from safelight.errors import Unauthenticated
from safelight.roles import Permission


@pytest.fixture
def house(workspace):
    with open_workspace(workspace) as house:
        yield house


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]):
    """Return what was printed since it was last asked: standard output, and standard error."""

    def read_said() -> tuple[str, str]:
        captured = capfd.readouterr()
        return captured.out, captured.err

    return read_said


def _actor(house, secret: str):
    return Authenticator(house.engine, house.clock, uses=Uses()).authenticate(secret)


def _key(house, name: str = "shop"):
    with read(house.engine) as tx:
        return queries.find_key(tx, name)


def test_the_secret_is_alone_on_standard_output_and_works(run, house, said) -> None:
    said()
    assert run("api-key", "create", "shop") == 0
    out, err = said()
    assert out.startswith("sl_")
    assert len(out) == 47
    assert "number 1" in err
    assert out.strip() not in err
    actor = _actor(house, out.strip())
    assert (actor.name, actor.bank_names) == ("shop", None)


def test_no_command_shows_a_secret_or_its_digest_again(run, said) -> None:
    said()
    run("api-key", "create", "shop")
    secret = said()[0].strip()
    for words in (["list", "--all"], ["show", "shop"], ["limit", "shop"], ["revoke", "shop"]):
        run("api-key", *words)
    run("audit", "show")
    out, err = said()
    assert secret.removeprefix("sl_") not in out + err


def test_a_key_is_made_for_banks_with_permissions_an_end_and_a_rate(run, house, said) -> None:
    words = ["--permission", "media:scan", "--permission", "bank:read", "--bank", "KNOWN", "--expires", "2036-01-01"]
    assert run("api-key", "create", "shop", *words, "--per-minute", 60, "--burst", 5) == 0
    key = _key(house)
    assert key.permissions == {Permission.MEDIA_SCAN, Permission.BANK_READ}
    assert (key.role_name, key.bank_names) == (None, {"known"})
    assert f"{key.expires_at:%Y-%m-%d %H:%M %Z}" == "2036-01-01 00:00 UTC"
    said()
    assert run("api-key", "show", "shop") == 0
    out, _ = said()
    for told in ("bank:read, media:scan", "banks: known", "60 requests a minute, 5 at once", "until 2036-01-01"):
        assert told in out


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--role", "service", "--permission", "bank:read"], 64),
        (["--role", "no"], 66),
        (["--permission", "bank:reed"], 64),
        (["--bank", "no"], 66),
        (["--expires", "2001-01-01"], 64),
        (["--burst", "5"], 64),
    ],
)
def test_what_makes_no_sense_is_refused_and_makes_no_key(run, house, words: list[str], status: int) -> None:
    assert run("api-key", "create", "shop", *words) == status
    with read(house.engine) as tx:
        assert queries.list_keys(tx) == []


def test_a_name_that_is_taken_is_told(run) -> None:
    run("api-key", "create", "shop")
    assert run("api-key", "create", "SHOP") == 73


def test_a_rotation_gives_a_second_secret_and_is_finished(run, house, said) -> None:
    said()
    run("api-key", "create", "shop")
    old = said()[0].strip()
    assert run("api-key", "rotate", "shop", "--overlap-hours", "2") == 0
    new, err = said()
    assert "2 hours more" in err
    assert _actor(house, old) == _actor(house, new.strip())
    run("api-key", "list")
    assert "being rotated" in said()[0]
    run("api-key", "show", "shop")
    assert "counts until" in said()[0]
    assert run("api-key", "rotate", "shop", "--finish") == 0
    with pytest.raises(Unauthenticated):
        _actor(house, old)
    assert run("api-key", "rotate", "shop", "--overlap-hours", "-1") == 64
    assert run("api-key", "rotate", "shop", "--overlap-hours", "1e300") == 64


def test_a_key_is_limited_and_let_go_again(run, house, said) -> None:
    run("api-key", "create", "shop")
    assert run("api-key", "limit", "shop", "--per-minute", 30) == 0
    assert (_key(house).rate.per_minute, _key(house).rate.burst) == (30, 30)
    assert run("api-key", "limit", "shop") == 0
    assert _key(house).rate is None
    assert "as often as the settings say" in said()[0]


def test_a_revoked_key_is_listed_only_with_all(run, house, said) -> None:
    said()
    run("api-key", "create", "shop")
    secret = said()[0].strip()
    assert run("api-key", "revoke", "shop", "--reason", "leaked") == 0
    with pytest.raises(Unauthenticated):
        _actor(house, secret)
    said()
    run("api-key", "list")
    assert "shop" not in said()[0]
    run("api-key", "list", "--all")
    assert "ended" in said()[0]
    assert run("api-key", "revoke", "1") == 64
    assert run("api-key", "revoke", "shop") == 66


def test_an_expired_key_says_so(run, house, said) -> None:
    run("api-key", "create", "shop", "--expires", "2036-01-01")
    with write(house.engine) as tx:
        tx.execute(update(keys).values(expires_at=datetime(2026, 1, 1, tzinfo=UTC)))
    said()
    run("api-key", "list")
    assert "expired 2026-01-01 00:00" in said()[0]


def test_a_key_whose_look_ups_looked_like_probing_says_so(run, house, said) -> None:
    from safelight.database.transaction import write

    run("api-key", "create", "shop")
    with write(house.engine) as tx:
        steps.alarm_of_key(tx, house.clock, house.actor, 1, lookups=100)
    said()
    assert run("api-key", "show", "shop") == 0
    assert "looked like probing" in said()[1]


def test_a_key_that_ended_is_shown_though_its_role_is_gone(run, said) -> None:
    run("role", "set", "night", "--permission", "media:scan")
    run("api-key", "create", "shop", "--role", "night")
    run("api-key", "revoke", "shop")
    run("role", "remove", "night")
    said()
    assert run("api-key", "show", "1") == 0
    assert "may, by the role night: nothing any more" in said()[0]
