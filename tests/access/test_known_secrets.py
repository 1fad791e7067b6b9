"""What was learned of secrets stays within bounds, and goes when anything changes."""

from safelight.access.known import Known
from safelight.access.known_secrets import KnownSecrets
from safelight.roles import Actor, ActorKind

KNOWN = Known(secret_id=1, actor=Actor(kind=ActorKind.SERVICE, name="shop"), ends_at=None, rate=None)


def _digest(number: int) -> bytes:
    return number.to_bytes(32, "big")


def test_both_kinds_are_kept_under_the_mark_that_was_read_with_them() -> None:
    secrets = KnownSecrets()
    secrets.adopt("m")
    secrets.learn("m", _digest(1), KNOWN)
    secrets.learn("m", _digest(2), None)
    assert secrets.find(_digest(1)) is KNOWN
    assert secrets.is_unknown(_digest(2))
    assert secrets.find(_digest(2)) is None
    assert not secrets.is_unknown(_digest(1))


def test_another_mark_forgets_everything_and_the_same_nothing() -> None:
    secrets = KnownSecrets()
    secrets.adopt("m")
    secrets.learn("m", _digest(1), KNOWN)
    secrets.adopt("m")
    assert len(secrets) == 1
    secrets.adopt("n")
    assert len(secrets) == 0


def test_what_was_read_under_another_mark_is_not_kept() -> None:
    secrets = KnownSecrets()
    secrets.adopt("n")
    secrets.learn("m", _digest(1), KNOWN)
    assert len(secrets) == 0


def test_trying_secrets_fills_no_memory_and_drives_out_no_key() -> None:
    secrets = KnownSecrets(most_known=3, most_unknown=5)
    secrets.adopt("m")
    secrets.learn("m", _digest(0), KNOWN)
    for number in range(1, 100):
        secrets.learn("m", _digest(number), None)
    assert secrets.find(_digest(0)) is KNOWN
    assert len(secrets) == 1 + 5
    for number in range(100, 110):
        secrets.learn("m", _digest(number), KNOWN)
    assert len(secrets) == 3 + 5
    assert secrets.find(_digest(109)) is KNOWN
