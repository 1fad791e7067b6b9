"""Lines of a budget: used, most, left, with what a lift adds."""

from datetime import UTC, datetime, timedelta

from safelight.review.exposure.exposure import Look
from safelight.review.exposure.figures import own_figures
from safelight.review.exposure.guard import Budget, Past
from safelight.review.exposure.level import Level
from safelight.review.exposure.lift import Lift, LiftKind
from safelight.review.exposure.limits import Limits
from safelight.roles import Actor, ActorKind
from safelight.web.console.pages.budget_lines import BudgetLine, budget_lines, until_break

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
LEAD = Actor(kind=ActorKind.PERSON, name="Lena")


def figures(minutes: int, *lifts: Lift):
    look = Look(level=Level.ORIGINAL, began_at=NOW - timedelta(minutes=minutes), ended_at=NOW)
    return own_figures(NOW, Budget(limits=Limits(), lifts=lifts), Past(looks=(look,)))


def test_each_time_of_a_day_has_its_line() -> None:
    own = figures(50)
    told = [(line.name, line.used, line.most, line.left) for line in budget_lines(own, NOW)]
    assert told == [
        ("review", 50, 240, 190),
        ("large", 50, 120, 70),
        ("original", 50, 60, 10),
        ("since_break", 50, 60, 10),
    ]
    assert until_break(own) == 10


def test_a_lift_adds_to_every_time_but_not_to_what_comes_before_a_break() -> None:
    lift = Lift(
        id=1, person_id=1, kind=LiftKind.MINUTES, extra_minutes=30, until=NOW + timedelta(hours=1), reason="a raid",
        asked_at=NOW, asked_by=LEAD, granted_at=NOW, granted_by=LEAD,
    )  # fmt: skip
    assert [line.most for line in budget_lines(figures(5, lift), NOW)] == [270, 150, 90, 60]


def test_what_is_overdrawn_leaves_nothing_and_not_less() -> None:
    assert BudgetLine(name="review", used=70, most=60).left == 0
    assert until_break(figures(80)) == 0
