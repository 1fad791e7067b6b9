"""A session lives within its times, and what takes a fresh one is refused to any other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from safelight.access.signing_in.session import Session, Stage, require_fresh, require_signed_in
from safelight.errors import NotAllowed, ReauthenticationNeeded

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SESSION = Session(
    id=1,
    person_id=1,
    stage=Stage.SIGNED_IN,
    means=None,
    browser="",
    made_at=NOW,
    used_at=NOW,
    authenticated_at=NOW,
    fresh_until=NOW + 10 * MINUTE,
    ends_at=NOW + 12 * HOUR,
)


@pytest.mark.parametrize(
    ("session", "at", "lives"),
    [
        (SESSION, NOW, True),
        (SESSION, NOW + 29 * MINUTE, True),
        (SESSION, NOW + 30 * MINUTE, False),
        (SESSION, NOW - 5 * MINUTE, True),
        (SESSION, NOW - 6 * MINUTE, False),
        (replace(SESSION, used_at=NOW + 12 * HOUR - MINUTE), NOW + 12 * HOUR - MINUTE, True),
        (replace(SESSION, used_at=NOW + 12 * HOUR - MINUTE), NOW + 12 * HOUR, False),
        (replace(SESSION, used_at=NOW + HOUR), NOW, False),
    ],
)
def test_it_lives_within_its_times(session: Session, at: datetime, lives: bool) -> None:
    assert session.is_living(at, idle=30 * MINUTE) is lives


@pytest.mark.parametrize(
    ("after", "is_fresh"), [(-6, False), (-5, True), (0, True), (9, True), (10, False), (600, False)]
)
def test_it_is_fresh_for_some_minutes(after: int, is_fresh: bool) -> None:
    if is_fresh:
        require_fresh(SESSION, NOW + after * MINUTE)
    else:
        with pytest.raises(ReauthenticationNeeded):
            require_fresh(SESSION, NOW + after * MINUTE)


@pytest.mark.parametrize("stage", [Stage.AWAITING, Stage.ENROLLING])
def test_one_that_is_not_signed_in_may_nothing(stage: Stage) -> None:
    for guard in (require_signed_in, lambda session: require_fresh(session, NOW)):
        with pytest.raises(NotAllowed, match="not signed in wholly"):
            guard(replace(SESSION, stage=stage))
