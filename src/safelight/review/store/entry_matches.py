"""What an entry matched, and what was found of it, in the database."""

from sqlalchemy import ColumnElement, distinct, func, select

from safelight.database.transaction import Tx
from safelight.review.store.tables import decisions, findings, matches


def count_items(tx: Tx, entry_id: int) -> int:
    """Return how many items an entry matched, each once whatever number of its frames did."""
    question = select(func.count(distinct(matches.c.item_id))).where(matches.c.entry_id == entry_id)
    return int(tx.execute(question).scalar_one())


def settled(tx: Tx, entry_id: int) -> list[tuple[str, int, int, int]]:
    """Return (finding, items, of these read twice, of those agreed) of what holds on what an entry matched."""
    read, agreed = findings.c.is_agreed.is_not(None), findings.c.is_agreed
    columns = (decisions.c.finding, func.count(), func.count().filter(read), func.count().filter(agreed))
    question = select(*columns).join(decisions, decisions.c.id == findings.c.decision_id)
    question = question.where(findings.c.superseded_at.is_(None), _is_of(findings.c.item_id, entry_id))
    rows = tx.execute(question.group_by(decisions.c.finding).order_by(decisions.c.finding))
    return [(finding, items, twice, same) for finding, items, twice, same in rows]


def count_others(tx: Tx, entry_id: int) -> dict[str, int]:
    """Return, by bank, how many of the items that an entry matched an entry of another bank matched as well.

    Its own bank is known by the names that it had when the entry matched.
    """
    own = select(matches.c.bank_name).where(matches.c.entry_id == entry_id)
    question = select(matches.c.bank_name, func.count(distinct(matches.c.item_id)))
    question = question.where(_is_of(matches.c.item_id, entry_id), matches.c.bank_name.not_in(own))
    rows = tx.execute(question.group_by(matches.c.bank_name).order_by(matches.c.bank_name))
    return {row[0]: row[1] for row in rows}


def _is_of(item_id: ColumnElement[int], entry_id: int) -> ColumnElement[bool]:
    return item_id.in_(select(matches.c.item_id).where(matches.c.entry_id == entry_id))
