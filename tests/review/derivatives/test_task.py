"""Every derivative is decoded and measured: none is larger, finer or more colourful than its level allows."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import AvifImagePlugin, Image

from safelight.hashing.formats import Format
from safelight.intake.content import MemoryContent
from safelight.review.derivatives import task
from safelight.review.derivatives.derivative import Derivative, NoDerivative, NoPicture
from safelight.review.derivatives.request import (
    DERIVATIVE_TASKS,
    DecodeLimits,
    Wanted,
    ask_for_derivative,
    parse_answer,
)
from safelight.review.exposure.exposure import STRIP
from safelight.review.exposure.level import BOUNDS, Level
from safelight.sandbox.limits import Limits
from safelight.sandbox.pool import Pool
from safelight.testing.bombs import bombs
from safelight.testing.damaged import write_damaged
from safelight.testing.films import make_film, turn_film
from safelight.testing.shown_pictures import measure, read_staff_code
from safelight.testing.synthetic import paint

CODE = "4G7K2M9Z"
SIZES = [(640, 480), (333, 500), (1200, 90), (97, 61), (5, 200), (1, 1)]
FRAMES = [paint(seed, width=64, height=48) for seed in range(12)]


@pytest.fixture(autouse=True)
def pillows_own_limits(monkeypatch):
    """The task sets two of Pillow's globals for its process, which here is the tests'."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    monkeypatch.setattr(AvifImagePlugin, "DEFAULT_MAX_THREADS", AvifImagePlugin.DEFAULT_MAX_THREADS)


@pytest.fixture(scope="module")
def pool():
    with Pool(DERIVATIVE_TASKS, limits=Limits(memory_bytes=1 << 29, seconds_per_file=20)) as pool:
        yield pool


def _derive(data: bytes, level: Level, **more) -> Derivative | NoDerivative:
    wanted = Wanted(level=level, staff_code=CODE, **more)
    return parse_answer(task.derive(io.BytesIO(data), len(data), wanted.pack()), wanted)


def _save(image: Image.Image, picture_format: Format = Format.PNG, **more) -> bytes:
    held = io.BytesIO()
    image.save(held, picture_format.value, **more)
    return held.getvalue()


def _noise(seed: int, size: tuple[int, int]) -> Image.Image:
    """The finest picture there is: what a level leaves of it is all that a level can hold."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))


def _require_bounded(made: Derivative, level: Level) -> None:
    bound, measured = BOUNDS[level], measure(made.picture, level)
    assert max(measured.width, measured.height) <= bound.most_side
    assert (measured.width, measured.height) == (made.width, made.height)
    assert measured.is_grey or not bound.is_grey
    assert measured.beyond < 2.0


@pytest.mark.parametrize("level", list(BOUNDS))
@pytest.mark.parametrize("picture_format", list(Format))
def test_every_format_is_shown_within_its_level(picture_format, level) -> None:
    for seed, size in enumerate([(200, 150), (90, 170)]):
        made = _derive(_save(paint(seed, width=size[0], height=size[1]), picture_format), level)
        assert isinstance(made, Derivative)
        _require_bounded(made, level)


@pytest.mark.parametrize("level", list(BOUNDS))
@pytest.mark.parametrize("size", SIZES)
def test_even_of_noise_no_more_detail_is_left_than_the_level_allows(size, level) -> None:
    made = _derive(_save(_noise(3, size)), level)
    assert isinstance(made, Derivative)
    _require_bounded(made, level)


def test_what_measures_would_notice_a_picture_that_is_too_fine() -> None:
    fine = _derive(_save(_noise(3, (96, 72))), Level.SMALL)
    assert isinstance(fine, Derivative)
    assert measure(fine.picture, Level.THUMBNAIL).beyond > 20


@pytest.mark.parametrize("orientation", [1, 3, 6, 7])
@pytest.mark.parametrize("level", list(BOUNDS))
def test_pictures_come_upright_and_carry_no_metadata(orientation, level) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "a secret description"
    data = _save(paint(5, width=120, height=60), Format.JPEG, exif=exif, icc_profile=b"a profile", comment=b"a comment")
    made = _derive(data, level)
    assert isinstance(made, Derivative)
    assert (made.width > made.height) == (orientation in {1, 3})
    opened = Image.open(io.BytesIO(made.picture))
    assert opened.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not opened.getexif()
    assert b"secret" not in made.picture


@pytest.mark.parametrize("level", list(BOUNDS))
def test_the_same_file_gives_the_same_picture_and_another_person_another(level) -> None:
    data = _save(paint(5, width=400, height=300))
    assert _derive(data, level) == _derive(data, level)
    other = Wanted(level=level, staff_code="00000000")
    assert parse_answer(task.derive(io.BytesIO(data), len(data), other.pack()), other) != _derive(data, level)


def _require_code_survives(seed: int, level: Level) -> None:
    made = _derive(_save(paint(seed, width=640, height=480)), level)
    assert isinstance(made, Derivative)
    shot = Image.open(io.BytesIO(made.picture))
    assert read_staff_code(shot) == CODE
    again = Image.open(io.BytesIO(_save(shot, Format.JPEG, quality=60)))
    assert read_staff_code(again) == CODE
    larger = shot.resize((shot.width * 2, shot.height * 2), Image.Resampling.BICUBIC)  # a screen of many pixels
    shrunk = Image.open(io.BytesIO(_save(larger, Format.JPEG, quality=60))).resize(shot.size)
    assert read_staff_code(shrunk) == CODE


@pytest.mark.parametrize("level", list(BOUNDS))
def test_the_staff_code_is_read_from_a_screenshot_that_was_compressed_again(level) -> None:
    _require_code_survives(1, level)


@pytest.mark.long
@pytest.mark.parametrize("level", list(BOUNDS))
def test_the_staff_code_is_read_from_many_screenshots(level) -> None:
    for seed in range(50):
        _require_code_survives(seed, level)


def test_the_original_is_shown_in_its_own_size_and_nearly_as_it_is() -> None:
    picture = paint(4, width=700, height=520)
    made = _derive(_save(picture), Level.ORIGINAL)
    assert isinstance(made, Derivative)
    shown = np.asarray(Image.open(io.BytesIO(made.picture)), float)
    expected = np.asarray(picture, float) * 7 / 8 + 16
    assert (made.width, made.height) == picture.size
    assert np.abs(shown - expected).mean() < 8


def test_large_pictures_are_grey_unless_the_operator_chose_colour() -> None:
    data = _save(paint(4))
    for has_colour, mode in ((False, "L"), (True, "RGB")):
        made = _derive(data, Level.LARGE, has_colour=has_colour)
        assert isinstance(made, Derivative)
        assert Image.open(io.BytesIO(made.picture)).mode == mode
        small = _derive(data, Level.SMALL, has_colour=has_colour)
        assert isinstance(small, Derivative)
        assert Image.open(io.BytesIO(small.picture)).mode == "L"


@pytest.mark.parametrize("picture_format", [Format.GIF, Format.WEBP, Format.PNG, Format.TIFF])
def test_frames_are_counted_and_shown_by_number_or_in_a_strip(picture_format) -> None:
    data = _save(FRAMES[0], picture_format, save_all=True, append_images=FRAMES[1:])
    first, last = _derive(data, Level.SMALL), _derive(data, Level.SMALL, frame=11)
    assert isinstance(first, Derivative)
    assert isinstance(last, Derivative)
    assert (first.frame_count, last.frame_count) == (12, 12)
    assert first.picture != last.picture
    assert _derive(data, Level.SMALL, frame=12) == NoDerivative(reason=NoPicture.NO_SUCH_FRAME)
    for level in (Level.THUMBNAIL, Level.SMALL, Level.LARGE):
        strip = _derive(data, level, frame=STRIP)
        assert isinstance(strip, Derivative)
        assert (strip.frame_count, strip.frame) == (12, STRIP)
        _require_bounded(strip, level)


def test_how_many_frames_there_are_is_not_known_beyond_the_limits() -> None:
    data = _save(FRAMES[0], Format.GIF, save_all=True, append_images=FRAMES[1:])
    made = _derive(data, Level.SMALL, limits=DecodeLimits(max_frames=5))
    assert isinstance(made, Derivative)
    assert made.frame_count is None
    assert _derive(data, Level.SMALL, frame=7, limits=DecodeLimits(max_frames=5)) == NoDerivative(
        reason=NoPicture.TOO_LARGE
    )


def test_a_picture_that_was_cut_off_is_shown_as_far_as_it_goes_and_called_damaged() -> None:
    data = _save(paint(4, width=300, height=200), Format.JPEG)
    made = _derive(data[: len(data) // 2], Level.ORIGINAL)
    assert isinstance(made, Derivative)
    assert not made.is_sound


def test_an_original_too_long_to_be_sent_is_written_more_plainly_and_else_too_large(monkeypatch) -> None:
    data = _save(_noise(1, (300, 200)))
    best = _derive(data, Level.ORIGINAL)
    assert isinstance(best, Derivative)
    monkeypatch.setattr(task, "MOST_PICTURE_BYTES", len(best.picture) - 1)
    plainer = _derive(data, Level.ORIGINAL)
    assert isinstance(plainer, Derivative)
    assert len(plainer.picture) < len(best.picture)
    monkeypatch.setattr(task, "MOST_PICTURE_BYTES", 1000)
    assert _derive(data, Level.ORIGINAL) == NoDerivative(reason=NoPicture.TOO_LARGE)


def test_an_original_with_a_side_beyond_the_bound_is_too_large() -> None:
    assert _derive(_save(Image.new("L", (16_385, 8))), Level.ORIGINAL) == NoDerivative(reason=NoPicture.TOO_LARGE)


@pytest.mark.parametrize("data", [b"", b"no picture at all", b"%PDF-1.7"])
def test_what_is_no_picture_is_unsupported(data) -> None:
    assert _derive(data, Level.THUMBNAIL) == NoDerivative(reason=NoPicture.UNSUPPORTED)


def test_a_locked_worker_makes_every_level_of_every_format(pool) -> None:
    for picture_format in Format:
        content = MemoryContent(data=_save(paint(1, width=130, height=100), picture_format))
        for level in BOUNDS:
            made = ask_for_derivative(pool, content, Wanted(level=level, staff_code=CODE))
            assert isinstance(made, Derivative)
    assert pool.counts.failures == 0


def _require_picture_or_reason(pool: Pool, folder: Path, *, count: int) -> None:
    for number, each in enumerate(write_damaged(folder, count=len(list(bombs())) + count, seed=5)):
        level = Level(1 + number % 4)
        content = MemoryContent(data=each.path.read_bytes())
        made = ask_for_derivative(pool, content, Wanted(level=level, staff_code=CODE))
        if isinstance(made, Derivative):
            assert max(made.width, made.height) <= BOUNDS[level].most_side
        else:
            assert made.reason is not NoPicture.CRASHED


def test_hostile_and_damaged_files_end_in_a_picture_within_bounds_or_a_reason(pool, tmp_path) -> None:
    """Never in a crash: a worker that dies costs one answer, and the next file has another."""
    _require_picture_or_reason(pool, tmp_path, count=14)


@pytest.mark.long
def test_many_damaged_files_end_in_a_picture_within_bounds_or_a_reason(pool, tmp_path) -> None:
    _require_picture_or_reason(pool, tmp_path, count=2000)


def test_memory_does_not_grow_with_the_side_of_the_original(pool) -> None:
    """Twenty-four million pixels of JPEG: the frame itself is 72 MB, and the worker's limit is half a gibibyte."""
    data = _save(Image.new("RGB", (6000, 4000), "teal"), Format.JPEG)
    for level in BOUNDS:
        assert isinstance(
            ask_for_derivative(pool, MemoryContent(data=data), Wanted(level=level, staff_code=CODE)), Derivative
        )


@pytest.mark.parametrize("level", [level for level in BOUNDS if level is not Level.ORIGINAL])
def test_of_a_video_a_strip_and_a_second_are_within_the_level_made_in_a_locked_worker(pool, level: Level) -> None:
    film = MemoryContent(data=make_film([_noise(seed, (320, 240)) for seed in range(3)]))
    for frame in (STRIP, 0, 2):
        made = ask_for_derivative(pool, film, Wanted(level=level, staff_code=CODE, frame=frame))
        assert isinstance(made, Derivative)
        assert (made.frame, made.frame_count, made.is_sound) == (frame, 3, True)
        _require_bounded(made, level)


def test_a_second_of_a_video_is_its_picture_turned_upright_and_there_is_no_later_one(pool) -> None:
    film = MemoryContent(data=turn_film(make_film([paint(1, width=320, height=240)])))
    first, later = [
        ask_for_derivative(pool, film, Wanted(level=Level.ORIGINAL, staff_code=CODE, frame=frame)) for frame in (0, 1)
    ]
    assert (first.width, first.height) == (240, 320)
    assert read_staff_code(Image.open(io.BytesIO(first.picture))) == CODE
    assert later == NoDerivative(reason=NoPicture.NO_SUCH_FRAME)
