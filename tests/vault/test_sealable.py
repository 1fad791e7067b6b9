"""A wrap whose key was retired since is not written down."""

import pytest

from safelight.testing.keys import MemoryKeys
from safelight.vault.sealable import PreparedStale, require_kept_key


def test_a_wrap_counts_as_long_as_its_key_is_kept() -> None:
    keys = MemoryKeys()
    wrapped = keys.wrap(b"secret", context=b"here")
    keys.rotate()
    require_kept_key(keys, wrapped)
    keys.retire(wrapped.key_id)
    with pytest.raises(PreparedStale, match="retired"):
        require_kept_key(keys, wrapped)
