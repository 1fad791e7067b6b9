"""A sketch tells values that are near one another from unrelated ones, and holds none of them."""

import numpy as np
import pytest

from safelight.access.sketch import Sketch
from safelight.errors import InvalidValue


@pytest.fixture
def draw():
    return np.random.default_rng(5)


def _near(draw, value: bytes, bits: int) -> bytes:
    number = int.from_bytes(value, "big")
    for place in draw.choice(256, size=bits, replace=False):
        number ^= 1 << int(place)
    return number.to_bytes(32, "big")


@pytest.mark.parametrize(("bits", "least"), [(1, 85), (4, 50), (8, 25)])
def test_values_near_one_another_are_counted_together(draw, bits: int, least: int) -> None:
    sketch, middle = Sketch(), draw.bytes(32)
    assert max(sketch.add(_near(draw, middle, bits)) for _ in range(100 if bits > 1 else 1_000)) >= least


def test_unrelated_values_are_not(draw) -> None:
    sketch = Sketch()
    assert max(sketch.add(draw.bytes(32)) for _ in range(5_000)) <= 5
    assert 4_990 <= sketch.count <= 5_000  # a few are taken for seen
    assert sketch.usual == sketch.count / 16_384


def test_the_same_value_counts_once(draw) -> None:
    sketch, value = Sketch(), draw.bytes(32)
    assert [sketch.add(value) for _ in range(3)] == [1, 0, 0]
    assert sketch.count == 1


def test_nothing_of_a_value_is_in_it_and_two_sketches_of_the_same_differ(draw) -> None:
    one, other, value = Sketch(), Sketch(), draw.bytes(32)
    for sketch in (one, other):
        sketch.add(value)
    for sketch in (one, other):
        assert value not in b"".join(bytes(cells) for _, _, cells in sketch._rows) + bytes(sketch._seen)
    assert [row[2] for row in one._rows] != [row[2] for row in other._rows]
    assert bytes(one._seen) != bytes(other._seen)


def test_a_value_of_another_length_is_refused() -> None:
    with pytest.raises(InvalidValue, match="32 bytes, not 31"):
        Sketch().add(b"x" * 31)
