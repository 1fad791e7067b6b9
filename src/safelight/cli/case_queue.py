"""`safelight case queue | claim | release`: what waits, in what order and why, and who has what."""

from typing import Annotated

from cyclopts import Parameter

from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.flow.review import claiming, working
from safelight.review.queue_queries import Queued, count_waiting, explain_standing, find_standing
from safelight.review.standing import Standing

Without = Annotated[
    list[str] | None, Parameter(help="A category that you do not wish to see. Can be repeated.", negative="")
]


def queue(
    *,
    without: Without = None,
    explain: Annotated[int | None, Parameter(help="Only this case, with every part of its points.")] = None,
    limit: Annotated[int, Parameter(help="How many cases to show.")] = 20,
    workspace: Workspace = None,
) -> int:
    """Show what waits for you, the most urgent first, without what you opted out of.

    The order is the sum of the points that are shown.
    """
    house = open_named(workspace)
    with read(house.engine) as tx:
        if explain is not None:
            _explain(explain_standing(find_standing(tx, explain), house.clock.now()))
            return 0
        counts = count_waiting(tx)
    page = working.page_waiting(house.review_desk(), without=without or (), limit=limit)
    table = new_table("case", "waits for", "points", "of these", "may show", "yours")
    for each in page:
        parts = ", ".join(f"{part.name.value} {part.points}" for part in each.parts if part.points)
        table.add_row(str(each.standing.case_id), _seat(each.standing), str(each.points), parts, *_rest(each))
    Voice().print(table)
    Voice().say("In all: " + (", ".join(f"{count} for {seat.value}" for seat, count in counts.items()) or "none"))
    return 0


def claim(case: int | None = None, /, *, without: Without = None, workspace: Workspace = None) -> int:
    """Take the most urgent case that nobody has, or one by its number. It is yours for a time, and as you work."""
    desk = open_named(workspace).review_desk()
    taken = claiming.claim_next(desk, without=without or ()) if case is None else claiming.claim_case(desk, case)
    if taken is None or taken.claim is None:
        Voice().say("Nothing waits that you may decide on.")
        return 0
    until = f"{taken.claim.until_at:%H:%M}"
    Voice().say(f"Case {taken.case_id} is yours until {until} UTC, as {_seat(taken)} reader. See: case show")
    return 0


def release(case: int, /, *, workspace: Workspace = None) -> int:
    """Give a case back. What you have drafted is kept."""
    claiming.release_claim(open_named(workspace).review_desk(), case)
    Voice().say(f"Case {case} is anybody's again.")
    return 0


def _explain(queued: Queued) -> None:
    table = new_table("part", "points", "why")
    for part in queued.parts:
        table.add_row(part.name.value, str(part.points), printable(part.why.encode()))
    table.add_row("sum", str(queued.points), "")
    Voice().print(table)


def _rest(each: Queued) -> tuple[str, str]:
    claimed = each.standing.claim
    return ", ".join(sorted(each.standing.categories)), "" if claimed is None else f"{claimed.until_at:%H:%M}"


def _seat(standing: Standing) -> str:
    return standing.seat.value if standing.seat else "nobody"
