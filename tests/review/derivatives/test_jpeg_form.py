import io

import pytest
from PIL import Image

from safelight.errors import InvalidValue
from safelight.review.derivatives.jpeg_form import read_form


def _jpeg(mode="L", size=(40, 30), **more) -> bytes:
    held = io.BytesIO()
    Image.new(mode, size, 100 if mode == "L" else (9, 200, 30)).save(held, "jpeg", **more)
    return held.getvalue()


PLAIN = _jpeg()


def test_a_plain_jpeg_has_its_size_read() -> None:
    assert read_form(PLAIN, most_side=40, most_channels=1) == (40, 30)
    assert read_form(_jpeg("RGB"), most_side=40, most_channels=3) == (40, 30)


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"\xff\xd8\xff\xd9",
        PLAIN[:-2],
        PLAIN + b"more",
        PLAIN + PLAIN,
        PLAIN[:2] + b"\xff\xe1\x00\x08secret" + PLAIN[2:],
        PLAIN[:2] + b"\xff\xfe\x00\x08secret" + PLAIN[2:],
        _jpeg(exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"),
        _jpeg(icc_profile=b"profile"),
        _jpeg(progressive=True),
        _jpeg("RGB"),
        _jpeg(size=(41, 30)),
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_anything_that_is_more_than_pixels_or_larger_than_its_level_is_refused(picture) -> None:
    with pytest.raises(InvalidValue):
        read_form(picture, most_side=40, most_channels=1)
