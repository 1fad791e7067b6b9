"""A secret opens in its own row alone, and is not stored under a key that is gone."""

from dataclasses import replace

import pytest

from safelight.errors import KeysUnusable
from safelight.notices.sealed_secret import Purpose, seal, unseal
from safelight.testing.keys import MemoryKeys


def test_a_secret_opens_again_and_nothing_of_it_is_to_be_seen() -> None:
    keys = MemoryKeys()
    sealed = seal(keys, Purpose.URL, "https://hooks.example.com/secret")
    assert unseal(keys, sealed) == "https://hooks.example.com/secret"
    assert b"secret" not in sealed.wrapped.data


def test_a_wrap_that_was_moved_to_another_row_opens_nothing() -> None:
    keys = MemoryKeys()
    with pytest.raises(KeysUnusable):
        unseal(keys, replace(seal(keys, Purpose.URL, "a"), id="0" * 32))
