"""The compiled PDQ, at every instruction set of this machine, equals its plain twin."""

import numpy as np
import pytest

from safelight.hashing import pdq_py
from safelight.hashing.pdq import HAS_KERNEL
from safelight.testing.synthetic import paint_pixels

pytestmark = pytest.mark.skipif(not HAS_KERNEL, reason="the compiled kernel is not installed")

if HAS_KERNEL:
    from safelight import _kernel

    LEVELS = _kernel.cpp_levels()
else:
    LEVELS = []

SIZES = [
    *((5, 5), (6, 21), (21, 22), (64, 64), (127, 128), (129, 129), (130, 257), (256, 255), (383, 385), (640, 480)),
    *((1023, 1025), (5, 3000), (3000, 7), (33_000, 6), (6, 33_000), (70_000, 21)),
]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_quality_bits_and_unsettled_bits_are_equal(level: str, width: int, height: int) -> None:
    pixels = paint_pixels(width * 7 + height, width=width, height=height)
    assert _kernel.hash_rgb(pixels, level) == pdq_py.hash_rgb(pixels)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("value", [0, 1, 128, 255])
def test_flat_pictures_are_wholly_unsettled_on_both(level: str, value: int) -> None:
    for height, width in ((64, 64), (480, 641), (3000, 2000)):
        pixels = np.full((height, width, 3), value, np.uint8)
        assert _kernel.hash_rgb(pixels, level)[0::2] == (0, 255)
        assert pdq_py.hash_rgb(pixels)[0::2] == (0, 255)


@pytest.mark.parametrize("level", LEVELS)
def test_white_does_not_overflow_the_sums_however_long_the_side_is(level: str) -> None:
    for width, height in ((33_000, 40), (40, 33_000), (66_000, 9), (9, 66_000)):
        pixels = np.full((height, width, 3), 255, np.uint8)
        pixels[: height // 2, : width // 3] = 0
        quality, orientations, _ = _kernel.hash_rgb(pixels, level)
        expected = pdq_py.hash_rgb(pixels)
        assert quality == expected[0]
        assert (int.from_bytes(orientations[0]) ^ int.from_bytes(expected[1][0])).bit_count() <= expected[2]


def test_a_level_that_the_processor_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="no instruction set level 'abacus'"):
        _kernel.hash_rgb(np.zeros((9, 9, 3), np.uint8), "abacus")


def test_the_kernel_itself_refuses_what_has_no_hash() -> None:
    with pytest.raises(ValueError, match="under 5 px"):
        _kernel.hash_rgb(np.zeros((4, 9, 3), np.uint8))
    with pytest.raises(TypeError):
        _kernel.hash_rgb(np.zeros((9, 9, 4), np.uint8))
    with pytest.raises(TypeError):
        _kernel.hash_rgb(np.zeros((9, 9, 3), np.float32))
