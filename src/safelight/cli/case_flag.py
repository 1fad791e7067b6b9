"""`safelight case flag | flags | open`: complaints, and what a reviewer brings."""

from datetime import datetime
from typing import Annotated

from cyclopts import Parameter

from safelight.cli.bank_entry import Reason
from safelight.cli.options import Workspace
from safelight.cli.table import new_table
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.flow.review import flagging, opening
from safelight.flow.review.texts import read_flag
from safelight.review.decision_queries import flags_of
from safelight.review.flag import CameFrom, Category, NewFlag

Subject = Annotated[str, Parameter(help="The account that it is about, by the platform's own id.")]
Content = Annotated[str, Parameter(help="The content that it is about, by the platform's own id.")]


def flag(
    *,
    subject: Subject = "",
    content: Content = "",
    category: Annotated[Category, Parameter(help="What it is about.")] = Category.UNKNOWN,
    came_from: Annotated[CameFrom, Parameter(name="--from", help="Who complained, by their part.")] = CameFrom.UNKNOWN,
    complainant: Annotated[str, Parameter(help="Who complained, by the platform's own id; sealed.")] = "",
    place: Annotated[str, Parameter(help="Where; sealed.")] = "",
    words: Annotated[str, Parameter(help="In what words; sealed.")] = "",
    deadline: Annotated[datetime | None, Parameter(help="By when, with a zone: 2027-01-31T00:00:00+00:00.")] = None,
    workspace: Workspace = None,
) -> int:
    """Take in a complaint without media: it opens a case, or joins the one about the same."""
    new = NewFlag(
        came_from=came_from,
        category=category,
        content_id=content,
        complainant=complainant,
        place=place,
        words=words,
        deadline_at=deadline,
    )
    flagged = flagging.flag(open_named(workspace).review_desk(), new, subject_id=subject)
    Voice().say(
        f"Item {flagged.item_id} of case {flagged.case_id}{', which it opened' if flagged.is_new_case else ''}."
    )
    return 0


def flags(case: int, /, *, workspace: Workspace = None) -> int:
    """Show the complaints of a case, and open what they say."""
    house = open_named(workspace)
    with read(house.engine) as tx:
        found = flags_of(tx, case)
    table = new_table("item", "at", "from", "category", "who", "where", "words")
    for each in found:
        said = read_flag(house.review_desk(), each.item_id) if each.text_id is not None else None
        cells = (said.complainant, said.place, said.words) if said else ("(erased)", "", "")
        shown = [printable(cell.encode()) for cell in cells]
        at = f"{each.flagged_at:%Y-%m-%d %H:%M}"
        table.add_row(str(each.item_id), at, each.came_from.value, each.category.value, *shown)
    Voice().print(table)
    return 0


def open_case(
    *,
    subject: Subject,
    content: Content = "",
    evidence: Annotated[str | None, Parameter(help="Evidence that was sealed by hand.")] = None,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Open a case about an account by hand, or join the one that is open."""
    joined = opening.open_by_hand(
        open_named(workspace).review_desk(),
        subject_id=subject,
        content_id=content,
        evidence_id=evidence,
        reason=reason,
    )
    Voice().say(f"Case {joined.case_id} {'was opened' if joined.is_new else 'has one more item'}.")
    return 0
