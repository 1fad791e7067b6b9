import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from safelight.hashing.pixels import to_rgb

RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)
COLOURS = np.stack([RAMP, RAMP.T, 255 - RAMP], axis=-1)
RED = (255, 0, 0)


def _through(image, picture_format, **options):
    """Save and open again, so that modes are those that files give."""
    held = io.BytesIO()
    image.save(held, picture_format, **options)
    held.seek(0)
    opened = Image.open(held)
    opened.load()
    return opened


def test_rgb_stays_as_it_is():
    rgb = to_rgb(Image.fromarray(COLOURS))
    assert np.array_equal(rgb, COLOURS)
    assert rgb.flags.c_contiguous


def test_grey_becomes_three_equal_channels():
    assert np.array_equal(to_rgb(Image.fromarray(RAMP)), np.repeat(RAMP[:, :, None], 3, axis=2))


def test_one_bit_becomes_black_and_white():
    assert set(np.unique(to_rgb(_through(Image.fromarray(RAMP).convert("1"), "PNG")))) == {0, 255}


def test_a_palette_is_resolved():
    image = Image.new("P", (8, 8), 3)
    image.putpalette([0, 0, 0] * 3 + [10, 200, 30])
    assert (to_rgb(_through(image, "PNG")) == (10, 200, 30)).all()


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_is_laid_over_white(mode):
    image = Image.new("L", (8, 8), 100).convert(mode)
    image.putalpha(_partly_opaque())
    rgb = to_rgb(_through(image, "PNG"))
    assert (rgb[:, :4] == 100).all()
    assert (rgb[:, 4:6] == 255).all()
    assert (abs(rgb[:, 6:].astype(int) - 178) <= 1).all()


def _partly_opaque():
    alpha = Image.new("L", (8, 8), 255)
    alpha.paste(0, (4, 0, 6, 8))
    alpha.paste(127, (6, 0, 8, 8))
    return alpha


def test_a_transparent_palette_entry_is_white():
    image = Image.new("P", (8, 8), 0)
    image.putpalette([*RED, 0, 0, 255])
    image.paste(1, (4, 0, 8, 8))
    for picture_format in ("PNG", "GIF"):
        rgb = to_rgb(_through(image, picture_format, transparency=0))
        assert (rgb[:, :4] == 255).all()
        assert (rgb[:, 4:] == (0, 0, 255)).all()


@pytest.mark.parametrize(("mode", "colour"), [("L", 7), ("RGB", (7, 8, 9)), ("1", 0)])
def test_a_transparent_colour_is_white(mode, colour):
    image = Image.new(mode, (8, 8), colour)
    rgb = to_rgb(_through(image, "PNG", transparency=colour))
    assert (rgb == 255).all()


def test_an_opaque_alpha_changes_nothing():
    image = Image.fromarray(COLOURS).convert("RGBA")
    assert np.array_equal(to_rgb(image), COLOURS)


def test_of_sixteen_bits_the_high_byte_counts():
    deep = (RAMP.astype(np.uint16) << 8) | 0xAB
    for picture_format in ("PNG", "TIFF"):
        image = _through(Image.fromarray(deep), picture_format)
        assert image.mode.startswith("I")
        assert np.array_equal(to_rgb(image)[:, :, 1], RAMP)


def test_a_transparent_value_of_sixteen_bits_is_white():
    deep = RAMP.astype(np.uint16) << 8
    image = Image.fromarray(deep)
    image.info["transparency"] = 5 << 8
    rgb = to_rgb(image)
    assert rgb[0, 5].tolist() == [255, 255, 255]
    assert rgb[0, 6].tolist() == [6, 6, 6]


def test_whole_numbers_are_cut_to_sixteen_bits_first():
    values = np.array([[-5, 0, 256], [65535, 65536, 1 << 30]], dtype=np.int32)
    assert to_rgb(Image.fromarray(values))[:, :, 0].tolist() == [[0, 0, 1], [255, 255, 255]]


def test_fractions_run_to_one_or_to_255():
    unit = np.array([[0.0, 0.5, 1.0], [-1.0, np.nan, 0.25]], dtype=np.float32)
    assert to_rgb(Image.fromarray(unit))[:, :, 2].tolist() == [[0, 128, 255], [0, 0, 64]]
    wide = np.array([[0.0, 127.6, 300.0]], dtype=np.float32)
    assert to_rgb(Image.fromarray(wide))[:, :, 2].tolist() == [[0, 128, 255]]


def test_cmyk_and_ycbcr_are_converted_as_pillow_does():
    for mode in ("CMYK", "YCbCr"):
        image = Image.fromarray(COLOURS).convert(mode)
        assert np.array_equal(to_rgb(image), np.asarray(image.convert("RGB")))


def test_lab_is_converted_back_to_what_it_was():
    image = Image.new("RGB", (8, 8), (200, 120, 40))
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    lab = _through(ImageCms.profileToProfile(image, *profiles, outputMode="LAB"), "TIFF")
    assert lab.mode == "LAB"
    assert (abs(to_rgb(lab).astype(int) - (200, 120, 40)) <= 3).all()
