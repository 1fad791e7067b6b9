"""Taking in complaints, and what reviewers bring."""

from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.review.case import ItemKind, NewItem
from safelight.review.flag import CameFrom, Category, Flag
from safelight.review.sealed_text import SealedText
from safelight.review.steps.cases import add_item
from safelight.review.store import flag_rows, text_rows
from safelight.roles import Actor


def add_flag(
    tx: Tx,
    clock: Clock,
    actor: Actor,
    case_id: int,
    *,
    new: NewItem,
    came_from: CameFrom,
    category: Category,
    text: SealedText,
) -> int:
    """Add a complaint to a case that this transaction has from `open_or_join`, and return the number of its item."""
    item_id = add_item(tx, clock, actor, case_id, new)
    now = see(tx, clock)
    text_rows.add(tx, case_id, text, now)
    flag_rows.add(
        tx,
        Flag(
            item_id=item_id,
            case_id=case_id,
            came_from=came_from,
            category=category,
            flagged_at=now,
            text_id=text.id,
        ),
    )
    return item_id


def flag_item(
    *, category: Category, content_id: str, evidence_id: str | None = None, media_key: bytes = b""
) -> NewItem:
    """Return what is added to a case for a complaint."""
    return NewItem(
        evidence_id=evidence_id,
        kind=ItemKind.FLAG,
        content_id=content_id,
        media_key=media_key,
        categories=frozenset({category.value}),
    )
