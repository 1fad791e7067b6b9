"""Choosing the parts that reviewing takes."""

from datetime import timedelta

from safelight.review.exposure.limits import Limits, read_hours
from safelight.review.rules import ReviewRules
from safelight.review.second_reading import WHOLE_SHARE, SecondReading
from safelight.settings import Settings


def review_rules(settings: Settings) -> ReviewRules:
    """Return what the operator has set about reviewing."""
    return ReviewRules(
        claim_lasts=timedelta(minutes=settings.claim_minutes),
        most_claims=settings.most_claims,
        second=SecondReading(
            clearing=settings.second_reader_clearing,
            near_distance=settings.second_reader_near_distance,
            share=round(settings.second_reader_share_percent * WHOLE_SHARE / 100),
        ),
        is_single_person_mode=settings.single_person_mode,
        memory_lasts=timedelta(days=settings.verdict_memory_days),
        near_duplicate_distance=settings.near_duplicate_distance,
        is_path_on=settings.hash_confirmed_path,
        path_cap=settings.hash_confirmed_daily_cap,
    )


def house_limits(settings: Settings) -> Limits:
    """Return the house's limits on what anybody is shown."""
    return Limits(
        minutes_per_day=settings.review_minutes_per_day,
        large_minutes_per_day=settings.review_large_minutes_per_day,
        original_minutes_per_day=settings.review_original_minutes_per_day,
        break_after_minutes=settings.review_break_after_minutes,
        break_minutes=settings.review_break_minutes,
        days_in_a_row=settings.review_days_in_a_row,
        cap_seconds=settings.review_cap_seconds,
        hours=read_hours(settings.review_hours),
        time_zone=settings.review_time_zone,
    )
