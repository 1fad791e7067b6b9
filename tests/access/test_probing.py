"""Many look-ups of nearly the same picture by one key raise an alarm, ordinary traffic does not."""

import threading

import numpy as np
import pytest

from safelight.access.probing import ProbingWatch
from safelight.roles import Actor, ActorKind


@pytest.fixture
def watch(moving) -> ProbingWatch:
    return ProbingWatch(limit=100, monotonic=moving.monotonic, most_watched=4)


@pytest.fixture
def draw():
    return np.random.default_rng(6)


def _actor(key_id: int | None = 1, name: str = "shop") -> Actor:
    return Actor(kind=ActorKind.SERVICE, name=name, key_id=key_id)


def _altered(draw, count: int, bits: int = 6) -> list[bytes]:
    """Return values of which each differs from one picture's in a few bits."""
    middle, altered = int.from_bytes(draw.bytes(32), "big"), []
    for _ in range(count):
        number = middle
        for place in draw.choice(256, size=bits, replace=False):
            number ^= 1 << int(place)
        altered.append(number.to_bytes(32, "big"))
    return altered


def test_somebody_who_tries_how_far_to_alter_a_picture_raises_an_alarm(watch, draw) -> None:
    alarms = [watch.note(_actor(), [value]) for value in _altered(draw, 400)]
    (number,) = [place for place, alarm in enumerate(alarms) if alarm is not None]
    assert 50 <= number <= 200
    alarm = alarms[number]
    assert alarm is not None
    assert (alarm.key_id, alarm.actor_name, alarm.lookups) == (1, "shop", number + 1)


def test_also_among_much_other_traffic_and_in_batches(watch, draw) -> None:
    altered = _altered(draw, 400)
    alarms = [watch.note(_actor(), [*(draw.bytes(32) for _ in range(50)), value]) for value in altered]
    assert sum(alarm is not None for alarm in alarms) == 1


def test_a_picture_that_many_people_send_raises_none(watch, draw) -> None:
    values = _altered(draw, 20)
    assert [watch.note(_actor(), values) for _ in range(200)] == [None] * 200


def test_ordinary_traffic_raises_none(watch, draw) -> None:
    assert watch.note(_actor(), (draw.bytes(32) for _ in range(30_000))) is None


def test_there_is_one_alarm_for_each_key_and_hour(watch, draw, moving) -> None:
    def probe(key_id: int) -> bool:
        return watch.note(_actor(key_id), _altered(draw, 400)) is not None

    assert [probe(1), probe(1), probe(2)] == [True, False, True]
    moving.move(3599)
    assert not probe(1)
    moving.move(1)
    assert probe(1)


def test_what_lies_an_hour_apart_is_not_counted_together(watch, draw, moving) -> None:
    altered = _altered(draw, 80, bits=2)
    assert watch.note(_actor(), altered[:40]) is None
    moving.move(3600)
    assert watch.note(_actor(), altered[40:]) is None


def test_keys_are_not_counted_together_and_who_has_none_is_watched_by_name(watch, draw) -> None:
    altered = _altered(draw, 400, bits=2)
    for number, value in enumerate(altered[:120]):
        assert watch.note(_actor(number % 4), [value]) is None
    alarm = watch.note(_actor(None, "keyless"), altered)
    assert alarm is not None
    assert (alarm.key_id, alarm.actor_name) == (None, "keyless")


def test_no_more_keys_are_watched_than_the_most(watch, draw) -> None:
    for key_id in range(20):
        watch.note(_actor(key_id), [draw.bytes(32)])
    assert len(watch) == 4


def test_many_threads_of_one_key_raise_one_alarm(watch, draw) -> None:
    altered, alarms = _altered(draw, 800), []

    def look_up(part: list[bytes]) -> None:
        alarms.extend(alarm for value in part if (alarm := watch.note(_actor(), [value])) is not None)

    threads = [threading.Thread(target=look_up, args=(altered[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(alarms) == 1
