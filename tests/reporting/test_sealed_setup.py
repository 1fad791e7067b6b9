"""What sets a destination up is sealed: it opens for its own row alone, and shows nowhere."""

from dataclasses import replace

import pytest

from safelight.errors import KeysUnusable
from safelight.reporting.sealed_setup import seal_setup
from safelight.testing.keys import MemoryKeys

SECRET = b'{"password":"hunter2 and more"}' * 300


def test_what_was_sealed_opens_however_long_it_is() -> None:
    keys = MemoryKeys()
    sealed = seal_setup(keys, SECRET)
    assert sealed.open(keys) == SECRET
    assert b"hunter2" not in sealed.sealed + sealed.wrapped.data
    assert "hunter2" not in repr(sealed)
    assert seal_setup(keys, SECRET).sealed != sealed.sealed


def test_what_is_anothers_or_altered_does_not_open() -> None:
    keys = MemoryKeys()
    one, other = seal_setup(keys, SECRET), seal_setup(keys, SECRET)
    altered = one.sealed[:-1] + bytes([one.sealed[-1] ^ 1])
    for wrong in (
        replace(one, seal=other.seal),
        replace(one, wrapped=other.wrapped),
        replace(one, sealed=other.sealed),
        replace(one, sealed=altered),
        replace(one, sealed=b""),
    ):
        with pytest.raises(KeysUnusable) as caught:
            wrong.open(keys)
        assert "hunter2" not in str(caught.value)
