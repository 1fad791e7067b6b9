import io

import numpy as np
import pytest
from PIL import Image

from safelight.hashing.formats import Format
from safelight.hashing.picture import Undecodable
from safelight.hashing.pillow_reader import open_with_pillow
from safelight.hashing.pixels import to_rgb
from safelight.hashing.signal import Reason
from safelight.testing.synthetic import paint

PLENTY = 1 << 40
PAINTINGS = [paint(seed, width=61, height=40) for seed in range(3)]


def _frames(data, picture_format, max_pixels=PLENTY):
    return list(open_with_pillow(io.BytesIO(data), picture_format, max_pixels).frames)


def _save(image, picture_format, **options):
    held = io.BytesIO()
    image.save(held, picture_format, **options)
    return held.getvalue()


def _deep(image, largest):
    """A binary PPM of another depth than Pillow writes: one byte a value up to 255, two above."""
    values = np.asarray(image).astype(np.uint32) * largest // 255
    head = b"P%d %d %d %d\n" % (6 if values.ndim == 3 else 5, image.width, image.height, largest)
    return head + values.astype(">u2" if largest > 255 else np.uint8).tobytes()


PPMS = {
    "P4": [_save(image.convert("1"), "PPM") for image in PAINTINGS],
    "P5": [_save(image.convert("L"), "PPM") for image in PAINTINGS],
    "P6": [_save(image, "PPM") for image in PAINTINGS],
    "grey of 16 bits": [_deep(image.convert("L"), 65535) for image in PAINTINGS],
    "grey of 10 bits": [_deep(image.convert("L"), 1023) for image in PAINTINGS],
    "colour of 16 bits": [_deep(image, 65535) for image in PAINTINGS],
    "colour of 5 bits": [_deep(image, 31) for image in PAINTINGS],
}
PPMS["mixed"] = [PPMS["P4"][0], PPMS["colour of 16 bits"][1], PPMS["P5"][2]]


@pytest.mark.parametrize("kind", PPMS)
def test_ppm_files_that_follow_one_another_are_all_decoded(kind):
    frames = _frames(b"".join(PPMS[kind]), Format.PPM)
    alone = [_frames(data, Format.PPM)[0] for data in PPMS[kind]]
    assert len(frames) == 3
    assert all(np.array_equal(frame, other) for frame, other in zip(frames, alone, strict=True))


def test_what_follows_a_ppm_and_is_none_is_passed_over():
    for rest in (b"\n", b"P", b"the end", bytes(500)):
        assert len(_frames(PPMS["P6"][0] + rest, Format.PPM)) == 1


def test_of_the_plain_forms_there_is_one_to_a_file():
    assert len(_frames(b"P2 2 2 9\n1 2 3 4\n" * 2, Format.PPM)) == 1


def test_a_ppm_that_is_cut_off_behind_a_whole_one_is_damage():
    frames = open_with_pillow(io.BytesIO(PPMS["P6"][0] + PPMS["P6"][1][:-99]), Format.PPM, PLENTY).frames
    assert next(frames).shape == (40, 61, 3)
    with pytest.raises(Undecodable) as caught:
        next(frames)
    assert caught.value.reason is Reason.UNREADABLE


@pytest.mark.parametrize("form", ["png", "bmp"])
def test_every_picture_of_an_icon_is_decoded_the_one_that_is_shown_first(form):
    sides = (64, 48, 32)
    icons = [paint(seed, width=side, height=side) for seed, side in enumerate(sides)]
    data = _save(icons[0], "ICO", sizes=[(side, side) for side in sides], append_images=icons[1:], bitmap_format=form)
    frames = _frames(data, Format.ICO)
    with Image.open(io.BytesIO(data)) as shown:
        assert np.array_equal(frames[0], to_rgb(shown))
    assert len(frames) == 3
    assert all(np.array_equal(frame, np.asarray(icon)) for frame, icon in zip(frames, icons, strict=True))


def test_a_damaged_picture_behind_the_first_of_an_icon_is_told():
    icons = [paint(seed, width=side, height=side) for seed, side in enumerate((64, 48))]
    data = _save(icons[0], "ICO", sizes=[(64, 64), (48, 48)], append_images=icons[1:])
    second = int.from_bytes(data[6 + 12 : 6 + 16], "little")  # the writer puts the smaller one first
    frames = open_with_pillow(
        io.BytesIO(data[: second + 12] + bytes(4) + data[second + 16 :]), Format.ICO, PLENTY
    ).frames
    assert next(frames).shape == (64, 64, 3)
    with pytest.raises(Undecodable) as caught:
        next(frames)
    assert caught.value.reason is Reason.UNREADABLE
