"""`safelight case danger | deadline | hash-path`: what cannot wait, and what does not wait for anybody."""

from datetime import datetime
from typing import Annotated

from cyclopts import Parameter

from safelight.cli.bank_entry import Reason
from safelight.cli.options import Workspace
from safelight.cli.voice import Voice
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.flow.review import hash_path as paths
from safelight.flow.review import urgency
from safelight.review.decision_queries import find_path_mark


def danger(case: int, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Say that somebody may be in danger at this moment: the case comes before all others, and leads are alarmed."""
    urgency.mark_imminent(open_named(workspace).review_desk(), case, reason=reason)
    Voice().say(f"Case {case} comes first now. The addresses that take notices of danger are told.")
    return 0


def deadline(
    case: int,
    /,
    *,
    by: Annotated[datetime | None, Parameter(help="By when, with a zone; without it, by no time.")] = None,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Say by when a case is to be decided: it comes sooner as that comes near."""
    urgency.set_deadline(open_named(workspace).review_desk(), case, by, reason=reason)
    Voice().say(f"Case {case} is due {'at no time' if by is None else f'{by:%Y-%m-%d %H:%M %Z}'}.")
    return 0


def hash_path(
    *,
    on: Annotated[bool, Parameter(help="Switch it on again, after something switched it off.", negative="")] = False,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Show whether the hash-confirmed path is on, and why not; or switch it on again."""
    house = open_named(workspace)
    if on:
        paths.switch_path_on(house.review_desk(), reason=reason)
    with read(house.engine) as tx:
        mark = find_path_mark(tx)
    if not house.settings.hash_confirmed_path:
        Voice().say("It is off: the setting hash_confirmed_path is false.")
    elif mark.off_at is not None:
        Voice().say(f"It was switched off at {mark.off_at:%Y-%m-%d %H:%M} UTC. {mark.off_why}")
    else:
        Voice().say(f"It is on, for up to {house.settings.hash_confirmed_daily_cap} items in 24 hours.")
    return 0
