import numpy as np
import pytest
from PIL import Image

from safelight.review.derivatives.glyphs import GLYPHS
from safelight.review.derivatives.mark import (
    STRENGTH,
    draw_mark,
    make_pattern,
    make_room,
    make_tile,
    point_side,
    tile_size,
)
from safelight.review.exposure.staff_code import ALPHABET
from safelight.testing.shown_pictures import read_staff_code


def test_every_sign_of_a_code_has_a_drawing_of_its_own() -> None:
    assert set(GLYPHS) == set(ALPHABET)
    assert len(set(GLYPHS.values())) == len(ALPHABET)


def test_signs_have_a_light_body_and_a_dark_shadow() -> None:
    tile = make_tile("8", 1)
    assert set(np.unique(tile)) == {-1, 0, 1}
    assert tile.shape == tile_size(1, 1)[::-1]


@pytest.mark.parametrize("shape", [(100, 200), (100, 200, 3), (700, 1000)])
def test_room_is_made_so_that_the_mark_can_be_taken_off_again(shape) -> None:
    pixels = np.random.default_rng(1).choice(np.array([0, 255], np.uint8), shape)
    make_room(pixels)
    before = pixels.astype(int)
    draw_mark(pixels, "ABCDEFGH")
    pattern = make_pattern("ABCDEFGH", shape[1], shape[0], point_side(shape[1], shape[0]))
    taken_off = pixels.astype(int) - (pattern if len(shape) == 2 else pattern[:, :, None])
    assert (taken_off == before).all()
    assert np.abs(pixels.astype(int) - before).max() == STRENGTH


@pytest.mark.parametrize("shade", [0, 128, 255])
@pytest.mark.parametrize("size", [(64, 24), (960, 640)])
def test_every_sign_is_read_on_dark_and_on_light_ground(shade, size) -> None:
    for start in range(0, 32, 8):
        code = ALPHABET[start : start + 8]
        pixels = np.full(size[::-1], shade, np.uint8)
        make_room(pixels)
        draw_mark(pixels, code)
        assert read_staff_code(Image.fromarray(pixels)) == code
