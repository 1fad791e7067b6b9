import pytest

from safelight.errors import KeysUnusable
from safelight.testing.keys import MemoryKeys


def test_a_rotated_key_is_in_use_and_the_old_one_unwraps() -> None:
    keys = MemoryKeys()
    wrapped = keys.wrap(b"secret", context=b"c")
    new = keys.rotate()
    assert keys.describe().key_ids == (new, wrapped.key_id)
    assert keys.describe().is_exported
    assert keys.unwrap(wrapped, context=b"c") == b"secret"


def test_a_retired_key_unwraps_no_more() -> None:
    keys = MemoryKeys()
    wrapped = keys.wrap(b"secret", context=b"c")
    keys.rotate()
    keys.retire(wrapped.key_id)
    with pytest.raises(KeysUnusable, match="retired"):
        keys.unwrap(wrapped, context=b"c")


def test_keys_that_are_not_exported_stay_so() -> None:
    keys = MemoryKeys(is_exported=False)
    keys.rotate()
    assert not keys.describe().is_exported
