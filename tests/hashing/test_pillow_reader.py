import io

import numpy as np
import pytest
from PIL import Image, ImageFile, ImageSequence

from safelight.hashing.formats import Format
from safelight.hashing.picture import Undecodable
from safelight.hashing.pillow_reader import READERS, open_with_pillow
from safelight.hashing.pixels import to_rgb
from safelight.hashing.signal import Reason
from safelight.testing.synthetic import paint

PLENTY = 1 << 40
PAINTINGS = [paint(seed, width=60, height=40) for seed in range(5)]


def _animation(picture_format, **options):
    held = io.BytesIO()
    PAINTINGS[0].save(held, picture_format.value, save_all=True, append_images=PAINTINGS[1:], **options)
    return held.getvalue()


def _still(picture_format, **options):
    held = io.BytesIO()
    paint(9, width=120, height=90).save(held, picture_format.value, **options)
    return held.getvalue()


def _open(data, picture_format, max_pixels=PLENTY):
    return open_with_pillow(io.BytesIO(data), picture_format, max_pixels)


def _collect(picture):
    """Return the frames, and the reason for which they ended early."""
    frames = []
    try:
        frames.extend(picture.frames)
    except Undecodable as error:
        return frames, error
    return frames, None


@pytest.mark.parametrize("picture_format", [Format.GIF, Format.WEBP, Format.PNG, Format.AVIF, Format.TIFF])
def test_frames_and_pages_come_in_order_as_shown(picture_format):
    data = _animation(picture_format)
    frames, error = _collect(_open(data, picture_format))
    with Image.open(io.BytesIO(data)) as image:
        shown = [to_rgb(frame.copy()) for frame in ImageSequence.Iterator(image)]
    assert error is None
    assert len(frames) == len(shown) == len(PAINTINGS)
    assert all(np.array_equal(frame, other) for frame, other in zip(frames, shown, strict=True))


@pytest.mark.parametrize("picture_format", [Format.PNG, Format.WEBP, Format.AVIF])
def test_the_orientation_is_told_and_not_applied(picture_format):
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = _open(_still(picture_format, exif=exif), picture_format)
    assert (picture.orientation, picture.width, picture.height) == (6, 120, 90)
    assert next(picture.frames).shape == (90, 120, 3)


def test_a_tiff_is_upright_already():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = _open(_still(Format.TIFF, exif=exif), Format.TIFF)
    assert (picture.orientation, picture.width, picture.height) == (1, 90, 120)
    assert np.array_equal(next(picture.frames), np.rot90(np.asarray(paint(9, width=120, height=90)), -1))


@pytest.mark.parametrize("picture_format", [Format.PNG, Format.JPEG, Format.TIFF, Format.BMP, Format.PPM])
def test_of_a_truncated_picture_the_beginning_is_saved(picture_format):
    data = _still(picture_format)
    frames, error = _collect(_open(data[: len(data) * 2 // 3], picture_format))
    assert frames == []
    assert error.reason is Reason.UNREADABLE
    whole = next(_open(data, picture_format).frames)
    if error.salvaged is not None:
        rows = slice(60, 80) if picture_format is Format.BMP else slice(10, 30)  # a BMP begins at the bottom
        assert np.array_equal(error.salvaged[rows], whole[rows])
    assert picture_format is Format.TIFF or error.salvaged is not None


def test_a_header_that_is_damaged_in_a_side_matter_is_read_leniently():
    data = _still(Format.PNG)
    text = b"zTXt" + b"Comment\0\0" + b"this is not compressed"
    chunk = (len(text) - 4).to_bytes(4, "big") + text + bytes(4)
    _, error = _collect(_open(data[:33] + chunk + data[33:], Format.PNG))
    assert error.reason is Reason.UNREADABLE
    assert error.salvaged.shape == (90, 120, 3)


def test_the_lenient_switch_is_off_again_afterwards():
    _collect(_open(_still(Format.PNG)[:-500], Format.PNG))
    with pytest.raises(Undecodable):
        _open(b"\x89PNG\r\n\x1a\n", Format.PNG)
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_frames_that_were_announced_and_are_missing_are_damage():
    data = _animation(Format.PNG)
    frames, error = _collect(_open(data[: data.rindex(b"fcTL") - 8] + data[-12:], Format.PNG))
    assert len(frames) == len(PAINTINGS) - 1
    assert error.reason is Reason.UNREADABLE


def test_every_page_is_held_against_the_limit():
    held = io.BytesIO()
    pages = [Image.new("RGB", (20, 20)), Image.new("RGB", (90, 90))]
    pages[0].save(held, "TIFF", save_all=True, append_images=pages[1:])
    frames, error = _collect(_open(held.getvalue(), Format.TIFF, max_pixels=8000))
    assert len(frames) == 1
    assert (error.reason, error.salvaged) == (Reason.TOO_LARGE, None)


def test_a_picture_within_an_icon_is_held_against_pillows_own_limit(monkeypatch):
    held = io.BytesIO()
    Image.new("RGB", (256, 256)).save(held, "ICO", sizes=[(256, 256)])
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(Undecodable) as caught:
        _open(held.getvalue(), Format.ICO)
    assert caught.value.reason is Reason.TOO_LARGE


def test_what_the_sandbox_refuses_is_not_called_damage():
    class Refused(io.BytesIO):
        def read(self, _=-1):
            raise PermissionError(1, "Operation not permitted")

    with pytest.raises(PermissionError):
        open_with_pillow(Refused(b""), Format.PNG, PLENTY)


def test_there_is_a_reader_for_each_format_and_none_that_calls_a_program():
    assert set(READERS) == set(Format)
    assert not {"EPS", "WMF", "FPX", "MIC"} & {reader.format for reader in READERS.values()}
