"""`safelight case decide | draft`: deciding on a case, on items of it, or on a group of likes."""

import sys
from typing import Annotated

from cyclopts import Parameter

from safelight.cli.options import Workspace
from safelight.cli.voice import Voice
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.flow.review import deciding, texts
from safelight.flow.review.desk import ReviewDesk
from safelight.review.decided import Decided
from safelight.review.decision import Annotation, Finding, IncidentType, Ruling
from safelight.review.decision_queries import due_items, items_of_group
from safelight.review.scheme import Classification


def decide(
    case: int | None = None,
    /,
    *,
    finding: Annotated[Finding | None, Parameter(help="What you find.")] = None,
    reasons: Annotated[str, Parameter(help="Why; kept sealed.")] = "",
    label: Annotated[str | None, Parameter(help="The class, as SCHEME:LABEL (`case schemes`).")] = None,
    incident: Annotated[IncidentType | None, Parameter(help="What happened.")] = None,
    annotation: Annotated[list[Annotation] | None, Parameter(help="What else. Can be repeated.", negative="")] = None,
    imminent: Annotated[bool, Parameter(help="A child may be in danger now.", negative="")] = False,
    item: Annotated[list[int] | None, Parameter(help="Only this item. Can be repeated.", negative="")] = None,
    group: Annotated[int | None, Parameter(help="All likes of this group, in whatever case.")] = None,
    by_memory: Annotated[bool, Parameter(help="As two people found the same bytes before.", negative="")] = False,
    workspace: Workspace = None,
) -> int:
    """Decide on all that is due in a case, on items of it, or on a group of likes over several cases."""
    desk = open_named(workspace).review_desk()
    if by_memory and case is not None and finding is None:
        done = [deciding.decide_by_memory(desk, case, item_ids=item or _due(desk, case), reasons=reasons)]
    else:
        ruling = _ruling(finding, reasons, label, incident, annotation, imminent=imminent)
        done = _decide(desk, case, group, item, ruling)
    for each in done:
        _tell(each)
    return 0


def draft(
    case: int,
    /,
    *,
    text: Annotated[str | None, Parameter(help="What to save; `-` reads it from standard input.")] = None,
    workspace: Workspace = None,
) -> int:
    """Show what you have written about a case so far, or save it. Nobody else reads it."""
    desk = open_named(workspace).review_desk()
    if text is None:
        Voice().say(texts.read_draft(desk, case) or "You have written nothing about it.")
        return 0
    is_mine = texts.save_draft(desk, case, sys.stdin.read() if text == "-" else text)
    Voice().say("Saved." if is_mine else "Saved. The case is not yours at this moment.")
    return 0


def _decide(
    desk: ReviewDesk, case: int | None, group: int | None, item: list[int] | None, ruling: Ruling
) -> list[Decided]:
    if (case is None) == (group is None):
        raise InvalidValue("Name a case, or a group of likes with --group.")
    if case is not None:
        return [deciding.decide(desk, case, ruling, item_ids=item)]
    with read(desk.engine) as tx:
        likes = items_of_group(tx, group or 0, limit=deciding.MOST_ITEMS)
    return deciding.decide_group(desk, ruling, item_ids=[each.id for each in likes])


def _due(desk: ReviewDesk, case: int) -> list[int]:
    with read(desk.engine) as tx:
        return due_items(tx, case)


def _ruling(
    finding: Finding | None,
    reasons: str,
    label: str | None,
    incident: IncidentType | None,
    annotation: list[Annotation] | None,
    *,
    imminent: bool,
) -> Ruling:
    if finding is None:
        raise InvalidValue(f"Say what you find: --finding {'|'.join(Finding)}.")
    scheme, _, word = (label or "").partition(":")
    return Ruling(
        finding=finding,
        reasons=reasons,
        classification=None if label is None else Classification(scheme=scheme, label=word),
        annotations=frozenset(annotation or ()),
        incident_type=incident,
        is_imminent=imminent,
    )


def _tell(done: Decided) -> None:
    told = f"Decision {done.decision_id}. Case {done.case.id} is {done.case.state.value}."
    if done.due:
        told += f" Still to be decided on: item {', '.join(map(str, done.due))}."
    Voice().say(told)
