"""What is kept is sealed under a key for each day: the database alone tells nothing of it."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.errors import KeysUnusable
from safelight.recent.cipher import SeenCipher

_AT = datetime(2026, 5, 6, 23, 59, tzinfo=UTC)


def test_it_opens_with_the_secret_and_looks_like_nothing_without() -> None:
    sealed = SeenCipher(b"s" * 32).seal(_AT, b"packed" * 50)
    assert SeenCipher(b"s" * 32).open(sealed) == b"packed" * 50
    assert b"packed" not in sealed
    assert sealed != SeenCipher(b"s" * 32).seal(_AT, b"packed" * 50)


def test_each_day_has_its_own_key() -> None:
    cipher = SeenCipher(b"s" * 32)
    one, other = cipher.seal(_AT, b"packed"), cipher.seal(_AT + timedelta(minutes=1), b"packed")
    assert cipher.open(one) == cipher.open(other)
    with pytest.raises(KeysUnusable):
        cipher.open(other[:4] + one[4:])


@pytest.mark.parametrize(("secret", "cut"), [(b"t" * 32, 0), (b"s" * 32, 1), (b"s" * 32, 20), (b"s" * 32, 10**6)])
def test_anything_altered_is_refused(secret: bytes, cut: int) -> None:
    sealed = SeenCipher(b"s" * 32).seal(_AT, b"packed")
    with pytest.raises(KeysUnusable, match="recent forget"):
        SeenCipher(secret).open(sealed[: max(0, len(sealed) - cut)])
