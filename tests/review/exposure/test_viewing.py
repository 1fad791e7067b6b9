"""Yes, no or unknown: the table of DESIGN 4, and nothing is ever defaulted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from safelight.intake.media import Answer
from safelight.review.exposure.exposure import Delivery, Exposure
from safelight.review.exposure.level import Level
from safelight.review.exposure.viewing import viewed_by_provider

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
CARD = Exposure(
    id=1,
    person_id=1,
    evidence_id="e",
    level=Level.CARD,
    frame=0,
    reason="r",
    revealed_at=AT,
    must_hide_at=AT + timedelta(seconds=60),
    delivery=Delivery.DELIVERED,
    frame_count=None,
    is_sound=True,
    confirmed_at=None,
    ended_at=None,
    ended_by=None,
)
LARGE = replace(CARD, level=Level.LARGE, frame_count=1)
WHOLE = replace(LARGE, level=Level.ORIGINAL, confirmed_at=AT)
FAILED = replace(WHOLE, delivery=Delivery.FAILED, confirmed_at=None)


def _page(number: int, **more) -> Exposure:
    return replace(WHOLE, **{"id": number, "frame": number, "frame_count": 3, **more})


@pytest.mark.parametrize("before", list(Answer))
@pytest.mark.parametrize(
    ("exposures", "answer", "told"),
    [
        ([CARD, LARGE, WHOLE], Answer.YES, "whole original was delivered and confirmed"),
        ([_page(0), _page(1), _page(2)], Answer.YES, "whole original"),
        ([LARGE], Answer.UNKNOWN, "up to the level large"),
        ([replace(WHOLE, confirmed_at=None)], Answer.UNKNOWN, "not confirmed"),
        ([replace(WHOLE, delivery=Delivery.OPENED, confirmed_at=None)], Answer.UNKNOWN, "not known whether"),
        ([replace(WHOLE, is_sound=False)], Answer.UNKNOWN, "damaged"),
        ([replace(WHOLE, frame_count=None)], Answer.UNKNOWN, "unknown number of"),
        ([_page(0), _page(2)], Answer.UNKNOWN, "Of 3 frames or pages 2"),
        ([_page(0), _page(1), _page(2, person_id=2)], Answer.UNKNOWN, "Of 3 frames or pages 3"),
        ([replace(LARGE, confirmed_at=AT), replace(WHOLE, confirmed_at=None)], Answer.UNKNOWN, "not confirmed"),
        ([replace(WHOLE, person_id=None)], Answer.YES, "whole original"),
        ([_page(0, person_id=None), _page(1, person_id=None), _page(2, person_id=None)], Answer.UNKNOWN, "Of 3"),
    ],
)
def test_what_was_delivered_decides_whatever_intake_said(exposures, before, answer, told) -> None:
    viewed = viewed_by_provider(exposures, before)
    assert viewed.answer is answer
    assert told in viewed.sentence


@pytest.mark.parametrize("exposures", [[], [CARD], [CARD, FAILED]])
@pytest.mark.parametrize(
    ("before", "answer", "told"),
    [
        (Answer.NO, Answer.NO, "nobody saw it before"),
        (Answer.YES, Answer.UNKNOWN, "somebody saw it before"),
        (Answer.UNKNOWN, Answer.UNKNOWN, "did not say"),
    ],
)
def test_where_nothing_was_delivered_intake_decides_between_no_and_unknown(exposures, before, answer, told) -> None:
    viewed = viewed_by_provider(exposures, before)
    assert viewed.answer is answer
    assert told in viewed.sentence
