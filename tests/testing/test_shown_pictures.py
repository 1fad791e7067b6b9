import io

import numpy as np
import pytest
from PIL import Image

from safelight.review.derivatives.mark import draw_mark, make_room
from safelight.review.exposure.level import Level
from safelight.testing.shown_pictures import measure, read_staff_code


def _marked(pixels: np.ndarray, code: str = "4G7K2M9Z") -> bytes:
    make_room(pixels)
    draw_mark(pixels, code)
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, "png")
    return held.getvalue()


def test_a_code_is_read_and_taken_off_before_the_picture_is_measured() -> None:
    picture = _marked(np.full((72, 96), 90, np.uint8))
    assert read_staff_code(Image.open(io.BytesIO(picture))) == "4G7K2M9Z"
    measured = measure(picture, Level.THUMBNAIL)
    assert (measured.width, measured.height, measured.is_grey) == (96, 72, True)
    assert measured.beyond == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize(("period", "is_fine"), [(3, True), (6, True), (12, False), (32, False)])
def test_waves_finer_than_the_level_are_noticed(period, is_fine) -> None:
    wave = 128 + 60 * np.cos(2 * np.pi * (np.arange(96) + 0.5) / period)
    picture = _marked(np.tile(wave.astype(np.uint8), (72, 1)))
    assert (measure(picture, Level.THUMBNAIL).beyond > 10) is is_fine
