"""Tokens are random, of one form, and known by their digest alone."""

import hashlib

import pytest

from safelight.access.signing_in.token import digest_of_token, new_token


def test_tokens_have_256_random_bits() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}
    token = tokens.pop()
    assert digest_of_token(token) == hashlib.sha256(token.encode()).digest()


@pytest.mark.parametrize("text", [None, "", "x" * 42, "x" * 44, "é" * 43, "x" * 42 + "\n", "x" * 42 + "="])
def test_what_no_token_looks_like_has_no_digest(text: str | None) -> None:
    assert digest_of_token(text) is None
