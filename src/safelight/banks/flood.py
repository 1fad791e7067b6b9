"""The flood guard: an entry that suddenly matches far more than it ever did is probably no good entry."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from safelight.banks.control import EntryControl, Opinion

HOUR = timedelta(hours=1)
_A_PAST_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodRule:
    """When an entry floods: `minimum` media in one hour, and `factor` times its mean hour of the last `days`.

    In its first day an entry floods at `first_day_minimum`.
    """

    minimum: int = 100
    factor: int = 10
    days: int = 30
    first_day_minimum: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """How many media an entry matched in the whole hours before this one, back to where the rule looks.

    `hours` is how many hours those are: fewer than the rule's days for an entry that came into its bank since.
    """

    media: int
    hours: int


def hour_of(moment: datetime) -> datetime:
    """Return when the hour of a moment began, in UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def kept_since(rule: FloodRule, now: datetime) -> datetime:
    """Return the first hour that the rule still looks at; counts of earlier ones are deleted."""
    return hour_of(now) - timedelta(days=rule.days)


def hours_between(first: datetime, now: datetime, rule: FloodRule) -> int:
    """Return how many whole hours of an entry's past there are, if it came into its bank at `first`."""
    since = max(hour_of(first), kept_since(rule, now))
    return max(0, (hour_of(now) - since) // HOUR)


def judge_flood(rule: FloodRule, count: int, past: Past, control: EntryControl, now: datetime) -> str | None:
    """Return why an entry that matched `count` media in this hour goes into quarantine, or None if it does not.

    It goes there when all of these hold:

    - it is not there already;
    - our reviewers did not confirm it: what floods then is real, and hiding it would be the greater harm;
    - it matched at least the rule's `minimum` media in this hour;
    - that is at least `factor` times the mean of its hours before. Hours without a match count as 0;
    - in its first day, when it has no past to speak of and what has gathered for years may be scanned at once, it
      matched at least the rule's `first_day_minimum`;
    - it is at least twice what a person last released it with, if that was within the rule's days.
    """
    if control.is_quarantined or control.opinion is Opinion.CONFIRMED or count < rule.minimum:
        return None
    if past.hours < _A_PAST_HOURS and count < rule.first_day_minimum:
        return None
    if count * past.hours < rule.factor * past.media or count < 2 * _released_with(rule, control, now):
        return None
    if not past.hours:
        return f"matched {count} media in its first hour here, with no past to hold that against"
    return f"matched {count} media in an hour, against {past.media} in the {past.hours} hours before"


def _released_with(rule: FloodRule, control: EntryControl, now: datetime) -> int:
    is_recent = control.released_at is not None and control.released_at >= kept_since(rule, now)
    return control.released_count if is_recent else 0
