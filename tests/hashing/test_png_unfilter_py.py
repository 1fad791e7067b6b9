import numpy as np
import pytest

from safelight.hashing.png_unfilter_py import unfilter_png


def undo(*lines, width, pixel_bytes=1):
    pixels = np.zeros((len(lines), width, pixel_bytes), np.uint8)
    assert unfilter_png(b"".join(bytes(line) for line in lines), pixels)
    return pixels.reshape(len(lines), -1).tolist()


def test_a_line_without_a_filter_stays_as_it_is():
    assert undo([0, 1, 2, 3], width=3) == [[1, 2, 3]]


def test_sub_adds_the_pixel_to_the_left_and_wraps_around():
    assert undo([1, 200, 100, 5], width=3) == [[200, 44, 49]]
    assert undo([1, 1, 2, 10, 20], width=2, pixel_bytes=2) == [[1, 2, 11, 22]]


def test_up_adds_the_pixel_above_and_nothing_in_the_first_line():
    assert undo([2, 250, 7], [2, 10, 1], width=2) == [[250, 7], [4, 8]]


def test_average_adds_half_the_sum_of_left_and_above_rounded_down():
    assert undo([0, 255, 4], [3, 1, 0], width=2) == [[255, 4], [128, 66]]


def test_paeth_adds_the_neighbour_nearest_to_left_plus_above_minus_corner():
    # Of the second pixel below: left 10, above 20 and corner 15 make 15; left 12, above 9 and corner 9 make 12.
    assert undo([0, 15, 20], [4, 251, 0], width=2) == [[15, 20], [10, 15]]
    assert undo([0, 9, 9], [4, 3, 0], width=2) == [[9, 9], [12, 12]]
    assert undo([0, 9, 12], [4, 0, 0], width=2) == [[9, 12], [9, 12]]


def test_paeth_prefers_left_and_above_to_a_corner_that_is_as_near():
    # Left 2, above 5 and corner 4 make 3, one off left and corner; left 1, above 4 and corner 2 make 3 as well.
    assert undo([0, 4, 5], [4, 254, 0], width=2) == [[4, 5], [2, 2]]
    assert undo([0, 2, 4], [4, 255, 0], width=2) == [[2, 4], [1, 4]]


@pytest.mark.parametrize("kind", [5, 128, 255])
def test_an_unknown_filter_is_told(kind):
    assert not unfilter_png(bytes([0, 1, kind, 2]), np.zeros((2, 1, 1), np.uint8))


@pytest.mark.parametrize(
    ("size", "shape"), [(3, (2, 1, 1)), (5, (2, 1, 1)), (0, (0, 0, 1)), (2, (2, 0, 1)), (6, (1, 1, 5)), (1, (1, 1, 0))]
)
def test_lines_of_another_size_than_the_pixels_are_refused(size, shape):
    with pytest.raises(ValueError, match="do not have the size"):
        unfilter_png(bytes(size), np.zeros(shape, np.uint8))
