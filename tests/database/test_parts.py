import pytest

from safelight.database.parts import MOST_AT_ONCE, in_parts


@pytest.mark.parametrize("count", [0, 1, MOST_AT_ONCE, MOST_AT_ONCE + 1, 3 * MOST_AT_ONCE])
def test_the_parts_are_the_whole_and_none_is_too_long(count: int) -> None:
    asked = list(range(count))
    parts = list(in_parts(asked))
    assert [number for part in parts for number in part] == asked
    assert all(0 < len(part) <= MOST_AT_ONCE for part in parts)
