"""A claim is one person's, for a time."""

from datetime import timedelta

import pytest

from safelight.errors import ClaimLost, NotAllowed
from safelight.review.claim import Claim, require_free, require_person
from safelight.roles import Actor, ActorKind

ANN = Actor(kind=ActorKind.PERSON, name="Ann")
BOB = Actor(kind=ActorKind.PERSON, name="bob")


def test_a_claim_counts_until_its_time_is_over(clock) -> None:
    claim = Claim(holder="ann", until_at=clock.now() + timedelta(seconds=1))
    assert claim.is_live(clock.now())
    assert not claim.is_live(clock.now() + timedelta(seconds=1))


def test_a_case_is_free_for_who_has_it_and_for_all_when_nobody_has_it_any_more(clock) -> None:
    claim = Claim(holder="ann ", until_at=clock.now() + timedelta(seconds=1))
    require_free(claim, ANN, clock.now(), 1)
    require_free(None, BOB, clock.now(), 1)
    require_free(claim, BOB, clock.now() + timedelta(seconds=1), 1)
    with pytest.raises(ClaimLost):
        require_free(claim, BOB, clock.now(), 1)


def test_a_program_is_no_person() -> None:
    require_person(ANN)
    require_person(Actor(kind=ActorKind.SYSTEM_USER, name="root"))
    with pytest.raises(NotAllowed):
        require_person(Actor(kind=ActorKind.SERVICE, name="ann"))
