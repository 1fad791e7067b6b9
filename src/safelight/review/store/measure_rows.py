"""What is measured of cases, read in as few questions as there are kinds of rows."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, literal, select, union

from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.review.case import CaseState, ItemKind
from safelight.review.decision import Finding, IncidentType, Seat
from safelight.review.measured import CaseTimes, ItemTimes, Reversal, Source, SourceKind
from safelight.review.store.tables import cases, decisions, findings, items, matches

_HOLDS = findings.c.superseded_at.is_(None)
_NOTHING: tuple[float, None, None] = (math.inf, None, None)
_BY_KIND = {ItemKind.FLAG.value: SourceKind.COMPLAINT, ItemKind.HAND.value: SourceKind.BY_HAND}


def each_case(tx: Tx, since: datetime, until: datetime) -> Iterator[CaseTimes]:
    """Give the cases that were opened in a time and have items, in the order of their numbers.

    What was found is read beside and put to its case here: two sums that are joined by the database are looked through
    once for each case where it has no statistics yet.
    """
    within = (cases.c.opened_at >= since, cases.c.opened_at < until)
    asked = (
        select(cases.c.id, cases.c.state, cases.c.opened_at, func.min(items.c.added_at), func.count())
        .join(items, items.c.case_id == cases.c.id)
        .where(*within)
        .group_by(cases.c.id)
        .order_by(cases.c.id)
    )
    found = iter(tx.execute(_found().where(*within)))
    case_id, confirmed_at, last_at = next(found, _NOTHING)
    for number, state, opened_at, first, count in tx.execute(asked):
        while case_id < number:
            case_id, confirmed_at, last_at = next(found, _NOTHING)
        is_found = case_id == number
        yield CaseTimes(
            case_id=number,
            state=CaseState(state),
            opened_at=opened_at,
            first_item_at=first,
            items=count,
            confirmed_at=confirmed_at if is_found else None,
            last_found_at=last_at if is_found else None,
        )


def each_source(tx: Tx, since: datetime, until: datetime) -> Iterator[tuple[int, Source]]:
    """Give each source of those cases once, in the order of the cases' numbers."""
    within = (cases.c.opened_at >= since, cases.c.opened_at < until)
    of_banks = (
        select(items.c.case_id.label("case_id"), literal("").label("kind"), matches.c.bank_name.label("bank_name"))
        .join(matches, matches.c.item_id == items.c.id)
        .join(cases, cases.c.id == items.c.case_id)
        .where(*within)
    )
    of_people = (
        select(items.c.case_id.label("case_id"), items.c.kind.label("kind"), literal("").label("bank_name"))
        .join(cases, cases.c.id == items.c.case_id)
        .where(items.c.kind.in_(_BY_KIND), *within)
    )
    both = union(of_banks, of_people).subquery()
    for case_id, kind, bank_name in tx.execute(select(both).order_by(both.c.case_id)):
        yield case_id, Source(kind=_BY_KIND.get(kind, SourceKind.BANK), bank_name=bank_name)


def each_item(tx: Tx, since: datetime, until: datetime) -> Iterator[ItemTimes]:
    """Give the items that came in a time, in the order of their numbers."""
    within = (items.c.added_at >= since, items.c.added_at < until)
    for row in tx.execute(_of_items().where(*within).order_by(items.c.id)):
        yield _item(row)


def each_settled(tx: Tx, since: datetime, until: datetime) -> Iterator[ItemTimes]:
    """Give the items of which what holds was found in a time, in the order of their numbers."""
    within = (findings.c.settled_at >= since, findings.c.settled_at < until)
    for row in tx.execute(_of_items().where(*within).order_by(items.c.id)):
        yield _item(row)


def each_reversal(tx: Tx, since: datetime, until: datetime) -> Iterator[Reversal]:
    """Give the items of which something else was found in a time than had held before, in their order."""
    before, old = findings.alias("before"), decisions.alias("old")
    asked = (
        select(
            findings.c.item_id,
            old.c.finding.label("was"),
            decisions.c.finding.label("became"),
            func.coalesce(decisions.c.incident_type, old.c.incident_type).label("incident_type"),
            findings.c.settled_at,
        )
        .join(before, (before.c.item_id == findings.c.item_id) & (before.c.id < findings.c.id))
        .join(old, old.c.id == before.c.decision_id)
        .join(decisions, decisions.c.id == findings.c.decision_id)
        .where(_HOLDS, findings.c.settled_at >= since, findings.c.settled_at < until)
        .order_by(findings.c.item_id, before.c.id.desc())
    )
    last = 0
    for row in tx.execute(asked):  # of each item what held last comes first
        if row.item_id != last and row.was != row.became:
            yield _reversal(row)
        last = row.item_id


def first_items(tx: Tx, case_ids: Sequence[int]) -> dict[int, datetime]:
    """Return, by case, when its first item came."""
    found: dict[int, datetime] = {}
    for part in in_parts(case_ids):
        asked = select(items.c.case_id, func.min(items.c.added_at)).where(items.c.case_id.in_(part))
        found |= {row[0]: row[1] for row in tx.execute(asked.group_by(items.c.case_id))}
    return found


def incident_types(tx: Tx, case_ids: Sequence[int]) -> dict[int, set[IncidentType]]:
    """Return, by case, the types of incident that hold in it."""
    found: dict[int, set[IncidentType]] = {}
    asked = select(findings.c.case_id, decisions.c.incident_type).distinct()
    asked = asked.join(decisions, decisions.c.id == findings.c.decision_id)
    asked = asked.where(_HOLDS, decisions.c.incident_type.is_not(None))
    for part in in_parts(case_ids):
        for case_id, kind in tx.execute(asked.where(findings.c.case_id.in_(part))):
            found.setdefault(case_id, set()).add(IncidentType(kind))
    return found


def _found() -> Select[Any]:
    """Ask when something was confirmed first of a case in which something is, and when what holds was found last.

    What was confirmed, decided anew and confirmed again was known since the first time, unless something else was found
    between: deadlines count from then too.
    """
    is_confirmed = decisions.c.finding == Finding.CONFIRMED.value
    later, other = findings.alias("later"), decisions.alias("other")
    is_given_up = (
        select(later.c.id)
        .join(other, other.c.id == later.c.decision_id)
        .where(later.c.item_id == findings.c.item_id, later.c.id > findings.c.id, other.c.finding != Finding.CONFIRMED)
        .exists()
    )
    holds = func.max(case((is_confirmed & _HOLDS, 1)))
    return (
        select(
            findings.c.case_id,
            case((holds == 1, func.min(case((is_confirmed & ~is_given_up, findings.c.settled_at))))),
            func.max(case((_HOLDS, findings.c.settled_at))),
        )
        .join(decisions, decisions.c.id == findings.c.decision_id)
        .join(cases, cases.c.id == findings.c.case_id)
        .group_by(findings.c.case_id)
        .order_by(findings.c.case_id)
    )


def _of_items() -> Select[Any]:
    return (
        select(
            items.c.id,
            items.c.case_id,
            items.c.kind,
            items.c.added_at,
            decisions.c.finding,
            decisions.c.incident_type,
            decisions.c.seat,
            findings.c.settled_at,
        )
        .outerjoin(findings, (findings.c.item_id == items.c.id) & _HOLDS)
        .outerjoin(decisions, decisions.c.id == findings.c.decision_id)
    )


def _item(row: Any) -> ItemTimes:
    return ItemTimes(
        item_id=row.id,
        case_id=row.case_id,
        kind=ItemKind(row.kind),
        added_at=row.added_at,
        finding=None if row.finding is None else Finding(row.finding),
        incident_type=None if row.incident_type is None else IncidentType(row.incident_type),
        is_by_path=row.seat == Seat.PATH.value,
        settled_at=row.settled_at,
    )


def _reversal(row: Any) -> Reversal:
    return Reversal(
        item_id=row.item_id,
        was=Finding(row.was),
        became=Finding(row.became),
        incident_type=None if row.incident_type is None else IncidentType(row.incident_type),
        became_at=row.settled_at,
    )
