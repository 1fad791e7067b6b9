"""Decompression bombs."""

import zlib
from io import BytesIO

import pytest
from PIL import Image

from safelight.testing.bombs import BOMBS, bombs, folded_zeros, png_with_text_bomb

_SIDES = {
    "bomb.png": 60_000,
    "unfolding.png": 20_000,
    "bomb.jpg": 60_000,
    "largest.jpg": 65_500,
    "bomb.gif": 60_000,
    "bomb.bmp": 60_000,
    "run-lengths.bmp": 60_000,
    "bomb.tiff": 60_000,
    "bomb.webp": 60_000,
    "bomb.avif": 60_000,
}


@pytest.fixture
def without_a_pixel_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)


@pytest.mark.usefixtures("without_a_pixel_limit")
@pytest.mark.parametrize("name", sorted(set(_SIDES) - {"bomb.webp", "bomb.avif"}))
def test_a_bomb_is_read_as_the_huge_picture_that_it_declares(name: str) -> None:
    with Image.open(BytesIO(BOMBS[name]())) as image:
        assert image.size == (_SIDES[name], _SIDES[name])


def test_a_webp_bomb_declares_its_canvas() -> None:
    assert BOMBS["bomb.webp"]()[24:30] == (59_999).to_bytes(3, "little") * 2


def test_an_avif_bomb_declares_its_size_in_its_size_box() -> None:
    data = BOMBS["bomb.avif"]()
    place = data.index(b"ispe") + 8
    assert data[place : place + 8] == (60_000).to_bytes(4, "big") * 2


def test_every_bomb_is_a_small_file() -> None:
    sizes = {name: len(data) for name, data in bombs()}
    assert max(sizes.values()) < 200_000, sizes


def test_the_folded_zeros_unfold_to_what_they_claim() -> None:
    assert len(zlib.decompress(folded_zeros())) == 64 * 1024 * 1024


def test_the_endless_gif_has_thousands_of_frames_and_no_end_mark() -> None:
    data = BOMBS["endless.gif"]()
    assert data.count(b"!\xf9\x04") == 5_000
    assert not data.endswith(b";")
    with Image.open(BytesIO(data)) as image:
        image.seek(50)
        assert image.tell() == 50


def test_pillow_itself_refuses_the_text_bomb() -> None:
    with pytest.raises(ValueError, match=r"[Tt]oo large"), Image.open(BytesIO(png_with_text_bomb())) as image:
        image.load()
