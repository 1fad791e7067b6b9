import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import AvifImagePlugin, Image

from safelight.hashing import image_task
from safelight.hashing.answer import FrameAnswer, parse_answer
from safelight.hashing.decoding import decode_still
from safelight.hashing.formats import Format
from safelight.hashing.pdq import hash_rgb
from safelight.hashing.request import IMAGE_TASKS, ImageOptions, ask_for_image
from safelight.hashing.signal import Reason
from safelight.intake.content import MemoryContent
from safelight.sandbox.limits import Limits
from safelight.sandbox.pool import Pool
from safelight.testing.bombs import bombs
from safelight.testing.damaged import write_damaged
from safelight.testing.synthetic import paint

PAINTING = paint(4, width=173, height=121)
FRAMES = [paint(seed, width=64, height=48) for seed in range(40)]
ANIMATED = [Format.GIF, Format.WEBP, Format.PNG, Format.AVIF]


@pytest.fixture(autouse=True)
def pillows_own_limits(monkeypatch):
    """The task sets two of Pillow's globals for its process, which here is the tests'."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    monkeypatch.setattr(AvifImagePlugin, "DEFAULT_MAX_THREADS", AvifImagePlugin.DEFAULT_MAX_THREADS)


@pytest.fixture(scope="module")
def pool():
    with Pool(IMAGE_TASKS, limits=Limits(memory_bytes=1 << 30, seconds_per_file=20)) as pool:
        yield pool


def _save(picture_format, image=PAINTING, **options):
    held = io.BytesIO()
    image.copy().save(held, picture_format.value, **options)  # Pillow leaves notes on what it saves
    return held.getvalue()


def _animation(picture_format, frames=FRAMES):
    first, *others = [frame.copy() for frame in frames]
    return _save(picture_format, first, save_all=True, append_images=others)


def _gallery(kind):
    """Three different pictures in one file, in every form that pictures of their own can have there."""
    if kind.startswith("ico"):
        icons = [paint(seed, width=side, height=side) for seed, side in ((1, 64), (2, 48), (3, 32))]
        sizes = [icon.size for icon in icons]
        return _save(Format.ICO, icons[0], sizes=sizes, append_images=icons[1:], bitmap_format=kind[4:])
    if kind in {"P4", "P5", "P6"}:
        mode = {"P4": "1", "P5": "L", "P6": "RGB"}[kind]
        return b"".join(_save(Format.PPM, frame.convert(mode)) for frame in FRAMES[:3])
    if kind == "MPO":
        held = io.BytesIO()
        first, *others = [frame.copy() for frame in FRAMES[:3]]
        first.save(held, kind, save_all=True, append_images=others)
        return held.getvalue()
    return _animation(Format(kind), FRAMES[:3])


GALLERIES = ["ico png", "ico bmp", "P4", "P5", "P6", "tiff", "MPO"]


def _hash_here(data, **options):
    return parse_answer(image_task.hash_image(io.BytesIO(data), len(data), ImageOptions(**options).pack()))


KINDS = {
    **{picture_format.value: _save(picture_format, PAINTING.resize((128, 96))) for picture_format in Format},
    **{f"animated {picture_format}": _animation(picture_format, FRAMES[:20]) for picture_format in ANIMATED},
    **{f"gallery {kind}": _gallery(kind) for kind in GALLERIES},
    **{f"tiff {kind}": _save(Format.TIFF, compression=kind) for kind in ("tiff_lzw", "jpeg", "packbits", "zstd")},
    **{f"png {mode}": _save(Format.PNG, PAINTING.convert(mode)) for mode in ("1", "L", "LA", "P", "RGBA")},
    "png 16 bit": _save(Format.PNG, Image.fromarray(np.asarray(PAINTING.convert("L")).astype(np.uint16) << 8)),
    "progressive": _save(Format.JPEG, progressive=True),
    "cmyk": _save(Format.JPEG, PAINTING.convert("CMYK")),
    "fractions": _save(Format.TIFF, PAINTING.convert("F")),
    "lossless webp": _save(Format.WEBP, lossless=True),
    "larger than a pipe": _save(Format.BMP, paint(5, width=900, height=700)),
    "truncated": _save(Format.PNG)[:-9000],
    "prose": b"This is not a picture.",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_locked_worker_answers_as_the_same_code_does_outside(pool, kind):
    answer = ask_for_image(pool, MemoryContent(data=KINDS[kind]), ImageOptions())
    assert answer == _hash_here(KINDS[kind])
    assert pool.counts.failures == 0
    assert answer.is_complete == (kind not in {"truncated", "prose"})


def test_a_still_is_hashed_as_its_pixels_are():
    data = _save(Format.JPEG)
    expected = hash_rgb(decode_still(data))
    (frame,) = _hash_here(data).frames
    assert (frame.quality, frame.orientations) == (expected.quality, expected.orientations)
    assert frame.unsettled_bits == expected.unsettled_bits


@pytest.mark.parametrize("flavour", ["auto", "twin"])
def test_the_code_that_hashes_can_be_chosen(flavour):
    assert _hash_here(_save(Format.PNG), flavour=flavour).frames[0].orientations == (
        hash_rgb(np.asarray(PAINTING)).orientations
    )


def test_a_locked_worker_can_run_the_plain_twin(pool):
    data = MemoryContent(data=_save(Format.PNG))
    kernel, twin = (ask_for_image(pool, data, ImageOptions(flavour=flavour)) for flavour in ("auto", "twin"))
    assert twin == kernel
    assert pool.counts.failures == 0


@pytest.mark.parametrize("picture_format", ANIMATED)
def test_of_an_animation_an_evenly_spaced_sample_is_hashed(picture_format):
    answer = _hash_here(_animation(picture_format))
    assert (answer.frames_seen, answer.reason) == (40, None)
    assert [frame.index for frame in answer.frames] == list(range(0, 40, 4))
    assert len({frame.orientations for frame in answer.frames}) == 10


def test_an_animation_over_the_limit_of_frames_gives_its_sample_and_says_so():
    answer = _hash_here(_animation(Format.GIF), max_frames=10)
    assert (answer.frames_seen, answer.reason) == (10, Reason.TOO_LARGE)
    assert [frame.index for frame in answer.frames] == list(range(10))
    assert _hash_here(_animation(Format.GIF), max_frames=40).is_complete


def test_an_animation_over_the_limit_of_pixels_gives_its_sample_and_says_so():
    answer = _hash_here(_animation(Format.WEBP), max_animation_pixels=64 * 48 * 5)
    assert (answer.frames_seen, answer.reason) == (5, Reason.TOO_LARGE)


@pytest.mark.parametrize("kind", GALLERIES)
def test_every_picture_of_a_file_that_holds_several_is_hashed(kind):
    answer = _hash_here(_gallery(kind))
    assert (answer.frames_seen, answer.reason) == (3, None)
    assert len({frame.orientations for frame in answer.frames}) == 3
    assert answer.frames[0] == replace(_hash_here(_save(Format.PNG, _first(kind))).frames[0], index=0) or kind == "MPO"


def _first(kind):
    if kind.startswith("ico"):
        return paint(1, width=64, height=64)
    return FRAMES[0].convert({"P4": "1", "P5": "L"}.get(kind, "RGB"))


def test_up_to_64_pages_are_all_hashed_and_one_more_is_too_large():
    pages = [paint(seed, width=16, height=12) for seed in range(65)]
    whole, longer = (_hash_here(_animation(Format.TIFF, pages[:count])) for count in (64, 65))
    assert whole.is_complete
    assert [frame.index for frame in whole.frames] == list(range(64))
    assert (longer.frames_seen, longer.frames, longer.reason) == (64, whole.frames, Reason.TOO_LARGE)


def test_pages_are_held_against_the_limit_of_frames_too():
    answer = _hash_here(_animation(Format.TIFF, FRAMES[:5]), max_frames=3)
    assert (answer.frames_seen, len(answer.frames), answer.reason) == (3, 3, Reason.TOO_LARGE)


def test_a_damaged_picture_behind_a_sound_one_costs_it_nothing_and_is_told():
    data = _gallery("MPO")
    sound, cut = _hash_here(data), _hash_here(data[: data.rindex(b"\xff\xda") + 100])
    assert (cut.frames_seen, cut.reason) == (3, Reason.UNREADABLE)
    assert cut.frames[:2] == sound.frames[:2]


@pytest.mark.parametrize("size", [(1, 1), (4, 4), (4, 100), (100, 4)])
def test_a_picture_with_a_side_under_five_is_too_small(size):
    answer = _hash_here(_save(Format.PNG, PAINTING.resize(size)))
    assert (answer.reason, answer.width, answer.height) == (None, *size)
    assert answer.frames == (FrameAnswer(index=0),)


def test_pages_behind_one_that_is_too_small_are_hashed():
    answer = _hash_here(_animation(Format.TIFF, [PAINTING.resize((4, 4)), PAINTING]))
    assert [frame.is_hashed for frame in answer.frames] == [False, True]


def test_five_pixels_are_enough():
    assert _hash_here(_save(Format.PNG, PAINTING.resize((5, 5)))).is_complete


def test_a_page_that_is_too_small_is_named_among_the_others():
    answer = _hash_here(_animation(Format.TIFF, [PAINTING, PAINTING.resize((3, 3)), PAINTING.resize((50, 50))]))
    assert [frame.is_hashed for frame in answer.frames] == [True, False, True]


def test_a_damaged_picture_gives_what_could_be_decoded_and_the_reason():
    whole, cut = _save(Format.PNG), _save(Format.PNG)[:-2000]
    answer = _hash_here(cut)
    assert (answer.reason, answer.frames_seen) == (Reason.UNREADABLE, 1)
    values = [int.from_bytes(_hash_here(data).frames[0].orientations[0], "big") for data in (whole, cut)]
    assert (values[0] ^ values[1]).bit_count() <= 31


def test_a_declared_size_beyond_the_limit_costs_nothing(pool):
    for name, data in bombs():
        if name.startswith("bomb."):
            answer = ask_for_image(pool, MemoryContent(data=data), ImageOptions())
            assert answer.reason in {Reason.TOO_LARGE, Reason.UNREADABLE}, name
            assert answer.frames == ()
    assert pool.counts.failures == 0


def test_a_picture_that_needs_more_memory_than_a_worker_has_is_too_large():
    with Pool(IMAGE_TASKS, limits=Limits(memory_bytes=48 << 20)) as pool:
        data = _save(Format.PNG, Image.new("RGB", (6000, 6000)))
        answer = ask_for_image(pool, MemoryContent(data=data), ImageOptions())
        assert (answer.reason, answer.format) == (Reason.TOO_LARGE, None)
        assert ask_for_image(pool, MemoryContent(data=_save(Format.PNG)), ImageOptions()).is_complete
        assert pool.counts.replaced == 1


def _resident_bytes():
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def _check_damaged(folder, pool, count, seed):
    """Scan a corpus of damaged files and return their reasons by kind; the parent must not grow meanwhile."""
    reasons = {}
    before = None
    for number, damaged in enumerate(write_damaged(folder, count=count, seed=seed)):
        answer = ask_for_image(pool, MemoryContent(data=damaged.path.read_bytes()), ImageOptions())
        damaged.path.unlink()
        assert answer.frames or answer.reason is not None
        reasons.setdefault(damaged.kind, set()).add(answer.reason)
        if number == 100:
            before = _resident_bytes()
    assert _resident_bytes() - before < 32 << 20
    return reasons


def test_300_damaged_files_end_each_with_an_answer_or_a_reason(tmp_path, pool):
    failures = pool.counts.failures
    reasons = _check_damaged(tmp_path, pool, 300, seed=1)
    assert reasons["truncated"] <= {Reason.UNREADABLE, Reason.UNSUPPORTED}
    assert reasons["mislabelled"] == {None}
    assert reasons["empty"] == reasons["prose"] == {Reason.UNSUPPORTED}
    assert pool.counts.failures == failures


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_5000_damaged_files_end_each_with_an_answer_or_a_reason(tmp_path, pool):
    _check_damaged(tmp_path, pool, 5000, seed=2)
