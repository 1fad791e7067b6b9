"""What an operator sets about reviewing comes to count."""

from datetime import time, timedelta
from pathlib import Path

from safelight.app.review_parts import house_limits, review_rules
from safelight.review.exposure.limits import Hours, Limits
from safelight.review.rules import ReviewRules
from safelight.settings import Settings


def test_what_nobody_sets_is_as_the_rules_themselves_say(tmp_path) -> None:
    assert review_rules(Settings(workspace=tmp_path)) == ReviewRules()


def test_every_setting_counts(tmp_path) -> None:
    rules = review_rules(
        Settings(
            workspace=tmp_path,
            claim_minutes=7,
            most_claims=2,
            second_reader_clearing=False,
            second_reader_near_distance=3,
            second_reader_share_percent=12.5,
            single_person_mode=True,
            verdict_memory_days=0,
            near_duplicate_distance=4,
            hash_confirmed_path=True,
            hash_confirmed_daily_cap=9,
        )
    )
    assert (rules.claim_lasts, rules.most_claims, rules.memory_lasts) == (timedelta(minutes=7), 2, timedelta(0))
    assert (rules.second.clearing, rules.second.near_distance, rules.second.share) == (False, 3, 1250)
    assert (rules.is_single_person_mode, rules.near_duplicate_distance) == (True, 4)
    assert (rules.is_path_on, rules.path_cap) == (True, 9)


def test_the_limits_are_those_of_the_settings_and_by_default_the_records_own(tmp_path: Path) -> None:
    assert house_limits(Settings(workspace=tmp_path)) == Limits()
    told = {"review_minutes_per_day": 100, "review_hours": "08:00-16:00", "review_time_zone": "Europe/Madrid"}
    limits = house_limits(Settings(workspace=tmp_path, **told))
    assert (limits.minutes_per_day, limits.time_zone) == (100, "Europe/Madrid")
    assert limits.hours == Hours(from_=time(8), until=time(16))
