"""Decisions, on what they were taken, and which of them hold."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, func, insert, select, update

from safelight.access.names import name_key
from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.review.confirmation import Held
from safelight.review.decision import Annotation, Decision, Finding, IncidentType, Seat
from safelight.review.scheme import Classification
from safelight.review.settlement import NewDecision, Settled
from safelight.review.store.tables import decided_items, decisions, findings, items, matches
from safelight.roles import ActorKind


def add(tx: Tx, new: NewDecision, now: datetime) -> int:
    """Add a decision on items and return its number."""
    ruling = new.ruling
    values = {
        "case_id": new.case_id,
        "wave": new.wave,
        "seat": new.seat.value,
        "finding": ruling.finding.value,
        "scheme": ruling.classification and ruling.classification.scheme,
        "label": ruling.classification and ruling.classification.label,
        "annotations": json.dumps(sorted(ruling.annotations)),
        "incident_type": ruling.incident_type and ruling.incident_type.value,
        "is_imminent": ruling.is_imminent,
        "memory_id": new.memory_id,
        "act": new.act,
        "supersedes_id": new.supersedes_id,
        "by_kind": new.by.kind.value,
        "by_name": new.by.name,
        "by_key": name_key(new.by.name),
        "decided_at": now,
        "text_id": new.reasons_id,
    }
    decision_id = int(tx.execute(insert(decisions).values(values).returning(decisions.c.id)).scalar_one())
    tx.execute(insert(decided_items), [{"decision_id": decision_id, "item_id": item_id} for item_id in new.item_ids])
    return decision_id


def find(tx: Tx, decision_ids: Collection[int]) -> dict[int, Decision]:
    """Return these decisions by their numbers."""
    found: list[Row[Any]] = []
    for part in in_parts(sorted(decision_ids)):
        found += tx.execute(select(decisions).where(decisions.c.id.in_(part))).all()
    return {decision.id: decision for decision in _with_items(tx, found)}


def of_case(tx: Tx, case_id: int, *, wave: int | None = None) -> list[Decision]:
    """Return all decisions on a case, the oldest first; with a wave those of it alone."""
    question = select(decisions).where(decisions.c.case_id == case_id).order_by(decisions.c.id)
    if wave is not None:
        question = question.where(decisions.c.wave == wave)
    return _with_items(tx, tx.execute(question).all())


def undecided(tx: Tx, case_id: int) -> list[int]:
    """Return the numbers of the items of a case on which no decision holds."""
    holds = exists().where(findings.c.item_id == items.c.id, findings.c.superseded_at.is_(None))
    question = select(items.c.id).where(items.c.case_id == case_id, ~holds).order_by(items.c.id)
    return list(tx.execute(question).scalars())


def settle(tx: Tx, settled: Iterable[Settled], now: datetime) -> None:
    """Let decisions hold on items on which none does."""
    rows = [
        {
            "item_id": each.item_id,
            "case_id": each.decision.case_id,
            "decision_id": each.decision.id,
            "is_confirmed": each.is_confirmed,
            "is_alone": each.is_alone,
            "is_agreed": each.is_agreed,
            "settled_at": now,
        }
        for each in settled
    ]
    tx.execute(insert(findings), rows)


def unsettle(tx: Tx, case_id: int, now: datetime) -> None:
    """Let no decision on a case hold any more. They stay, and so does when they held."""
    current = (findings.c.case_id == case_id, findings.c.superseded_at.is_(None))
    tx.execute(update(findings).where(*current).values(superseded_at=now))


def holding(tx: Tx, case_id: int) -> dict[int, int]:
    """Return, by item, the number of the decision that holds."""
    current = (findings.c.case_id == case_id, findings.c.superseded_at.is_(None))
    rows = tx.execute(select(findings.c.item_id, findings.c.decision_id).where(*current))
    return {row.item_id: row.decision_id for row in rows}


def trail(tx: Tx, case_ids: Sequence[int]) -> list[Held]:
    """Return all that ever held on the items of these cases, in the order in which it did."""
    found: list[Held] = []
    shown = (findings.c.case_id, findings.c.item_id, items.c.evidence_id)
    for part in in_parts(case_ids):
        question = (
            select(*shown, decisions.c.finding, decisions.c.decided_at, decisions.c.is_imminent)
            .join(decisions, decisions.c.id == findings.c.decision_id)
            .join(items, items.c.id == findings.c.item_id)
            .where(findings.c.case_id.in_(part))
            .order_by(findings.c.id)
        )
        found += [Held(**{**row, "finding": Finding(row["finding"])}) for row in tx.execute(question).mappings()]
    return found


def last_held(tx: Tx, item_ids: Sequence[int]) -> int | None:
    """Return the decision that held last on the first of these items, None where none ever did."""
    question = select(findings.c.decision_id).where(findings.c.item_id == item_ids[0])
    found: int | None = tx.execute(question.order_by(findings.c.id.desc()).limit(1)).scalar_one_or_none()
    return found


def last_by_two(tx: Tx, item_ids: Collection[int]) -> dict[int, int]:
    """Return, by item, the decision that held last, where two people had found the same."""
    found: dict[int, int] = {}
    for part in in_parts(sorted(item_ids)):
        question = select(findings.c.item_id, findings.c.decision_id, findings.c.is_confirmed)
        rows = tx.execute(question.where(findings.c.item_id.in_(part)).order_by(findings.c.id)).all()
        last = {row.item_id: row for row in rows}
        found |= {item_id: row.decision_id for item_id, row in last.items() if row.is_confirmed}
    return found


def cases_by_memory(tx: Tx, memory_ids: Collection[int]) -> list[int]:
    """Return the cases with a decision that holds and was taken over from one of these remembered verdicts."""
    holds = exists().where(findings.c.decision_id == decisions.c.id, findings.c.superseded_at.is_(None))
    question = select(decisions.c.case_id).where(decisions.c.memory_id.in_(list(memory_ids)), holds)
    return sorted(set(tx.execute(question).scalars()))


def count_agreement(tx: Tx) -> list[tuple[str, str, int, int, int]]:
    """Return (bank, kind, threshold, items read twice, of these agreed) by bank, kind and threshold."""
    read_twice = findings.c.is_agreed.is_not(None)
    pairs = (
        select(findings.c.id, findings.c.is_agreed, matches.c.bank_name, matches.c.kind, matches.c.threshold)
        .join(matches, matches.c.item_id == findings.c.item_id)
        .where(read_twice)
        .distinct()
        .subquery()
    )
    by = (pairs.c.bank_name, pairs.c.kind, pairs.c.threshold)
    agreed = func.count().filter(pairs.c.is_agreed)
    rows = tx.execute(select(*by, func.count(), agreed).group_by(*by).order_by(*by))
    return [(bank, kind, threshold, read, same) for bank, kind, threshold, read, same in rows]


def _with_items(tx: Tx, rows: Sequence[Row[Any]]) -> list[Decision]:
    found: dict[int, list[int]] = {row.id: [] for row in rows}
    for part in in_parts(list(found)):
        question = select(decided_items).where(decided_items.c.decision_id.in_(part)).order_by(decided_items.c.item_id)
        for row in tx.execute(question):
            found[row.decision_id].append(row.item_id)
    return [_decision(row, found) for row in rows]


def _decision(row: Row[Any], found: Mapping[int, Sequence[int]]) -> Decision:
    return Decision(
        id=row.id,
        case_id=row.case_id,
        wave=row.wave,
        seat=Seat(row.seat),
        finding=Finding(row.finding),
        classification=None if row.scheme is None else Classification(scheme=row.scheme, label=row.label),
        annotations=frozenset(Annotation(each) for each in json.loads(row.annotations)),
        incident_type=None if row.incident_type is None else IncidentType(row.incident_type),
        is_imminent=row.is_imminent,
        memory_id=row.memory_id,
        act=row.act,
        supersedes_id=row.supersedes_id,
        by_kind=ActorKind(row.by_kind),
        by_name=row.by_name,
        decided_at=row.decided_at,
        reasons_id=row.text_id,
        item_ids=tuple(found[row.id]),
    )
