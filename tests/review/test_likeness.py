"""A veiled value keeps its distances and says nothing by itself; near ones are always found."""

from hypothesis import given, settings
from hypothesis import strategies as st

from safelight.review.likeness import LONGEST_DISTANCE, Veil, chunks_of, distance, nearest

VEIL = Veil(b"secret")
_VALUES = st.binary(min_size=32, max_size=32)


@settings(max_examples=20)
@given(one=_VALUES, other=_VALUES)
def test_the_distance_of_veiled_values_is_that_of_the_values(one, other) -> None:
    veiled = [VEIL.likeness([each]).values[0] for each in (one, other)]
    assert distance(*veiled) == distance(one, other)
    assert Veil(b"another").likeness([one]).values[0] != veiled[0]


@given(value=_VALUES, bits=st.sets(st.integers(0, 255), max_size=LONGEST_DISTANCE))
def test_values_that_are_near_have_a_chunk_in_common(value, bits) -> None:
    other = (int.from_bytes(value, "big") ^ sum(1 << bit for bit in bits)).to_bytes(32, "big")
    assert set(chunks_of(value)) & set(chunks_of(other))
    assert len(set(chunks_of(value))) == 16


def test_the_nearest_is_taken_of_those_near_enough_in_whatever_orientation() -> None:
    likeness = VEIL.likeness([b"\x00" * 32, b"\xff" * 32])
    near, nearer, far = (
        VEIL.likeness([value]).values[0] for value in (b"\xff" * 31 + b"\xf0", b"\x01" + b"\x00" * 31, b"\x0f" * 32)
    )
    assert nearest(likeness, [(1, near), (2, nearer), (3, far)], 15) == 2
    assert nearest(likeness, [(1, near), (3, far)], 15) == 1
    assert nearest(likeness, [(1, near)], 3) is None
    assert nearest(likeness, [], 15) is None


def test_a_veil_shows_no_secret() -> None:
    assert "secret" not in repr(VEIL)
