"""Synthetic pictures."""

from itertools import combinations

import numpy as np
import pdqhash
import pytest

from safelight.testing.synthetic import paint, paint_pixels


def test_the_same_seed_paints_the_same_picture() -> None:
    assert np.array_equal(paint_pixels(7, width=90, height=70), paint_pixels(7, width=90, height=70))


@pytest.mark.parametrize(("width", "height"), [(1, 1), (5, 700), (700, 5), (64, 64), (641, 479)])
def test_a_picture_has_the_size_asked_for(width: int, height: int) -> None:
    assert paint(1, width=width, height=height).size == (width, height)


def test_different_seeds_are_strangers_to_pdq_and_of_high_quality() -> None:
    hashed = [pdqhash.compute(paint_pixels(seed, width=320, height=240)) for seed in range(40)]
    assert min(quality for _, quality in hashed) >= 80
    nearest = min(int(np.sum(one != other)) for (one, _), (other, _) in combinations(hashed, 2))
    assert nearest > 70


def test_a_painting_has_colour_and_uses_the_range_of_brightness() -> None:
    pixels = paint_pixels(3, width=320, height=240).astype(int)
    assert np.ptp(pixels) > 150
    assert np.abs(pixels[:, :, 0] - pixels[:, :, 2]).mean() > 5
