import io

import numpy as np
import pytest
from PIL import Image

from safelight.hashing.decoding import decode_still, open_picture
from safelight.hashing.formats import Format
from safelight.hashing.picture import Undecodable
from safelight.hashing.signal import Reason
from safelight.testing.synthetic import paint

PAINTING = paint(4, width=173, height=121)


def _save(picture_format, image=PAINTING, **options):
    held = io.BytesIO()
    image.save(held, picture_format.value, **options)
    return held.getvalue()


def _as_pillow_sees_it(data):
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("picture_format", list(Format))
def test_every_format_is_decoded_to_what_pillow_sees(picture_format):
    data = _save(picture_format, PAINTING.resize((128, 128)) if picture_format is Format.ICO else PAINTING)
    assert np.array_equal(decode_still(data), _as_pillow_sees_it(data))


@pytest.mark.parametrize("options", [{"quality": 40}, {"subsampling": 0}, {"subsampling": 1}, {"progressive": True}])
def test_the_fast_jpeg_decoder_gives_the_same_pixels(options):
    data = _save(Format.JPEG, **options)
    assert np.array_equal(decode_still(data), _as_pillow_sees_it(data))


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_jpegs_of_other_kinds_are_decoded_too(mode):
    data = _save(Format.JPEG, PAINTING.convert(mode))
    assert np.array_equal(decode_still(data), _as_pillow_sees_it(data))


def test_where_the_strict_decoder_objects_pillow_decides():
    data = _save(Format.JPEG)
    scan = data.index(b"\xff\xda")
    extraneous = data[:scan] + b"\x00\x00\x00" + data[scan:]
    assert np.array_equal(decode_still(extraneous), _as_pillow_sees_it(extraneous))


def test_the_header_of_a_jpeg_tells_size_and_orientation():
    exif = Image.Exif()
    exif[0x0112] = 8
    picture = open_picture(io.BytesIO(_save(Format.JPEG, exif=exif)))
    assert (picture.format, picture.width, picture.height, picture.orientation) == (Format.JPEG, 173, 121, 8)
    assert next(picture.frames).shape == (121, 173, 3)


@pytest.mark.parametrize("picture_format", list(Format))
def test_a_picture_over_the_limit_is_not_decoded(picture_format):
    data = _save(picture_format, PAINTING.resize((128, 128)))
    picture = open_picture(io.BytesIO(data), max_pixels=128 * 128 - 1)
    with pytest.raises(Undecodable) as caught:
        next(picture.frames)
    assert (caught.value.reason, caught.value.salvaged) == (Reason.TOO_LARGE, None)
    assert next(open_picture(io.BytesIO(data), max_pixels=128 * 128).frames).shape == (128, 128, 3)


@pytest.mark.parametrize("data", [b"", b"not a picture", b"%!PS-Adobe-3.0 EPSF-3.0\n", bytes(5000)])
def test_what_is_no_picture_is_unsupported(data):
    with pytest.raises(Undecodable) as caught:
        decode_still(data)
    assert caught.value.reason is Reason.UNSUPPORTED


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("picture_format", list(Format))
def test_a_picture_that_ends_after_its_first_bytes_is_unreadable(picture_format):
    data = _save(picture_format, PAINTING.resize((128, 128)))
    with pytest.raises(Undecodable) as caught:
        decode_still(data[:40])
    assert caught.value.reason is Reason.UNREADABLE


def test_a_truncated_jpeg_is_unreadable_and_its_beginning_saved():
    data = _save(Format.JPEG, quality=95)
    with pytest.raises(Undecodable) as caught:
        decode_still(data[: len(data) // 2])
    assert caught.value.reason is Reason.UNREADABLE
    assert np.array_equal(caught.value.salvaged[:32], decode_still(data)[:32])
