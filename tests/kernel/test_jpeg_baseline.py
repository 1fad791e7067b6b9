"""The kernel's pixels of ordinary JPEGs equal those of simplejpeg; whatever is odd, it refuses."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
import simplejpeg
from PIL import Image

from safelight.hashing.pdq import HAS_KERNEL
from safelight.testing.photographs import find_photographs
from safelight.testing.synthetic import paint_pixels

pytestmark = pytest.mark.skipif(not HAS_KERNEL, reason="the compiled kernel is not installed")

LEVELS: list[str] = []
if HAS_KERNEL:
    from safelight import _kernel

    LEVELS = _kernel.cpp_levels()

SUBSAMPLINGS = ["4:4:4", "4:2:2", "4:2:0"]
LONG = [pytest.mark.long, pytest.mark.timeout(3600)]


def draw_pixels(generator: np.random.Generator, most: int) -> np.ndarray:
    """Draw a painted picture, noise, or noise of two values, which strains the numbers most."""
    height, width = (int(side) for side in generator.integers(1, most + 1, 2))
    kind = int(generator.integers(4))
    if kind == 0:
        return generator.integers(0, 256, (height, width, 3), np.uint8)
    if kind == 1:
        return generator.choice(np.array([0, 255], np.uint8), (height, width, 3))
    return paint_pixels(int(generator.integers(1 << 30)), width=width, height=height)


def with_pillow(pixels: np.ndarray, **options: object) -> bytes:
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, "JPEG", **options)
    return held.getvalue()


def draw_file(generator: np.random.Generator, pixels: np.ndarray) -> bytes:
    """Encode in one of the ordinary ways."""
    quality = int(generator.integers(5, 101))
    subsampling = SUBSAMPLINGS[int(generator.integers(3))]
    way = int(generator.integers(8))
    if way == 0:
        return simplejpeg.encode_jpeg(pixels, quality, colorsubsampling=subsampling.replace(":", ""))
    if way == 1:
        return simplejpeg.encode_jpeg(pixels[..., :1].copy(), quality, "GRAY", "Gray")
    if way == 2:
        return with_pillow(pixels[..., 0].copy(), quality=quality, subsampling=subsampling)
    options: dict[str, object] = {"quality": quality, "subsampling": subsampling, "optimize": way % 2 == 0}
    if way == 3:
        options["restart_marker_rows"] = 1
    elif way == 4:
        options["restart_marker_blocks"] = int(generator.integers(1, 20))
    return with_pillow(pixels, **options)


def decode(data: bytes, level: str = "") -> np.ndarray | None:
    """Return the kernel's pixels as it is called: with the size that simplejpeg reads from a header that it accepts."""
    try:
        height, width, _, _ = simplejpeg.decode_jpeg_header(data)
    except ValueError:
        return None
    pixels = np.full((height, width, 3), 77, np.uint8)
    return pixels if _kernel.decode_jpeg(data, pixels, level) else None


def check_ordinary(data: bytes) -> None:
    wanted = simplejpeg.decode_jpeg(data, "RGB")
    for level in LEVELS:
        pixels = decode(data, level)
        assert pixels is not None, level
        assert np.array_equal(pixels, wanted), level


@pytest.mark.parametrize(("count", "most"), [(320, 90), pytest.param(5000, 120, marks=LONG)])
def test_ordinary_files_give_the_pixels_of_simplejpeg(count: int, most: int) -> None:
    generator = np.random.default_rng(count)
    for _ in range(count):
        check_ordinary(draw_file(generator, draw_pixels(generator, most)))


@pytest.mark.parametrize("subsampling", SUBSAMPLINGS)
@pytest.mark.parametrize("width", [*range(1, 20), 31, 32, 33, 63, 64, 65, 97])
def test_every_width_and_height_gives_the_pixels_of_simplejpeg(subsampling: str, width: int) -> None:
    for height in (1, 2, 3, 7, 8, 9, 15, 16, 17, 18, 33):
        check_ordinary(
            with_pillow(paint_pixels(width, width=width, height=height), subsampling=subsampling, quality=90)
        )


def photographs() -> Iterator[Image.Image]:
    for photograph in find_photographs():
        image = Image.open(photograph.path)
        yield image.convert("L" if image.mode == "L" else "RGB").resize((701, 467), Image.Resampling.BICUBIC)


@pytest.mark.parametrize("subsampling", SUBSAMPLINGS)
@pytest.mark.parametrize("quality", [20, 85, 98])
def test_photographs_give_the_pixels_of_simplejpeg(subsampling: str, quality: int) -> None:
    for image in photographs():
        check_ordinary(with_pillow(np.asarray(image), subsampling=subsampling, quality=quality))


def test_the_photographs_that_come_as_files_give_the_pixels_of_simplejpeg() -> None:
    for photograph in find_photographs():
        if photograph.path.suffix == ".jpg":
            check_ordinary(photograph.path.read_bytes())


PLAIN = paint_pixels(4, width=75, height=50)
FILE = with_pillow(PLAIN, quality=90)
SCAN = FILE.index(b"\xff\xda")
CODED = SCAN + 14
RESTARTED = with_pillow(PLAIN, quality=90, restart_marker_blocks=3)


def without(data: bytes, marker: bytes) -> bytes:
    at = data.index(marker)
    return data[:at] + data[at + 2 + int.from_bytes(data[at + 2 : at + 4]) :]


def replaced(data: bytes, marker: bytes, offset: int, value: int) -> bytes:
    """Change a byte so far behind the beginning of a marker."""
    at = data.index(marker) + offset
    return data[:at] + bytes([value]) + data[at + 1 :]


def cmyk() -> bytes:
    held = io.BytesIO()
    Image.fromarray(PLAIN).convert("CMYK").save(held, "JPEG")
    return held.getvalue()


ODD = {
    "progressive": with_pillow(PLAIN, progressive=True),
    "four colours": cmyk(),
    "red, green and blue": with_pillow(PLAIN, keep_rgb=True),
    "4:4:0": simplejpeg.encode_jpeg(PLAIN, colorsubsampling="440"),
    "4:1:1": simplejpeg.encode_jpeg(PLAIN, colorsubsampling="411"),
    "no end": FILE[:-2],
    "half an end": FILE[:-1],
    "half the file": FILE[: len(FILE) // 2],
    "the header alone": FILE[:CODED],
    "half the header": FILE[: SCAN // 2],
    "a byte too many before the end": FILE[:-2] + b"\x00\xff\xd9",
    "two ends' fill": FILE[:-2] + b"\xff\xff\xd9",
    "a second scan": FILE[:-2] + FILE[SCAN:],
    "a late table": FILE[:-2] + b"\xff\xdb\x00\x43\x00" + bytes(64) + FILE[-2:],
    "a marker in the middle of the scan": FILE[: CODED + 50] + b"\xff\xd0" + FILE[CODED + 50 :],
    "a missing restart": RESTARTED.replace(b"\xff\xd1", b""),
    "a wrong restart": RESTARTED.replace(b"\xff\xd1", b"\xff\xd2"),
    "restarts that nobody announced": without(RESTARTED, b"\xff\xdd"),
    "announced restarts that do not come": FILE[:SCAN] + b"\xff\xdd\x00\x04\x00\x02" + FILE[SCAN:],
    "no quantization": without(FILE, b"\xff\xdb"),
    "no codes": without(FILE, b"\xff\xc4"),
    "12 bits": replaced(FILE, b"\xff\xc0", 4, 12),
    "lossless": replaced(FILE, b"\xff\xc0", 1, 0xC3),
    "arithmetic coding": replaced(FILE, b"\xff\xc0", 1, 0xC9),
    "no height": replaced(replaced(FILE, b"\xff\xc0", 5, 0), b"\xff\xc0", 6, 0),
    "too many codes": replaced(FILE, b"\xff\xc4", 5, 3),
    "JFIF of another version": replaced(FILE, b"\xff\xe0", 9, 2),
    "garbage before a marker": FILE[:SCAN] + b"\x00" + FILE[SCAN:],
    "fill before a marker": FILE[:SCAN] + b"\xff" + FILE[SCAN:],
    "garbage": bytes(range(256)) * 4,
    "only the mark": b"\xff\xd8\xff",
    "nothing": b"",
}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", ODD)
def test_whatever_is_odd_is_refused(kind: str, level: str) -> None:
    assert not _kernel.decode_jpeg(ODD[kind], np.empty((50, 75, 3), np.uint8), level)


@pytest.mark.parametrize(
    "data",
    [
        FILE + b"appended",
        FILE[:2] + b"\xff\xfe\x00\x09comment" + FILE[2:],
        FILE[:2] + b"\xff\xe1\x00\x08exif\x00\x00" + FILE[2:],
        without(FILE, b"\xff\xe0"),
        replaced(FILE, b"\xff\xc0", 1, 0xC1),
        FILE[:SCAN] + b"\xff\xdd\x00\x04\xff\xff" + FILE[SCAN:],
        with_pillow(PLAIN, icc_profile=b"profile" * 20_000),
    ],
    ids=["bytes behind the end", "comment", "exif", "no JFIF", "extended", "an interval beyond the picture", "profile"],
)
def test_harmless_differences_change_nothing(data: bytes) -> None:
    check_ordinary(data)


def test_pictures_of_another_size_than_the_buffer_are_refused() -> None:
    for shape in [(50, 74, 3), (49, 75, 3), (75, 50, 3), (0, 0, 3), (100, 150, 3)]:
        assert not _kernel.decode_jpeg(FILE, np.empty(shape, np.uint8))


def test_the_kernel_itself_refuses_other_arrays() -> None:
    for buffer in (
        np.empty((50, 75, 3), np.float32),
        np.empty((50, 75, 4), np.uint8),
        np.empty((50, 75, 6), np.uint8)[..., ::2],
    ):
        with pytest.raises(TypeError):
            _kernel.decode_jpeg(FILE, buffer)
    with pytest.raises(TypeError):
        _kernel.decode_jpeg(bytearray(FILE), np.empty((50, 75, 3), np.uint8))


def damaged(generator: np.random.Generator, data: bytes) -> bytes:
    changed = bytearray(data)
    for place in generator.integers(0, len(changed), int(generator.integers(1, 4))):
        changed[place] ^= 1 << int(generator.integers(8))
    return bytes(changed)


@pytest.mark.parametrize("count", [1500, pytest.param(60_000, marks=LONG)])
def test_what_is_taken_in_spite_of_damage_simplejpeg_takes_too_and_the_same(count: int) -> None:
    generator = np.random.default_rng(count)
    taken = 0
    for number in range(count):
        if number % 10 == 0:
            original = draw_file(generator, draw_pixels(generator, 40))
        data = damaged(generator, original)
        for level in LEVELS:
            pixels = decode(data, level)
            if pixels is not None:
                taken += 1
                assert np.array_equal(pixels, simplejpeg.decode_jpeg(data, "RGB"))
    assert taken > count / 20


def exaggerated(generator: np.random.Generator, data: bytes) -> bytes:
    """Write other steps into the tables of quantization: coefficients become larger than any picture's."""
    changed = bytearray(data)
    most = int(generator.integers(2, 256))
    at = changed.find(b"\xff\xdb")
    while at >= 0:
        changed[at + 5 : at + 69] = generator.integers(1, most + 1, 64, np.uint8).tobytes()
        at = changed.find(b"\xff\xdb", at + 69)
    return bytes(changed)


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=LONG)])
def test_coefficients_beyond_what_all_decoders_agree_on_are_refused(count: int) -> None:
    generator = np.random.default_rng(count)
    taken = 0
    for _ in range(count):
        pixels = generator.choice(np.array([0, 255], np.uint8), (40, 33, 3))
        data = exaggerated(generator, with_pillow(pixels, quality=int(generator.integers(60, 101))))
        pixels_now = decode(data)
        if pixels_now is not None:
            taken += 1
            assert np.array_equal(pixels_now, simplejpeg.decode_jpeg(data, "RGB"))
    assert 0 < taken < count
