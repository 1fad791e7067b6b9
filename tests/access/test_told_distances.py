"""Distances are counted by who was told, and handed over when they were gathered for a while."""

from safelight.access.told_distances import GATHERED_S, DistanceLog, ToldDistances
from safelight.roles import Actor, ActorKind

SHOP = Actor(kind=ActorKind.SERVICE, name="shop", key_id=1)
OTHER = Actor(kind=ActorKind.SERVICE, name="shop", key_id=2)  # another key, whose name was that of the first
ADA = Actor(kind=ActorKind.PERSON, name="ada")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_each_key_is_told_is_added_up_and_given_once() -> None:
    clock = Clock()
    log = DistanceLog(monotonic=clock)
    for actor, count in ((SHOP, 3), (OTHER, 1), (SHOP, 2), (ADA, 0)):
        log.note(actor, count)
    assert log.take() == []
    clock.now = GATHERED_S
    told = log.take()
    assert {(each.actor.key_id, each.count) for each in told} == {(1, 5), (2, 1)}
    assert log.take(everything=True) == []


def test_what_could_not_be_written_down_waits_on() -> None:
    log = DistanceLog(monotonic=Clock())
    log.note(ADA, 1)
    log.put_back([ToldDistances(actor=ADA, count=4)])
    assert log.take(everything=True) == [ToldDistances(actor=ADA, count=5)]
