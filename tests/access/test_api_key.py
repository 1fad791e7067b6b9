"""A key counts until it ends, and what is asked of one is looked at first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from safelight.access.api_key import LONGEST_OVERLAP, ApiKey, NewApiKey, Secret, check_new_key, check_overlap
from safelight.access.rate import Rate
from safelight.errors import InvalidValue
from safelight.roles import Permission

NOW = datetime(2026, 11, 23, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def _secret(number: int, **more: object) -> Secret:
    secret = Secret(id=number, added_at=NOW, ends_at=None, use_count=0, last_used_at=None)
    return replace(secret, **more)  # type: ignore[arg-type]


def _key(**more: object) -> ApiKey:
    key = ApiKey(
        id=1,
        name="shop",
        role_name="service",
        permissions=frozenset(),
        bank_names=None,
        added_at=NOW,
        expires_at=None,
        ended_at=None,
        rate=None,
        alarmed_at=None,
    )
    return replace(key, **more)  # type: ignore[arg-type]


def test_a_key_counts_until_it_expires_that_moment_excluded_or_is_ended() -> None:
    assert _key().is_living(NOW)
    expiring = _key(expires_at=NOW)
    assert expiring.is_living(NOW - _SECOND)
    assert not expiring.is_living(NOW)
    assert not _key(ended_at=NOW).is_living(NOW)


def test_of_a_key_that_was_rotated_the_old_secret_counts_until_its_end() -> None:
    secrets = (_secret(1, ends_at=NOW + _SECOND), _secret(2))
    key = _key(secrets=secrets)
    assert key.living_secrets(NOW) == secrets
    assert key.living_secrets(NOW + _SECOND) == secrets[1:]
    assert replace(key, ended_at=NOW).living_secrets(NOW) == ()


def test_uses_of_all_secrets_are_uses_of_the_key() -> None:
    key = _key(secrets=(_secret(1, use_count=2, last_used_at=NOW), _secret(2, use_count=3)))
    assert (key.use_count, key.last_used_at) == (5, NOW)
    assert (_key().use_count, _key().last_used_at) == (0, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"role_name": None},
        {"permissions": frozenset({Permission.MEDIA_SCAN})},  # and a role
        {"bank_names": frozenset()},
        {"bank_names": frozenset(map(str, range(101)))},
        {"expires_at": NOW},
        {"expires_at": NOW + timedelta(days=4000)},
        {"rate": Rate(per_minute=0, burst=1)},
        {"name": "1"},
    ],
)
def test_a_key_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    new = NewApiKey(name="shop", role_name="service", expires_at=NOW + _SECOND, bank_names=frozenset({"known"}))
    check_new_key(new, NOW)
    with pytest.raises(InvalidValue):
        check_new_key(replace(new, **wrong), NOW)  # type: ignore[arg-type]


def test_an_overlap_is_none_or_up_to_its_longest() -> None:
    check_overlap(timedelta(0))
    check_overlap(LONGEST_OVERLAP)
    for wrong in (-_SECOND, LONGEST_OVERLAP + _SECOND):
        with pytest.raises(InvalidValue):
            check_overlap(wrong)
