import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from safelight.review.derivatives.shrinking import fit, shrink, turn_upright
from safelight.testing.synthetic import paint_pixels


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_as_a_viewer_turns_them(orientation) -> None:
    pixels = np.arange(24, dtype=np.uint8).reshape(4, 6)
    exif = Image.Exif()
    exif[0x0112] = orientation
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, "png", exif=exif)
    expected = ImageOps.exif_transpose(Image.open(held))
    assert (turn_upright(pixels, orientation) == np.asarray(expected)).all()


@pytest.mark.parametrize(
    ("size", "fitted"), [((4000, 3000), (96, 72)), ((10, 2000), (1, 96)), ((50, 40), (50, 40)), ((97, 1), (96, 1))]
)
def test_a_picture_fits_and_is_never_enlarged(size, fitted) -> None:
    assert fit(*size, 96) == fitted
    assert shrink(np.zeros((size[1], size[0], 3), np.uint8), 96, is_grey=True).size == fitted


@pytest.mark.parametrize("is_grey", [True, False])
def test_shrinking_in_bands_is_shrinking_at_once(is_grey, monkeypatch) -> None:
    pixels = paint_pixels(2, width=700, height=501)
    whole = np.asarray(shrink(pixels, 96, is_grey=is_grey))
    monkeypatch.setattr("safelight.review.derivatives.shrinking._BAND_PIXELS", 5000)
    assert (np.asarray(shrink(pixels, 96, is_grey=is_grey)) == whole).all()
