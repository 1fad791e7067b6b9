"""Films: what is seen at each moment, in every container and codec; damage is an answer; no sound, no other file."""

import io

import numpy as np
import pytest

from safelight.hashing.picture import Undecodable
from safelight.hashing.signal import Reason
from safelight.review.derivatives.film import open_film
from safelight.review.derivatives.request import DecodeLimits
from safelight.testing.films import make_film, turn_film
from safelight.testing.synthetic import paint

PICTURES = [paint(seed, width=160, height=120) for seed in range(1, 4)]
LIMITS = DecodeLimits()


@pytest.fixture(scope="module")
def film() -> bytes:
    return make_film(PICTURES)


def difference(pixels: np.ndarray, number: int) -> float:
    """Return how far pixels are from a picture of the film, in steps of brightness on average."""
    return float(np.abs(pixels.astype(int) - np.asarray(PICTURES[number]).astype(int)).mean())


@pytest.mark.parametrize(
    ("codec", "container"),
    [
        ("libx264", "mp4"),
        ("libx265", "mp4"),
        ("libvpx-vp9", "webm"),
        ("mpeg4", "avi"),
        ("mpeg4", "matroska"),
        ("flv", "flv"),
        ("wmv2", "asf"),
        ("mpeg2video", "mpegts"),
    ],
)
def test_each_second_is_a_frame_and_shows_what_is_seen_then(codec: str, container: str) -> None:
    film = open_film(io.BytesIO(make_film(PICTURES, codec=codec, container=container)), LIMITS)
    assert film.count == 3
    for moment in (2, 0, 1):
        shot = film.shot(moment)
        assert difference(shot.pixels, moment) < 12 < difference(shot.pixels, (moment + 1) % 3)
        assert shot.is_sound


def test_what_a_phone_turned_is_told_as_pictures_tell_it(film: bytes) -> None:
    assert open_film(io.BytesIO(film), LIMITS).shot(0).orientation == 1
    assert open_film(io.BytesIO(turn_film(film)), LIMITS).shot(0).orientation == 6


def test_a_long_film_has_no_more_frames_than_the_limits_allow(film: bytes) -> None:
    cut = open_film(io.BytesIO(film), DecodeLimits(max_frames=2))
    assert cut.count == 2
    assert difference(cut.shot(1).pixels, 2) < 12


def test_a_film_with_larger_pictures_than_allowed_is_not_decoded(film: bytes) -> None:
    with pytest.raises(Undecodable) as error:
        open_film(io.BytesIO(film), DecodeLimits(max_pixels=160 * 119))
    assert error.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize("data", [b"", b"\0\0\0\x20ftypisom" + bytes(100), b"no film at all"])
def test_what_cannot_be_opened_is_unreadable(data: bytes) -> None:
    with pytest.raises(Undecodable) as error:
        open_film(io.BytesIO(data), LIMITS)
    assert error.value.reason is Reason.UNREADABLE


def test_a_list_of_other_files_is_no_film(tmp_path, film: bytes) -> None:
    beside = tmp_path / "film.mp4"
    beside.write_bytes(film)
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{beside}\n#EXT-X-ENDLIST\n"
    for data in (playlist, f"ffconcat version 1.0\nfile '{beside}'\n"):
        with pytest.raises(Undecodable):
            open_film(io.BytesIO(data.encode()), LIMITS)


def test_of_a_film_that_was_cut_off_the_first_part_is_shown() -> None:
    whole = make_film(PICTURES, codec="mpeg4", container="matroska")
    film = open_film(io.BytesIO(whole[: len(whole) * 3 // 4]), LIMITS)
    assert difference(film.shot(0).pixels, 0) < 12


def test_a_damaged_film_is_shown_or_refused_and_nothing_else(film: bytes) -> None:
    generator = np.random.default_rng(7)
    for _ in range(60):
        damaged = bytearray(film)
        for place in generator.integers(0, len(film), 20):
            damaged[place] ^= 0xFF
        try:
            shown = open_film(io.BytesIO(bytes(damaged)), LIMITS)
            assert shown.shot(shown.count - 1).pixels.ndim == 3
        except Undecodable:
            continue
