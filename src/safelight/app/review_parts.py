"""Choosing the parts that reviewing takes."""

from datetime import timedelta

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
