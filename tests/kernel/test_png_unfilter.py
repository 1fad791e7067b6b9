"""The compiled undoing of PNG's filters equals its plain twin."""

import numpy as np
import pytest

from safelight.hashing import png_unfilter_py
from safelight.hashing.pdq import HAS_KERNEL

UNFILTERS = [png_unfilter_py.unfilter_png]
if HAS_KERNEL:
    from safelight import _kernel

    UNFILTERS.append(_kernel.unfilter_png)

needs_kernel = pytest.mark.skipif(not HAS_KERNEL, reason="the compiled kernel is not installed")


def draw_lines(seed: int, shape: tuple[int, int, int], kinds: int = 5) -> bytes:
    """Draw lines; every other set has only extreme bytes, which wrap around and tie."""
    generator = np.random.default_rng(seed)
    height, width, pixel_bytes = shape
    lines = generator.integers(0, 256, (height, width * pixel_bytes + 1), np.uint8)
    if seed % 2:
        lines = generator.choice(np.array([0, 1, 127, 128, 254, 255], np.uint8), lines.shape)
    lines[:, 0] = generator.integers(0, kinds, height)
    return lines.tobytes()


def check(seed: int, shape: tuple[int, int, int]) -> None:
    lines = draw_lines(seed, shape)
    results = []
    for unfilter in UNFILTERS:
        pixels = np.full(shape, 77, np.uint8)
        assert unfilter(lines, pixels)
        results.append(pixels)
    for other in results[1:]:
        assert np.array_equal(other, results[0])


@needs_kernel
@pytest.mark.parametrize("pixel_bytes", [1, 2, 3, 4])
@pytest.mark.parametrize("width", [*range(1, 20), 31, 32, 33, 300])
def test_kernel_and_twin_give_the_same_pixels(width: int, pixel_bytes: int) -> None:
    for seed in (width, width + 1):
        check(seed, (12, width, pixel_bytes))


@needs_kernel
@pytest.mark.long
@pytest.mark.timeout(1800)
def test_kernel_and_twin_give_the_same_pixels_in_the_full_count() -> None:
    generator = np.random.default_rng(3)
    for seed in range(2000):
        height, width, pixel_bytes = (int(size) for size in generator.integers(1, (60, 200, 5)))
        check(seed, (height, width, pixel_bytes))


def nearest(left: np.ndarray, above: np.ndarray, corner: np.ndarray) -> np.ndarray:
    guess = left + above - corner
    distances = np.stack([abs(guess - left), abs(guess - above), abs(guess - corner)])
    return np.choose(distances.argmin(axis=0), [left, above, corner])


@needs_kernel
def test_paeth_is_right_for_every_left_above_and_corner() -> None:
    """The kernel compares otherwise than the definition, so here are all 2^24 cases."""
    left, above = (side.ravel() for side in np.meshgrid(np.arange(256), np.arange(256)))
    lines = np.zeros((256 * 256, 2, 3), np.uint8)  # pairs of lines of two pixels: corner and above, left and the wanted
    for corner in range(256):
        lines[:, 0] = np.stack([np.zeros_like(left), np.full_like(left, corner), above], axis=1)
        lines[:, 1] = np.stack([np.full_like(left, 4), left - corner, np.zeros_like(left)], axis=1)
        pixels = np.empty((2 * 256 * 256, 2, 1), np.uint8)
        assert _kernel.unfilter_png(lines.tobytes(), pixels)
        assert np.array_equal(pixels[1::2, 0, 0], left)
        assert np.array_equal(pixels[1::2, 1, 0], nearest(left, above, np.full_like(left, corner)))


@pytest.mark.parametrize("unfilter", UNFILTERS)
@pytest.mark.parametrize("kind", [5, 6, 128, 255])
def test_an_unknown_filter_is_told(unfilter, kind: int) -> None:
    assert not unfilter(bytes([0, 1, 2, 3, kind, 4, 5, 6]), np.zeros((2, 1, 3), np.uint8))


@pytest.mark.parametrize("unfilter", UNFILTERS)
@pytest.mark.parametrize(
    ("size", "shape"), [(3, (2, 1, 1)), (5, (2, 1, 1)), (0, (0, 0, 1)), (2, (2, 0, 1)), (6, (1, 1, 5)), (1, (1, 1, 0))]
)
def test_lines_of_another_size_than_the_pixels_are_refused(unfilter, size: int, shape: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="do not have the size"):
        unfilter(bytes(size), np.zeros(shape, np.uint8))


@needs_kernel
def test_the_kernel_itself_refuses_other_arrays() -> None:
    with pytest.raises(TypeError):
        _kernel.unfilter_png(bytes(4), np.zeros((2, 1, 1), np.float32))
    with pytest.raises(TypeError):
        _kernel.unfilter_png(bytes(4), np.zeros((2, 2, 1), np.uint8)[:, ::2])
    with pytest.raises(TypeError):
        _kernel.unfilter_png(bytearray(4), np.zeros((2, 1, 1), np.uint8))
    pixels = np.zeros((2, 1, 1), np.uint8)
    pixels.flags.writeable = False
    with pytest.raises(TypeError):
        _kernel.unfilter_png(bytes(4), pixels)
