import numpy as np
import pytest

from safelight.review.derivatives.detail import kept_waves, limit_detail, make_waves


def test_the_shorter_side_keeps_waves_in_proportion() -> None:
    assert kept_waves(96, 72, 24) == (24, 18)
    assert kept_waves(72, 96, 24) == (18, 24)
    assert kept_waves(10, 1, 24) == (10, 1)


@pytest.mark.parametrize(("width", "height"), [(96, 72), (33, 96), (96, 1)])
def test_nothing_finer_than_the_limit_is_left_of_noise(width, height) -> None:
    noise = np.random.default_rng(7).uniform(0, 255, (height, width)).astype(np.float32)
    limited = limit_detail(noise, 24)
    across, down = kept_waves(width, height, 24)
    weights = make_waves(height, height) @ limited @ make_waves(width, width).T
    weights[:down, :across] = 0
    assert np.abs(weights).max() < 0.01
    assert limited.mean() == pytest.approx(noise.mean(), abs=0.01)


def test_a_flat_picture_stays_flat() -> None:
    assert limit_detail(np.full((30, 40), 77, np.float32), 8) == pytest.approx(77, abs=0.01)
