from datetime import UTC, datetime

import pytest

from safelight.review.exposure.guard import Refused, Why
from safelight.review.exposure.refusals import refusal


@pytest.mark.parametrize("why", list(Why))
def test_every_refusal_says_what_happened_and_until_when(why) -> None:
    error = refusal(Refused(why=why, until=datetime(2026, 11, 24, 8, tzinfo=UTC)))
    assert str(error).startswith("Nothing was shown. ")
    assert "2026-11-24 08:00 UTC" in str(error)
    assert (error.why, error.code) == (why.value, "exposure_refused")
    assert "from" not in str(refusal(Refused(why=Why.OPTED_OUT)))
