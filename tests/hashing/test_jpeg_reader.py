"""Ordinary JPEGs come the quick way, all others as before; the answers are the same either way."""

import io

import numpy as np
import pytest
import simplejpeg
from PIL import Image

from safelight.hashing import jpeg_reader
from safelight.hashing.decoding import decode_still
from safelight.hashing.image_task import hash_image
from safelight.hashing.jpeg_reader import open_jpeg
from safelight.hashing.picture import Undecodable
from safelight.hashing.request import ImageOptions
from safelight.hashing.signal import Reason
from safelight.testing.synthetic import paint

LIMIT = 1 << 24
SIDES = (83, 57)

needs_quick = pytest.mark.skipif(not jpeg_reader.IS_QUICK, reason="the kernel is not installed, or not quick here")


def encode(mode: str = "RGB", **options: object) -> bytes:
    held = io.BytesIO()
    paint(5, width=SIDES[0], height=SIDES[1]).convert(mode).save(held, "JPEG", quality=88, **options)
    return held.getvalue()


FILE = encode()
FILES = {
    "4:2:0": FILE,
    "4:2:2": encode(subsampling="4:2:2"),
    "4:4:4": encode(subsampling="4:4:4"),
    "grey": encode("L"),
    "restarts": encode(restart_marker_rows=1),
    "a profile": encode(icc_profile=b"profile" * 50),
    "bytes behind the end": FILE + b"more",
    "progressive": encode(progressive=True),
    "red, green and blue": encode(keep_rgb=True),
    "four colours": encode("CMYK"),
    "no end": FILE[:-2],
    "half the file": FILE[: len(FILE) // 2],
    "half the header": FILE[:200],
    "a damaged scan": FILE[:-200] + b"\xff\xd3" + FILE[-198:],
}
QUICK = {"4:2:0", "4:2:2", "4:4:4", "grey", "restarts", "a profile", "bytes behind the end"}


class AnotherWasAsked(Exception):
    pass


@pytest.fixture(autouse=True)
def pillows_own_limit(monkeypatch):
    """The task sets one of Pillow's globals for its process, which here is the tests'."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)


def outcome_of(data):
    try:
        picture = open_jpeg(io.BytesIO(data), LIMIT)
    except Undecodable as error:
        return error.reason
    frames = []
    try:
        frames.extend((frame.shape, frame.tobytes()) for frame in picture.frames)
    except Undecodable as error:
        salvaged = None if error.salvaged is None else error.salvaged.tobytes()
        return frames, error.reason, salvaged
    return (picture.format, picture.width, picture.height, picture.orientation), frames


def answers_of(data):
    return outcome_of(data), hash_image(io.BytesIO(data), len(data), ImageOptions(max_pixels=LIMIT).pack())


@pytest.mark.parametrize("kind", FILES)
def test_every_answer_is_the_one_without_the_kernel(monkeypatch, kind):
    answers = answers_of(FILES[kind])
    monkeypatch.setattr(jpeg_reader, "IS_QUICK", False)
    assert answers == answers_of(FILES[kind])


@needs_quick
@pytest.mark.parametrize("kind", FILES)
def test_the_kernel_reads_the_ordinary_files_and_leaves_the_others(monkeypatch, kind):
    def refuse_others(*_):
        raise AnotherWasAsked

    monkeypatch.setattr(jpeg_reader, "_read_any", refuse_others)
    monkeypatch.setattr(jpeg_reader, "open_with_pillow", refuse_others)
    try:
        is_quick = len(list(open_jpeg(io.BytesIO(FILES[kind]), LIMIT).frames)) == 1
    except AnotherWasAsked:
        is_quick = False
    assert is_quick == (kind in QUICK)


def test_without_the_kernel_simplejpeg_reads_all(monkeypatch):
    monkeypatch.setattr(jpeg_reader, "IS_QUICK", False)
    assert np.array_equal(decode_still(FILE), simplejpeg.decode_jpeg(FILE, "RGB"))


def test_a_picture_over_the_limit_is_refused_before_its_pixels_are_read():
    picture = open_jpeg(io.BytesIO(FILE), SIDES[0] * SIDES[1] - 1)
    with pytest.raises(Undecodable) as caught:
        next(picture.frames)
    assert caught.value.reason is Reason.TOO_LARGE


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("count", [250, pytest.param(5000, marks=[pytest.mark.long, pytest.mark.timeout(1800)])])
def test_damage_anywhere_leaves_the_answer_as_it_was(monkeypatch, count):
    generator = np.random.default_rng(7)
    originals = list(FILES.values())
    for number in range(count):
        data = bytearray(originals[number % len(originals)])
        for place in generator.integers(0, len(data), int(generator.integers(1, 4))):
            data[place] ^= 1 << int(generator.integers(8))
        answers = answers_of(bytes(data))
        with monkeypatch.context() as patch:
            patch.setattr(jpeg_reader, "IS_QUICK", False)
            assert answers == answers_of(bytes(data))
