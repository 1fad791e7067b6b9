"""What an operator sets about cases, and about what reviewers are shown."""

from pydantic import BaseModel, Field, field_validator

from safelight.errors import InvalidValue
from safelight.review.exposure.limits import find_zone, read_hours


class ReviewSettings(BaseModel):
    """The part of the settings that is about review. Sizes and times carry their unit in the name."""

    closed_cases_days: int = Field(
        default=2557, ge=1, le=36_525, description="How long it is kept what a closed case was about."
    )
    ended_reports_days: int = Field(
        default=2557, ge=366, le=36_525, description="How long it is kept what a report said that was filed."
    )
    ended_outcomes_days: int = Field(
        default=2557, ge=1, le=36_525, description="How long it is kept who asked what after a report."
    )
    contact_warning_days: int = Field(
        default=7, ge=0, le=365, description="How long before a contact is due it is told that it nears."
    )

    report_due_hours: int = Field(
        default=24, ge=1, le=720, description="So long after the decision must a confirmed case be reported."
    )
    report_due_imminent_minutes: int = Field(
        default=60, ge=5, le=1440, description="The same where a child may be in danger at this moment."
    )

    claim_minutes: int = Field(
        default=30, ge=1, le=1440, description="How long a claimed case is somebody's who does nothing."
    )
    most_claims: int = Field(default=5, ge=1, le=1000, description="How many cases one person has at most.")
    second_reader_clearing: bool = Field(
        default=True, description="Whether two people clear an exact match from a verified bank."
    )
    second_reader_near_distance: int = Field(
        default=20, ge=0, le=256, description="Near matches that are farther are decided by two people."
    )
    second_reader_share_percent: float = Field(
        default=5.0, ge=0, le=100, description="The share of cases that is decided by two people whatever is found."
    )
    verdict_memory_days: int = Field(
        default=365, ge=0, le=3650, description="How long it is remembered what two people found; 0: not at all."
    )
    near_duplicate_distance: int = Field(
        default=15, ge=0, le=15, description="Pictures that differ in no more bits of PDQ are grouped."
    )
    hash_confirmed_path: bool = Field(
        default=False, description="Whether an exact match with a verified bank goes to a report unseen."
    )
    hash_confirmed_daily_cap: int = Field(
        default=100, ge=1, le=1_000_000, description="How many may in 24 hours before that is switched off."
    )
    draft_days: int = Field(default=30, ge=1, le=3650, description="How long a draft about a case is kept.")

    review_minutes_per_day: int = Field(default=240, ge=0, le=480, description="Time at review for one person and day.")
    review_large_minutes_per_day: int = Field(
        default=120, ge=0, le=480, description="Time of it with large pictures or originals on the screen."
    )
    review_original_minutes_per_day: int = Field(
        default=60, ge=0, le=480, description="Time of it with originals on the screen."
    )
    review_break_after_minutes: int = Field(
        default=60, ge=5, le=120, description="Time at review after which the queue pauses for a break."
    )
    review_break_minutes: int = Field(default=10, ge=2, le=120, description="How long a break is at least.")
    review_days_in_a_row: int = Field(
        default=5, ge=1, le=7, description="After so many days with pictures comes one without."
    )
    review_hours: str = Field(
        default="", max_length=11, description="The hours in which pictures are shown, as 08:00-16:00; empty: any."
    )
    review_time_zone: str = Field(
        default="UTC", max_length=100, description="The time zone of hours and days, unless a person has another."
    )
    review_cap_seconds: int = Field(
        default=60, ge=5, le=600, description="How long a picture stays unless it is asked for again."
    )
    review_colour: bool = Field(default=False, description="Whether large pictures are shown in colour.")
    exposure_days: int = Field(
        default=730, ge=190, le=36_525, description="How long it is kept to whom something was shown, and why."
    )

    @field_validator("review_hours")
    @classmethod
    def _hours_can_be_read(cls, text: str) -> str:
        try:
            read_hours(text)
        except InvalidValue as error:
            raise ValueError(str(error)) from error
        return text

    @field_validator("review_time_zone")
    @classmethod
    def _zone_is_known(cls, name: str) -> str:
        try:
            find_zone(name)
        except InvalidValue as error:
            raise ValueError(str(error)) from error
        return name
