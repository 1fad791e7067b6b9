import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from safelight.hashing import decoding, png_reader
from safelight.hashing.decoding import open_picture
from safelight.hashing.formats import Format
from safelight.hashing.image_task import hash_image
from safelight.hashing.picture import Undecodable
from safelight.hashing.pillow_reader import open_with_pillow
from safelight.hashing.png_reader import open_png
from safelight.hashing.request import ImageOptions
from safelight.hashing.signal import Reason
from safelight.testing.bombs import bombs, png, png_chunk
from safelight.testing.synthetic import paint, paint_pixels

COLOURS = {0: 1, 2: 3, 4: 2, 6: 4}
LIMIT = 1 << 24

needs_quick = pytest.mark.skipif(not png_reader.IS_QUICK, reason="the kernel or ISA-L is not installed")


@pytest.fixture(autouse=True)
def pillows_own_limit(monkeypatch):
    """The task sets one of Pillow's globals for its process, which here is the tests'."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)


def pixels_of(colour, width, height, seed=1, *, is_opaque=False):
    painted = paint_pixels(seed, width=width, height=height)
    alpha = np.full((height, width, 1), 255, np.uint8) if is_opaque else np.flip(painted, 1)[..., :1]
    return {
        0: painted[..., :1],
        2: painted,
        4: np.dstack([painted[..., :1], alpha]),
        6: np.dstack([painted, alpha]),
    }[colour]


def filtered(pixels, kinds):
    """Filter each row by its kind: the other direction of what is tested, by the definition."""
    whole = pixels.astype(np.int64)
    left = np.pad(whole, ((0, 0), (1, 0), (0, 0)))[:, :-1]
    above = np.pad(whole, ((1, 0), (0, 0), (0, 0)))[:-1]
    corner = np.pad(whole, ((1, 0), (1, 0), (0, 0)))[:-1, :-1]
    distances = np.stack([abs(above - corner), abs(left - corner), abs(left + above - 2 * corner)])
    paeth = np.choose(distances.argmin(0), [left, above, corner])
    foretold = np.stack([np.zeros_like(whole), left, above, (left + above) // 2, paeth])
    rows = [np.append(kind, (whole[y] - foretold[min(kind, 4), y]).ravel()) for y, kind in enumerate(kinds)]
    return np.stack(rows).astype(np.uint8).tobytes()


def image_data(packed, parts=3):
    size = len(packed) // parts + 1
    return b"".join(png_chunk(b"IDAT", packed[at : at + size]) for at in range(0, len(packed), size))


def make_png(colour, pixels, kinds, *, before=b"", after=b"", depth=8):
    height, width = pixels.shape[:2]
    data = image_data(zlib.compress(filtered(pixels, kinds), 6))
    return png(before, data, after, width=width, height=height, depth=depth, colour=colour)


def facts_of(picture):
    """All that comes out of a picture: header, frames, and what ends them."""
    header = (picture.format, picture.width, picture.height, picture.orientation)
    frames = []
    try:
        frames.extend((frame.shape, frame.tobytes()) for frame in picture.frames)
    except Undecodable as error:
        salvaged = None if error.salvaged is None else error.salvaged.tobytes()
        return header, frames, (error.reason, salvaged)
    return header, frames, None


def outcome_of(open_picture, data, max_pixels=LIMIT):
    try:
        return facts_of(open_picture(io.BytesIO(data), max_pixels))
    except Undecodable as error:
        return error.reason


def with_pillow(file, max_pixels):
    return open_with_pillow(file, Format.PNG, max_pixels)


def task_answer(data):
    return hash_image(io.BytesIO(data), len(data), ImageOptions(max_pixels=LIMIT).pack())


def check_against_pillow(monkeypatch, data):
    """Compare every fact of the picture, and the task's answer, with what Pillow alone gives."""
    assert outcome_of(open_png, data) == outcome_of(with_pillow, data)
    quick = task_answer(data)
    with monkeypatch.context() as patch:
        patch.setattr(png_reader, "IS_QUICK", False)
        assert quick == task_answer(data)


class PillowWasAsked(Exception):
    pass


def refuse_pillow(*_):
    raise PillowWasAsked


def is_quick(monkeypatch, data):
    with monkeypatch.context() as patch:
        for module in (decoding, png_reader):
            patch.setattr(module, "open_with_pillow", refuse_pillow)
        try:
            list(open_picture(io.BytesIO(data), LIMIT).frames)
        except PillowWasAsked:
            return False
    return True


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("kind", range(5))
@pytest.mark.parametrize("sides", [(1, 1), (1, 7), (7, 1), (2, 3), (5, 5), (63, 17), (131, 29), (299, 5)])
def test_every_filter_colour_and_size_gives_the_pixels_of_pillow(monkeypatch, colour, kind, sides):
    pixels = pixels_of(colour, *sides, seed=sides[0] + kind)
    check_against_pillow(monkeypatch, make_png(colour, pixels, [kind] * sides[1]))


@pytest.mark.parametrize(
    ("count", "most"), [(80, 120), pytest.param(1000, 300, marks=[pytest.mark.long, pytest.mark.timeout(1800)])]
)
def test_mixed_filters_at_any_size_give_the_pixels_of_pillow(monkeypatch, count, most):
    generator = np.random.default_rng(11)
    for number in range(count):
        colour = [*COLOURS][number % 4]
        width, height = (int(side) for side in generator.integers(1, most + 1, 2))
        pixels = pixels_of(colour, width, height, seed=number, is_opaque=number % 3 == 0)
        check_against_pillow(monkeypatch, make_png(colour, pixels, generator.integers(0, 5, height)))


@needs_quick
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("options", [{}, {"dpi": (72, 72)}, {"icc_profile": b"profile" * 50}, {"optimize": True}])
def test_ordinary_pictures_come_the_quick_way(monkeypatch, mode, options):
    held = io.BytesIO()
    paint(3, width=90, height=61).convert(mode).save(held, "PNG", **options)
    assert is_quick(monkeypatch, held.getvalue())
    check_against_pillow(monkeypatch, held.getvalue())


@needs_quick
def test_dates_behind_the_pixels_and_bytes_behind_the_end_change_nothing(monkeypatch):
    dates = png_chunk(b"tEXt", b"date:create\x002024-01-01T00:00:00") + png_chunk(b"tIME", bytes(7))
    data = make_png(2, pixels_of(2, 31, 30), [4] * 30, after=dates) + b"appended"
    assert is_quick(monkeypatch, data)
    check_against_pillow(monkeypatch, data)


def exif(orientation):
    noted = Image.Exif()
    noted[0x0112] = orientation
    return noted.tobytes()[6:]


@needs_quick
def test_the_orientation_in_the_header_is_told(monkeypatch):
    data = make_png(2, pixels_of(2, 31, 30), [2] * 30, before=png_chunk(b"eXIf", exif(6)))
    assert open_png(io.BytesIO(data), LIMIT).orientation == 6
    assert is_quick(monkeypatch, data)
    check_against_pillow(monkeypatch, data)


PLAIN = pixels_of(2, 40, 30)
KINDS = [4, 1, 2, 3, 0] * 6
LINES = filtered(PLAIN, KINDS)
PACKED = zlib.compress(LINES)
UNKNOWN_FILTER = filtered(PLAIN, [*KINDS[:20], 5, *KINDS[21:]])


def text(keyword):
    return png_chunk(b"tEXt", keyword + b"\x00value")


def rgb(*chunks):
    return png(*chunks, width=40, height=30)


ODD = {
    "a transparent colour": make_png(2, PLAIN, KINDS, before=png_chunk(b"tRNS", struct.pack(">3H", *PLAIN[3, 3]))),
    "a transparent grey": make_png(0, PLAIN[..., :1], KINDS, before=png_chunk(b"tRNS", bytes(2))),
    "a late transparent colour": make_png(2, PLAIN, KINDS, after=png_chunk(b"tRNS", bytes(6))),
    "a text that Pillow takes for transparency": make_png(2, PLAIN, KINDS, before=text(b"transparency")),
    "the same behind the pixels": make_png(2, PLAIN, KINDS, after=text(b"transparency")),
    "a text that Pillow takes for interlacing": make_png(2, PLAIN, KINDS, before=text(b"interlace")),
    "a text that Pillow takes for a box": make_png(2, PLAIN, KINDS, before=text(b"bbox")),
    "a long text behind the pixels": make_png(2, PLAIN, KINDS, after=text(b"Comment" * 10) * 100),
    "compressed text behind the pixels": make_png(2, PLAIN, KINDS, after=png_chunk(b"zTXt", b"a\x00\x01")),
    "a long header": make_png(2, PLAIN, KINDS, before=png_chunk(b"prVt", bytes(70_000))),
    "a profile by an unknown method": make_png(2, PLAIN, KINDS, before=png_chunk(b"iCCP", b"a\x00\x07")),
    "a truncated resolution": make_png(2, PLAIN, KINDS, before=png_chunk(b"pHYs", b"a")),
    "an unknown critical chunk behind": make_png(2, PLAIN, KINDS, after=png_chunk(b"ABCD", b"")),
    "an animation of one frame": make_png(2, PLAIN, KINDS, before=png_chunk(b"acTL", struct.pack(">II", 1, 0))),
    "a late animation": make_png(2, PLAIN, KINDS, after=png_chunk(b"acTL", struct.pack(">II", 2, 0))),
    "16 bits": png(image_data(zlib.compress(bytes(30 * 481))), width=40, height=30, depth=16, colour=6),
    "4 bits": png(image_data(zlib.compress(bytes(30 * 21))), width=40, height=30, depth=4, colour=0),
    "an unknown filter": rgb(image_data(zlib.compress(UNKNOWN_FILTER))),
    "a line too few": rgb(image_data(zlib.compress(LINES[:-121]))),
    "a byte too few": rgb(image_data(zlib.compress(LINES[:-1]))),
    "a byte too many": rgb(image_data(zlib.compress(LINES + b"\x00"))),
    "a line too many": rgb(image_data(zlib.compress(LINES + bytes(121)))),
    "bytes behind the stream": rgb(image_data(PACKED + b"more")),
    "no checksum of the pixels": rgb(image_data(PACKED[:-4])),
    "a wrong checksum of the pixels": rgb(image_data(PACKED[:-1] + bytes([PACKED[-1] ^ 1]))),
    "a window that is too large": rgb(image_data(b"\x88\x1c" + PACKED[2:])),
    "an unknown method": rgb(image_data(b"\x79\x9c" + PACKED[2:])),
    "no pixels": rgb(),
    "empty pixels": rgb(png_chunk(b"IDAT", b"")),
    "a gap in the pixels": rgb(image_data(PACKED[:900]), text(b"Comment"), image_data(PACKED[900:])),
    "a wrong sum of a chunk": rgb(png_chunk(b"IDAT", PACKED)[:-1] + b"\x00"),
    "no end": rgb(image_data(PACKED))[:-12],
    "half an end": rgb(image_data(PACKED))[:-6],
    "half the file": rgb(image_data(PACKED))[: len(PACKED) // 2],
    "a length beyond the file": rgb(struct.pack(">I", 1 << 30) + png_chunk(b"IDAT", PACKED)[4:]),
    "no width": png(image_data(PACKED), width=0, height=30),
    "an iPhone's own form": b"\x89PNG\r\n\x1a\n" + png_chunk(b"CgBI", bytes(4)) + rgb(image_data(PACKED[2:-4]))[8:],
    "only the mark": b"\x89PNG\r\n\x1a\n",
}


@pytest.mark.filterwarnings("ignore:Invalid APNG")
@pytest.mark.parametrize("kind", ODD)
def test_whatever_is_odd_pillow_decides(monkeypatch, kind):
    assert not is_quick(monkeypatch, ODD[kind])
    check_against_pillow(monkeypatch, ODD[kind])


def test_an_empty_chunk_among_the_pixels_changes_nothing(monkeypatch):
    data = rgb(png_chunk(b"IDAT", b""), image_data(PACKED), png_chunk(b"IDAT", b""))
    assert is_quick(monkeypatch, data) == png_reader.IS_QUICK
    check_against_pillow(monkeypatch, data)


@pytest.mark.parametrize("options", [{"save_all": True}, {"save_all": True, "default_image": True}])
def test_animations_keep_their_frames(monkeypatch, options):
    frames = [paint(seed, width=50, height=40) for seed in range(4)]
    held = io.BytesIO()
    frames[0].save(held, "PNG", append_images=frames[1:], **options)
    _, shown, end = outcome_of(open_png, held.getvalue())
    assert (len(shown), end) == (4, None)
    check_against_pillow(monkeypatch, held.getvalue())


@pytest.mark.filterwarnings("ignore:Invalid APNG", "ignore:Corrupt EXIF data")
@pytest.mark.parametrize("count", [250, pytest.param(5000, marks=[pytest.mark.long, pytest.mark.timeout(1800)])])
def test_damage_anywhere_leaves_the_answer_of_pillow(monkeypatch, count):
    generator = np.random.default_rng(7)
    originals = [make_png(colour, pixels_of(colour, 23, 14), [*range(5)] * 2 + [4] * 4) for colour in COLOURS]
    for number in range(count):
        data = bytearray(originals[number % 4])
        for place in generator.integers(0, len(data), int(generator.integers(1, 4))):
            data[place] ^= 1 << int(generator.integers(8))
        check_against_pillow(monkeypatch, bytes(data[: len(data) - (number % 5 == 0) * number % 40]))


@pytest.mark.filterwarnings("ignore:Invalid APNG")
@pytest.mark.parametrize("name", [name for name, _ in bombs() if "png" in name])
def test_bombs_are_refused_as_pillow_refuses_them(monkeypatch, name):
    check_against_pillow(monkeypatch, dict(bombs())[name])


@needs_quick
@pytest.mark.parametrize("parts", [1, 5])
def test_a_small_picture_that_unfolds_to_much_costs_nothing(monkeypatch, parts):
    data = rgb(image_data(zlib.compress(bytes(50 << 20), 1), parts))
    tracemalloc.start()
    outcome_of(open_png, data)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 3 << 20
    check_against_pillow(monkeypatch, data)


@needs_quick
def test_a_picture_over_the_limit_is_refused_before_its_pixels_are_read():
    file = io.BytesIO(rgb(image_data(PACKED)))
    picture = open_png(file, 40 * 30 - 1)
    file.truncate(0)
    with pytest.raises(Undecodable) as caught:
        next(picture.frames)
    assert (caught.value.reason, caught.value.salvaged) == (Reason.TOO_LARGE, None)
    assert len(outcome_of(open_png, rgb(image_data(PACKED)), 40 * 30)[1]) == 1


@needs_quick
def test_very_large_pictures_are_left_to_pillow(monkeypatch):
    monkeypatch.setattr(png_reader, "_MOST_PIXELS", 40 * 30 - 1)
    assert not is_quick(monkeypatch, rgb(image_data(PACKED)))


def test_without_kernel_or_isal_pillow_reads_all(monkeypatch):
    monkeypatch.setattr(png_reader, "IS_QUICK", False)
    data = rgb(image_data(PACKED))
    assert not is_quick(monkeypatch, data)
    assert outcome_of(open_png, data) == outcome_of(with_pillow, data)
