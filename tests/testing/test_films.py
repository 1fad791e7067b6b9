"""Films for tests: as long as they have pictures, each seen for a second."""

import io

import av

from safelight.testing.films import make_film, turn_film
from safelight.testing.synthetic import paint


def test_a_film_is_as_long_as_it_has_pictures_and_has_no_sound() -> None:
    film = make_film([paint(1, width=64, height=48), paint(2, width=64, height=48)])
    with av.open(io.BytesIO(film)) as container:
        assert container.duration == 2 * av.time_base
        assert [stream.type for stream in container.streams] == ["video"]


def test_a_turned_film_says_so_and_is_otherwise_the_same() -> None:
    film = make_film([paint(1, width=64, height=48)])
    with av.open(io.BytesIO(turn_film(film))) as container:
        assert next(container.decode(video=0)).rotation == -90
