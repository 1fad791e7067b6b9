"""`safelight case decisions | group | agreement | schemes`: what was decided, and by which words."""

from typing import Annotated

from cyclopts import Parameter

from safelight.cli.moments import minute
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.flow.review.texts import read_reasons
from safelight.review.decision import Decision
from safelight.review.decision_queries import count_agreement, decisions_of, holding_on, items_of_group
from safelight.review.scheme import known_schemes


def decisions(
    case: int,
    /,
    *,
    reasons: Annotated[bool, Parameter(help="Open the reasons too.", negative="")] = False,
    workspace: Workspace = None,
) -> int:
    """Show what was decided on a case, the oldest first. What is still being read you see of your own alone."""
    house = open_named(workspace)
    with read(house.engine) as tx:
        found = decisions_of(tx, house.actor, case)
        holding = {decision.id for decision in holding_on(tx, case).values()}
    table = new_table("decision", "at", "by", "seat", "finding", "class", "items", "holds")
    for each in found:
        items = ", ".join(map(str, each.item_ids))
        holds = "yes" if each.id in holding else ""
        table.add_row(str(each.id), minute(each.decided_at), *_words(each), items, holds)
    Voice().print(table)
    for each in found if reasons else ():
        if each.reasons_id is not None:
            Voice().say(f"{each.id}: {printable(read_reasons(house.review_desk(), each.id).encode())}")
    return 0


def group(group: int, /, *, limit: int = 100, workspace: Workspace = None) -> int:
    """List the likes of one group in cases that have not ended. Decide on all at once with `case decide --group`."""
    with read(open_named(workspace).engine) as tx:
        found = items_of_group(tx, group, limit=limit)
    table = new_table("item", "case", "kind", "added", "evidence", whole=("evidence",))
    for item in found:
        table.add_row(str(item.id), str(item.case_id), item.kind.value, minute(item.added_at), item.evidence_id or "")
    Voice().print(table)
    return 0


def agreement(*, workspace: Workspace = None) -> int:
    """Show how often the second reader agreed with the first, by bank and threshold. Nobody is named."""
    with read(open_named(workspace).engine) as tx:
        found = count_agreement(tx)
    table = new_table("bank", "kind", "threshold", "read twice", "agreed")
    for each in found:
        table.add_row(each.bank_name, each.kind, str(each.threshold), str(each.read_twice), str(each.agreed))
    Voice().print(table)
    return 0


def schemes() -> int:
    """List the schemes and labels that a confirmation is classified by."""
    table = new_table("label", "meaning", "of")
    for scheme in known_schemes().values():
        for label, meaning in scheme.labels.items():
            table.add_row(f"{scheme.name}:{label}", meaning, scheme.title)
    Voice().print(table)
    return 0


def _words(each: Decision) -> tuple[str, str, str, str]:
    label = "" if each.classification is None else f"{each.classification.scheme}:{each.classification.label}"
    return printable(each.by_name.encode()) or "(erased)", each.seat.value, each.finding.value, label
