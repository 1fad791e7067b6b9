"""A key does so much a minute and so much at once, and a refusal says when to come again."""

import threading

import pytest

from safelight.access.rate import Rate
from safelight.access.rate_limits import RateLimits
from safelight.errors import RateLimited
from safelight.roles import Actor, ActorKind

USUAL = Rate(per_minute=60, burst=3)


def _actor(key_id: int | None, name: str = "shop") -> Actor:
    return Actor(kind=ActorKind.SERVICE, name=name, key_id=key_id)


@pytest.fixture
def limits(moving) -> RateLimits:
    return RateLimits(USUAL, monotonic=moving.monotonic)


def test_a_burst_is_let_in_and_then_as_many_as_time_gives(limits, moving) -> None:
    for _ in range(3):
        limits.take(_actor(1))
    with pytest.raises(RateLimited, match="60 requests a minute") as caught:
        limits.take(_actor(1))
    assert caught.value.retry_after_s == pytest.approx(1.0)
    moving.move(0.4)
    with pytest.raises(RateLimited) as caught:
        limits.take(_actor(1))
    assert caught.value.retry_after_s == pytest.approx(0.6)
    moving.move(0.6)
    limits.take(_actor(1))


def test_a_bucket_never_holds_more_than_the_burst(limits, moving) -> None:
    limits.take(_actor(1))
    moving.move(3600)
    for _ in range(3):
        limits.take(_actor(1))
    with pytest.raises(RateLimited):
        limits.take(_actor(1))


def test_keys_do_not_hinder_each_other_and_neither_do_those_who_act_without_one(limits) -> None:
    for actor in (_actor(1), _actor(2), _actor(None, "keyless"), _actor(None, "other")):
        for _ in range(3):
            limits.take(actor)
        with pytest.raises(RateLimited):
            limits.take(actor)


def test_a_key_of_its_own_rate_goes_by_that(moving) -> None:
    limits = RateLimits(USUAL, rate_of={7: Rate(per_minute=6000, burst=100)}.get, monotonic=moving.monotonic)
    for _ in range(100):
        limits.take(_actor(7))
    with pytest.raises(RateLimited) as caught:
        limits.take(_actor(7))
    assert caught.value.retry_after_s == pytest.approx(0.01)


def test_what_costs_more_takes_more_and_what_costs_more_than_a_bucket_takes_a_full_one(limits, moving) -> None:
    limits.take(_actor(1), 2)
    with pytest.raises(RateLimited):
        limits.take(_actor(1), 2)
    limits.take(_actor(1), 1)
    with pytest.raises(RateLimited) as caught:
        limits.take(_actor(1), 1_000_000)
    assert caught.value.retry_after_s == pytest.approx(3.0)
    moving.move(3)
    limits.take(_actor(1), 1_000_000)


def test_there_are_never_more_buckets_than_the_most(moving) -> None:
    limits = RateLimits(USUAL, monotonic=moving.monotonic, most_buckets=10)
    for number in range(100):
        limits.take(_actor(number))
    assert len(limits) == 10


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing(limits, moving) -> None:
    limits.take(_actor(1))
    moving.move(-100)
    limits.take(_actor(1), 2)
    with pytest.raises(RateLimited):
        limits.take(_actor(1))


def test_many_threads_together_get_no_more_than_the_burst() -> None:
    limits = RateLimits(Rate(per_minute=1, burst=500), monotonic=lambda: 0.0)
    let_in: list[int] = []

    def ask() -> None:
        for _ in range(400):
            try:
                limits.take(_actor(1))
            except RateLimited:
                return
            let_in.append(1)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_in) == 500
