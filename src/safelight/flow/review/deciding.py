"""Deciding: each function is one act of a person, in one transaction with all that follows from it."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace

from safelight.database.transaction import Tx, read
from safelight.errors import InvalidValue, NotFound
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.review.following import follow
from safelight.flow.review.working import require_at_work_or_holder
from safelight.keys.kept import require_kept
from safelight.review import decision_queries, steps
from safelight.review.decided import Decided
from safelight.review.decision import Ruling, check_reasons
from safelight.review.sealed_text import TextPurpose
from safelight.review.steps import Asked, Bench

MOST_ITEMS = 1000
"""The most items that one act decides on."""


def decide(desk: ReviewDesk, case_id: int, ruling: Ruling, *, item_ids: Collection[int] | None = None) -> Decided:
    """Decide on items of a case, or with None on all that are due, in the seat that it waits for.

    A case that nobody has is claimed by it. Where all is decided on, what follows is done too: another person is asked,
    or it is settled, told and, where nothing was confirmed, closed. Raises `NotFound`, `InvalidValue` for what cannot
    be decided so, `UsageError` where it waits for nobody, `NotAllowed`, `ClaimLost` where somebody else has it (a draft
    of it is kept), `ExposureRefused` where their queue pauses and they do not have the case, `KeysNotExported`,
    `KeysUnusable`, `ClockWrong`.
    """
    check_reasons(ruling.reasons)
    items = None if item_ids is None else tuple(item_ids)
    asked = Asked(ruling=ruling, reasons=desk.seal(TextPurpose.REASONS, ruling.reasons), act=_new_act(), item_ids=items)
    secret = desk.secret()
    with desk.acting() as (tx, actor):
        return _decide(tx, desk, desk.bench(actor, secret), case_id, asked)


def decide_group(desk: ReviewDesk, ruling: Ruling, *, item_ids: Collection[int]) -> list[Decided]:
    """Decide the same on items of several cases: all of it, or nothing.

    Each case goes its own way from there: one may take a second reader and another not. Raises as `decide`, and
    `InvalidValue` for none or more than 1000 items.
    """
    check_reasons(ruling.reasons)
    by_case = _by_case(desk, item_ids)
    sealed = {case_id: desk.seal(TextPurpose.REASONS, ruling.reasons) for case_id in by_case}
    secret, act = desk.secret(), _new_act()
    with desk.acting() as (tx, actor):
        bench = desk.bench(actor, secret)
        steps.lock_cases(tx, list(by_case))
        return [
            _decide(
                tx, desk, bench, case_id, Asked(ruling=ruling, reasons=sealed[case_id], act=act, item_ids=tuple(items))
            )
            for case_id, items in sorted(by_case.items())
        ]


def decide_by_memory(desk: ReviewDesk, case_id: int, *, item_ids: Sequence[int], reasons: str) -> Decided:
    """Decide on items as two people found the very same bytes before; still it is a person who decides.

    What is found otherwise later reopens this case. Raises as `decide`, and `UsageError` where nothing counts that is
    remembered of one of the items, or not the same of all.
    """
    check_reasons(reasons)
    sealed, secret = desk.seal(TextPurpose.REASONS, reasons), desk.secret()
    with desk.acting() as (tx, actor):
        memory_id, ruling = steps.ruling_of(tx, desk.clock, case_id, item_ids, reasons)
        asked = Asked(ruling=ruling, reasons=sealed, act=_new_act(), item_ids=tuple(item_ids), memory_id=memory_id)
        return _decide(tx, desk, desk.bench(actor, secret), case_id, asked)


def _decide(tx: Tx, desk: ReviewDesk, bench: Bench, case_id: int, asked: Asked) -> Decided:
    require_at_work_or_holder(tx, desk, bench.actor, case_id)
    done = steps.decide(tx, bench, case_id, asked)
    require_kept(desk.keys, asked.reasons.wrapped)
    return replace(done, case=follow(tx, desk, bench.actor, done))


def _by_case(desk: ReviewDesk, item_ids: Collection[int]) -> dict[int, list[int]]:
    asked = set(item_ids)
    if not 1 <= len(asked) <= MOST_ITEMS:
        raise InvalidValue(f"One act decides on 1 to {MOST_ITEMS} items. Nothing was changed.")
    with read(desk.engine) as tx:
        items = decision_queries.find_items(tx, asked)
    missing = sorted(asked - {item.id for item in items})
    if missing:
        raise NotFound(f"There is no item {missing[0]}. Nothing was changed.")
    by_case: dict[int, list[int]] = {}
    for item in items:
        by_case.setdefault(item.case_id, []).append(item.id)
    return by_case


def _new_act() -> str:
    return uuid.uuid4().hex
