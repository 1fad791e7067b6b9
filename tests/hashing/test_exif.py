import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from safelight.hashing.exif import clean_orientation, read_jpeg_orientation


def _jpeg(orientation=None, **options):
    held = io.BytesIO()
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
        exif[0x010E] = "a description that comes before"
    Image.new("RGB", (16, 16)).save(held, "JPEG", exif=exif, **options)
    return held.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_of_the_eight_orientations_is_read(orientation):
    assert read_jpeg_orientation(_jpeg(orientation)) == orientation


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_are_read(order):
    mark = {"<": b"II*\x00", ">": b"MM\x00*"}[order]
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, 6, 0)
    block = b"Exif\x00\x00" + mark + struct.pack(order + "IH", 8, 1) + entry
    plain = _jpeg()
    segment = b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
    assert read_jpeg_orientation(plain[:2] + segment + plain[2:]) == 6


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_none(value):
    assert read_jpeg_orientation(_jpeg(value)) == 1


def test_a_jpeg_without_a_note_is_upright():
    assert read_jpeg_orientation(_jpeg()) == 1
    assert read_jpeg_orientation(_jpeg(progressive=True)) == 1


@pytest.mark.parametrize("value", [None, "6", 6.0, 0, 9, -1])
def test_what_is_no_orientation_is_upright(value):
    assert clean_orientation(value) == 1


@given(st.binary(max_size=300), st.integers(2, 60))
def test_any_bytes_have_some_orientation(noise, seam):
    assert 1 <= read_jpeg_orientation(noise) <= 8
    assert 1 <= read_jpeg_orientation(_SAMPLE[:seam] + noise) <= 8


_SAMPLE = _jpeg(6)
