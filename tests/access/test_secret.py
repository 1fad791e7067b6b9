"""A secret is random, told by its beginning, and kept as its SHA-256 alone."""

import base64
import hashlib

import pytest

from safelight.access.secret import digest_of, new_secret
from safelight.errors import Unauthenticated


def test_a_secret_is_256_random_bits_behind_a_mark() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    for secret in secrets:
        assert secret.startswith("sl_")
        assert len(base64.urlsafe_b64decode(secret.removeprefix("sl_") + "=")) == 32


def test_what_is_kept_is_the_sha_256() -> None:
    secret = new_secret()
    assert digest_of(secret) == hashlib.sha256(secret.encode()).digest()


@pytest.mark.parametrize(
    "wrong", ["", "sl_", "sl_short", "xx_" + "a" * 43, "sl_" + "a" * 44, "sl_" + "ä" * 43, "a" * 9999]
)
def test_what_looks_like_no_secret_is_refused_without_a_question_and_without_being_repeated(wrong: str) -> None:
    with pytest.raises(Unauthenticated) as caught:
        digest_of(wrong)
    assert not wrong or wrong not in str(caught.value)


def test_a_line_end_behind_a_secret_is_no_part_of_one() -> None:
    with pytest.raises(Unauthenticated):
        digest_of(new_secret() + "\n")
