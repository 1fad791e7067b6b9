"""The secret of an app is sealed, bound to its row, and not kept under a key that is gone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from safelight.access.signing_in.sealed_totp import seal_totp, unseal_totp
from safelight.errors import KeysUnusable
from safelight.testing.keys import MemoryKeys

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_it_opens_in_its_own_row_alone() -> None:
    keys = MemoryKeys()
    mine, other = seal_totp(keys, 1, "SECRET", NOW), seal_totp(keys, 2, "OTHER", NOW)
    assert unseal_totp(keys, mine) == "SECRET"
    assert b"SECRET" not in mine.wrapped.data
    with pytest.raises(KeysUnusable):
        unseal_totp(keys, replace(other, wrapped=mine.wrapped))
