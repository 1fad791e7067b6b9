"""What was wrapped with a key that was retired meanwhile is not stored."""

import pytest

from safelight.errors import KeysUnusable
from safelight.keys.kept import require_kept
from safelight.testing.keys import MemoryKeys


def test_a_key_that_was_retired_meanwhile_is_noticed() -> None:
    keys = MemoryKeys()
    old = keys.wrap(b"secret", context=b"row")
    require_kept(keys, old)
    require_kept(keys)
    keys.rotate()
    new = keys.wrap(b"secret", context=b"row")
    require_kept(keys, old, new)
    keys.retire(old.key_id)
    require_kept(keys, new)
    with pytest.raises(KeysUnusable, match="retired"):
        require_kept(keys, new, old)
