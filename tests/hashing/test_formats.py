import io

import pytest
from PIL import Image

from safelight.hashing.formats import HEAD_BYTES, Format, identify


@pytest.mark.parametrize("picture_format", list(Format))
def test_a_format_is_told_by_its_first_bytes(picture_format):
    held = io.BytesIO()
    Image.new("RGB", (16, 16), (200, 30, 90)).save(held, picture_format.value)
    assert identify(held.getvalue()[:HEAD_BYTES]) is picture_format


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"P",
        b"P6",
        b"BM",
        b"BMW is a maker of cars",
        b"P9 \n",
        b"Plain text about pictures",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"\xd7\xcd\xc6\x9a" + bytes(40),
        b"RIFF\x00\x00\x00\x00AVI LIST",
        b"\x00\x00\x01\xba" + bytes(30),
        b"\x00\x00\x01\x00\x00\x00" + bytes(30),
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(30),
        b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic" + b"avif" + bytes(30),
        b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41",
        b"\xff\x0a",
    ],
)
def test_what_is_not_decoded_here_has_no_format(head):
    assert identify(head) is None


def test_a_general_container_is_avif_if_it_says_so_among_its_brands():
    assert identify(b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf" + bytes(30)) is Format.AVIF


def test_a_png_that_was_spoiled_as_text_is_still_a_png():
    assert identify(b"\x89PNG\n\x1a\n\x00\x00") is Format.PNG


def test_both_byte_orders_and_the_big_variant_are_tiff():
    heads = [b"II*\x00\x08\x00\x00\x00", b"MM\x00*\x00\x00\x00\x08", b"II+\x00\x08\x00\x00\x00", b"MM\x00+\x00\x08"]
    assert {identify(head) for head in heads} == {Format.TIFF}
