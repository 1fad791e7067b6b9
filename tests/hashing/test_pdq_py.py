"""The plain twin does what the algorithm says, step by step."""

import numpy as np
import numpy.typing as npt
import pytest

from safelight.hashing import pdq_py
from safelight.testing.synthetic import paint_pixels

Doubles = npt.NDArray[np.float64]


def box_twice(line: Doubles) -> Doubles:
    """Blur a line by the book: the mean over a window, two times over."""
    length = len(line)
    width = (length + 127) // 128
    for _ in range(2):
        line = np.array(
            [line[max(0, place - (width - 1) // 2) : place + width // 2 + 1].mean(axis=0) for place in range(length)]
        )
    return line


@pytest.mark.parametrize(("height", "width"), [(5, 7), (64, 64), (128, 129), (130, 257), (300, 384), (513, 640)])
def test_the_samples_are_the_twice_blurred_luma_at_64_centres(height: int, width: int) -> None:
    pixels = paint_pixels(1, width=width, height=height)
    luma = pixels @ np.array([0.299, 0.587, 0.114])
    blurred = box_twice(box_twice(luma).T).T
    rows = [int((place + 0.5) * height / 64) for place in range(64)]
    columns = [int((place + 0.5) * width / 64) for place in range(64)]
    assert pdq_py.downsample(pixels) == pytest.approx(blurred[np.ix_(rows, columns)], abs=1e-9)


@pytest.mark.parametrize("length", [5, 63, 64, 65, 128, 129, 200, 256, 1000, 4096, 8000])
def test_the_weights_of_each_sample_add_up_to_one(length: int) -> None:
    assert pdq_py.axis_weights(length).sum(axis=1) == pytest.approx(np.ones(64))


def test_a_picture_of_64_by_64_is_its_own_samples() -> None:
    assert (pdq_py.axis_weights(64) == np.eye(64)).all()


def test_each_coefficient_is_one_cosine_without_the_constant() -> None:
    place = 2 * np.arange(64) + 1
    for down, across in ((1, 1), (3, 16), (16, 2)):
        wave = np.outer(np.cos(np.pi / 128 * down * place), np.cos(np.pi / 128 * across * place))
        expected = np.zeros((16, 16))
        expected[down - 1, across - 1] = 32.0
        assert pdq_py.coefficients(wave + 100.0) == pytest.approx(expected, abs=1e-9)


def test_quality_counts_whole_percentages_of_the_steps_between_neighbours() -> None:
    samples = np.zeros((64, 64))
    assert pdq_py.quality(samples) == 0
    samples[:, 32:] = 255 * 0.999  # 64 steps of 99.9 % count 99 each: 6336 / 90
    assert pdq_py.quality(samples) == 70
    samples[:, 32:] = 255 * 0.0099  # under one percent: nothing
    assert pdq_py.quality(samples) == 0
    assert pdq_py.quality(np.random.default_rng(1).uniform(0, 255, (64, 64))) == 100


def test_bits_are_set_above_the_lower_median_and_the_lowest_frequency_comes_last() -> None:
    rising = np.arange(256.0).reshape(16, 16)
    assert pdq_py._bits(rising) == b"\xff" * 16 + b"\x00" * 16
    highest_first = np.zeros((16, 16))
    highest_first[0, 0] = 1.0
    assert pdq_py._bits(highest_first) == b"\x00" * 31 + b"\x01"


def test_the_band_grows_with_brightness_and_length_and_falls_with_frequency() -> None:
    band = pdq_py.rounding_band(27, 1000, 128.0)
    assert band[0, 0] == pytest.approx(2.0**-19 * 128 * 13)
    assert band[3, 7] == band[7, 3] == pytest.approx(band[0, 0] / 128**0.4)
    assert pdq_py.rounding_band(216, 8000, 64.0) == pytest.approx(band)


def test_coefficients_within_both_bands_of_the_median_are_unsettled() -> None:
    spread = np.arange(256.0).reshape(16, 16) * 10
    assert pdq_py._count_unsettled(spread, np.full((16, 16), 4.9)) == 0
    assert pdq_py._count_unsettled(spread, np.full((16, 16), 5.0)) == 2
