"""`safelight exposure …`: one's own dose, the sums of all, limits and lifts. Nothing of media is ever shown."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from cyclopts import Parameter

from safelight.app.review_parts import house_limits
from safelight.cli.bank_entry import Reason
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.flow.review import dose
from safelight.review.exposure import queries
from safelight.review.exposure.figures import OwnFigures, TeamWeek
from safelight.review.exposure.guard import Allowed
from safelight.review.exposure.lift import LiftKind
from safelight.review.exposure.limits import OwnLimits, read_hours

Minutes = Annotated[int | None, Parameter(help="In minutes; left out: as the house has it.")]


def mine(*, workspace: Workspace = None) -> int:
    """Show your own day: the person's whose name is that of your user on this machine. Nobody is shown another's."""
    house = open_named(workspace)
    _tell_own(dose.own_figures(house.engine, house.clock, house.actor, house_limits(house.settings)))
    return 0


def team(
    *, weeks: Annotated[int, Parameter(help="How many of the last weeks.")] = 4, workspace: Workspace = None
) -> int:
    """Show the sums of the last whole weeks over everybody, where at least five people beside you were at review."""
    house = open_named(workspace)
    table = new_table("week from", "hours at review", "pictures")
    for week in dose.team_weeks(house.engine, house.clock, house.actor, weeks=weeks):
        table.add_row(f"{week.began_at:%Y-%m-%d}", *_sums(week))
    Voice().print(table)
    return 0


def budget(
    person: str,
    /,
    *,
    per_day: Minutes = None,
    large: Minutes = None,
    original: Minutes = None,
    break_after: Minutes = None,
    break_minutes: Minutes = None,
    days_in_a_row: Annotated[int | None, Parameter(help="Days with pictures before one without.")] = None,
    cap_seconds: Annotated[int | None, Parameter(help="How long a picture stays.")] = None,
    hours: Annotated[str, Parameter(help="Such as 08:00-16:00, by their time zone.")] = "",
    time_zone: Annotated[str | None, Parameter(help="Such as Europe/Madrid.")] = None,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Set a person's own limits, in the place of those that they had. They count as far as they are tighter.

    Their own a person only tightens; all else is for somebody else.
    """
    house = open_named(workspace)
    own = OwnLimits(
        minutes_per_day=per_day,
        large_minutes_per_day=large,
        original_minutes_per_day=original,
        break_after_minutes=break_after,
        break_minutes=break_minutes,
        days_in_a_row=days_in_a_row,
        cap_seconds=cap_seconds,
        hours=read_hours(hours),
        time_zone=time_zone,
    )
    limits = house_limits(house.settings)
    dose.set_limits(house.engine, house.clock, house.actor, person, own, house=limits, reason=reason)
    Voice().say(f"The limits of {printable(person.encode())} are set. The house's count wherever they are tighter.")
    return 0


def lift(
    person: str,
    /,
    *,
    kind: Annotated[Literal["minutes", "hours", "rotation"], Parameter(help="What is set aside. Breaks never are.")],
    until: Annotated[datetime, Parameter(help="Within a week (UTC unless a zone is given).")],
    minutes: Annotated[int, Parameter(help="For `minutes`: so many more a day.")] = 0,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Ask for more than the limits allow, for a short time. Somebody else has to grant it."""
    house = open_named(workspace)
    end = until if until.tzinfo else until.replace(tzinfo=UTC)
    number = dose.ask_lift(
        house.engine,
        house.clock,
        house.actor,
        person,
        LiftKind(kind),
        until=end,
        reason=reason,
        extra_minutes=minutes,
    )
    Voice().say(f"Lift {number} waits. Somebody else grants it: safelight exposure grant {number}")
    return 0


def grant(number: int, /, *, workspace: Workspace = None) -> int:
    """Grant a lift that somebody else asked for."""
    house = open_named(workspace)
    dose.grant_lift(house.engine, house.clock, house.actor, number)
    Voice().say(f"Lift {number} counts from now on.")
    return 0


def refuse(number: int, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Refuse a lift that waits, with a reason; whoever asked for it takes it back so, and needs none."""
    house = open_named(workspace)
    dose.refuse_lift(house.engine, house.clock, house.actor, number, reason=reason)
    Voice().say(f"Lift {number} waits no more.")
    return 0


def lifts(*, workspace: Workspace = None) -> int:
    """List the lifts that wait to be granted."""
    house = open_named(workspace)
    with read(house.engine) as tx:
        waiting = queries.waiting_lifts(tx, house.clock, house.actor)
    table = new_table("lift", "person", "kind", "minutes", "until", "asked by", "reason")
    for each in waiting:
        asker, reason = (printable(text.encode()) for text in (each.asked_by.name, each.reason))
        until = f"{each.until:%Y-%m-%d %H:%M}"
        table.add_row(str(each.id), str(each.person_id), each.kind.value, str(each.extra_minutes), until, asker, reason)
    Voice().print(table)
    return 0


def whose(code: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Say whose staff code is drawn into a picture that leaked."""
    house = open_named(workspace)
    name = dose.find_by_staff_code(house.engine, house.clock, house.vault, house.actor, code, reason=reason)
    Voice().say(printable(name.encode()))
    return 0


def _tell_own(own: OwnFigures) -> None:
    voice, limits = Voice(), own.budget.limits
    voice.say(f"At review today: {own.review_minutes} of {limits.minutes_per_day} minutes, {own.pictures} pictures")
    voice.say(f"  large pictures: {own.large_minutes} of {limits.large_minutes_per_day} minutes")
    voice.say(f"  originals: {own.original_minutes} of {limits.original_minutes_per_day} minutes")
    voice.say(f"  since the last break: {own.since_break_minutes} of {limits.break_after_minutes} minutes")
    voice.say(f"  days in a row before today: {own.days_in_a_row} of {limits.days_in_a_row}")
    if isinstance(own.standing, Allowed):
        voice.say("The queue goes on.")
    else:
        until = "" if own.standing.until is None else f" until {own.standing.until:%Y-%m-%d %H:%M} UTC"
        voice.say(f"The queue pauses{until}: {own.standing.why.value}")


def _sums(week: TeamWeek) -> tuple[str, str]:
    if week.hours is None:
        return "too few people", "too few people"
    return str(week.hours), str(week.pictures)
