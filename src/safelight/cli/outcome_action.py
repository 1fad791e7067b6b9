"""`safelight outcome action add | list`: what the platform did, where it does not tell so itself."""

from datetime import datetime
from typing import Annotated

from cyclopts import Parameter

from safelight.cli.moments import in_utc, minute
from safelight.cli.options import Workspace
from safelight.cli.outcome import After, Limit
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.flow.outcomes import acting
from safelight.intake.media import Answer
from safelight.outcomes.action import ActionKind, NewAction


def add(
    *,
    kind: Annotated[ActionKind, Parameter(help="What the platform did.")],
    subject: Annotated[str, Parameter(help="The account that it is about, by the platform's own id.")] = "",
    content: Annotated[str, Parameter(help="The content that it is about, by the platform's own id.")] = "",
    at: Annotated[datetime | None, Parameter(help="When it was done; now unless given.")] = None,
    user_told: Annotated[Answer, Parameter(help="Whether the user was told.")] = Answer.UNKNOWN,
    case: Annotated[int | None, Parameter(help="The case; else it is looked for.")] = None,
    workspace: Workspace = None,
) -> int:
    """Write down what the platform did about an account or content. Told twice, it is one."""
    house = open_named(workspace)
    new = NewAction(
        kind=kind,
        acted_at=in_utc(at) or house.clock.now(),
        subject_id=subject,
        content_id=content,
        user_told=user_told,
        case_id=case,
    )
    number, is_new = acting.tell_action(house.outcome_desk(), new)
    Voice().say(f"Action {number}{'' if is_new else ', which was there already'}.")
    return 0


def list_actions(
    *,
    case: Annotated[int | None, Parameter(help="Of this case alone.")] = None,
    after: After = 0,
    limit: Limit = 100,
    workspace: Workspace = None,
) -> int:
    """List what the platform did, the oldest first. Times are UTC."""
    desk = open_named(workspace).outcome_desk()
    table = new_table("action", "kind", "at", "account", "content", "user told", "case")
    for each in acting.list_actions(desk, case_id=case, after_id=after, limit=limit):
        about = (printable(each.subject_id.encode()), printable(each.content_id.encode()))
        case_id = "-" if each.case_id is None else str(each.case_id)
        table.add_row(str(each.id), each.kind.value, minute(each.acted_at), *about, each.user_told.value, case_id)
    Voice().print(table)
    return 0
