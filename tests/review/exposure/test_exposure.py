from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from safelight.review.exposure.exposure import Delivery, Ending, Exposure
from safelight.review.exposure.level import Level

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
OPEN = Exposure(
    id=1,
    person_id=1,
    evidence_id="e",
    level=Level.SMALL,
    frame=0,
    reason="r",
    revealed_at=AT,
    must_hide_at=AT + timedelta(seconds=60),
    delivery=Delivery.OPENED,
    frame_count=None,
    is_sound=False,
    confirmed_at=None,
    ended_at=None,
    ended_by=None,
)


def test_an_exposure_is_open_until_it_is_ended_or_its_cap_is_reached() -> None:
    assert OPEN.is_open_at(AT)
    assert not OPEN.is_open_at(OPEN.must_hide_at)
    assert not replace(OPEN, ended_at=AT, ended_by=Ending.HIDDEN).is_open_at(AT)


@pytest.mark.parametrize(
    ("level", "delivery", "answer"),
    [
        (Level.CARD, Delivery.DELIVERED, False),
        (Level.SMALL, Delivery.OPENED, True),
        (Level.SMALL, Delivery.DELIVERED, True),
        (Level.SMALL, Delivery.FAILED, False),
    ],
)
def test_whatever_was_begun_may_have_been_seen(level, delivery, answer) -> None:
    assert replace(OPEN, level=level, delivery=delivery).may_have_shown is answer
