"""Ordinary alterations, measured with the reference implementation of PDQ."""

from io import BytesIO

import numpy as np
import pdqhash
import pytest
from PIL import Image

from safelight.testing.alterations import ALTERATIONS
from safelight.testing.synthetic import paint

_FORMATS = {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".gif": "GIF", ".tiff": "TIFF", ".bmp": "BMP"}


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    return paint(42, width=600, height=400)


def _open(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize("name", ALTERATIONS)
def test_every_alteration_stays_within_the_default_threshold_of_the_original(name: str, picture: Image.Image) -> None:
    original, _ = pdqhash.compute(np.asarray(picture))
    altered = _open(ALTERATIONS[name](picture).data).convert("RGB")
    vectors, _ = pdqhash.compute_dihedral(np.asarray(altered))
    assert min(int(np.sum(vector != original)) for vector in vectors) <= 31


@pytest.mark.parametrize("name", sorted(set(ALTERATIONS) - {"as-png", "as-bmp", "as-tiff"}))
def test_an_alteration_changes_the_pixels(name: str, picture: Image.Image) -> None:
    altered = _open(ALTERATIONS[name](picture).data).convert("RGB")
    assert altered.tobytes() != picture.tobytes()


@pytest.mark.parametrize("name", ALTERATIONS)
def test_the_suffix_says_the_format_that_the_bytes_have(name: str, picture: Image.Image) -> None:
    altered = ALTERATIONS[name](picture)
    assert _open(altered.data).format == _FORMATS.get(altered.suffix, altered.suffix[1:].upper())


def test_a_picture_turned_by_exif_is_upright_to_a_viewer_who_heeds_it(picture: Image.Image) -> None:
    stored = _open(ALTERATIONS["turned-by-exif"](picture).data)
    assert stored.size == (400, 600)
    assert stored.getexif()[0x0112] == 6
    upright = stored.transpose(Image.Transpose.ROTATE_270).convert("RGB")
    assert np.abs(np.asarray(upright).astype(int) - np.asarray(picture)).mean() < 4


def test_a_mirrored_picture_is_not_found_without_its_orientations(picture: Image.Image) -> None:
    original, _ = pdqhash.compute(np.asarray(picture))
    mirrored, _ = pdqhash.compute(np.asarray(_open(ALTERATIONS["mirrored"](picture).data)))
    assert int(np.sum(original != mirrored)) > 31
