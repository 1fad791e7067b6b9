"""Claims: taking the next case, or one by its number, keeping it by working on it, and giving it back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import UsageError
from safelight.review.claim import Claim, require_free
from safelight.review.decision import Seat
from safelight.review.moves import Move, state_after
from safelight.review.queries import case_target, missing_case
from safelight.review.reader import Reader, require_other, require_seat, seats_of
from safelight.review.rules import ReviewRules
from safelight.review.standing import Standing
from safelight.review.steps.cases import locked
from safelight.review.store import decision_rows, queue_rows
from safelight.roles import Actor

_CANDIDATES = 40
"""So many of the most urgent are tried at once: more than a database has connections, so that one is always free."""

_MOST_TRIES = 50


Candidates = Mapping[Seat, Sequence[Standing]]
"""By seat, the most urgent cases that somebody may take, the most urgent first; seats without any are left out."""


def find_candidates(tx: Tx, actor: Actor, reader: Reader, now: datetime) -> Candidates:
    """Return what somebody may take at this moment. It is a question: nothing is locked."""
    found = {seat: queue_rows.waiting(tx, seat, reader, now, limit=_CANDIDATES) for seat in seats_of(actor)}
    return {seat: rows for seat, rows in found.items() if rows}


def claim_next(
    tx: Tx, clock: Clock, actor: Actor, candidates: Candidates, *, reader: Reader, rules: ReviewRules
) -> Standing | None:
    """Give somebody the most urgent case that they may decide on and that nobody has; None where there is none.

    `candidates` were looked for just before, so that the transaction is short: each is asked again whether it is free.
    Where others took them all by now, it looks again. Raises `UsageError` where they have as many as one may have,
    `ClockWrong`.
    """
    now = see(tx, clock)
    _require_room(tx, reader, rules, now)
    for _ in range(_MOST_TRIES):
        may_take = {seat: rows for seat, rows in candidates.items() if seat in seats_of(actor)}
        for seat in sorted(may_take, key=lambda each: may_take[each][0].place):
            taken = queue_rows.take_one(tx, seat, [row.case_id for row in may_take[seat]], reader, now)
            if taken is not None:
                return _take(tx, clock, actor, taken, rules=rules, now=now)
        candidates = find_candidates(tx, actor, reader, now)
        if not candidates:
            return None
    return None  # pragma: no cover - others take each of the most urgent, again and again, before this one does


def claim_case(tx: Tx, clock: Clock, actor: Actor, case_id: int, *, reader: Reader, rules: ReviewRules) -> Standing:
    """Give somebody a case by its number; one that they have is theirs for longer.

    Raises `NotFound`, `UsageError` where it waits for nobody or they have too many, `NotAllowed`, `ClaimLost` where
    somebody else has it, `ClockWrong`.
    """
    now = see(tx, clock)
    case, standing = locked(tx, case_id)
    state_after(Move.CLAIM, case.state)
    require_turn(tx, actor, reader, standing, now)
    if standing.claim is None or not (standing.claim.is_of(actor) and standing.claim.is_live(now)):
        _require_room(tx, reader, rules, now)
    return _take(tx, clock, actor, standing, rules=rules, now=now)


def renew_claim(tx: Tx, clock: Clock, actor: Actor, rules: ReviewRules, case_id: int) -> bool:
    """Let somebody who works on a case have it for longer; whether they have it at all.

    One that ended by time is theirs again unless somebody else took it. Nothing is written into the audit log.
    """
    now = see(tx, clock)
    standing = queue_rows.lock(tx, case_id)
    if standing is None:
        raise missing_case(case_id)
    if standing.seat is None or standing.claim is None or not standing.claim.is_of(actor):
        return False
    keep_claim(tx, actor, standing, rules, now)
    return True


def keep_claim(tx: Tx, actor: Actor, standing: Standing, rules: ReviewRules, now: datetime) -> None:
    """Let somebody have a case that is locked, from now on for the whole time."""
    queue_rows.put_claim(tx, standing.case_id, Claim(holder=actor.name, until_at=now + rules.claim_lasts))


def release_claim(tx: Tx, clock: Clock, actor: Actor, case_id: int) -> None:
    """Give a case back. Drafts stay. Raises `NotFound`, `UsageError` where it is not theirs, `ClockWrong`."""
    see(tx, clock)
    standing = queue_rows.lock(tx, case_id)
    if standing is None:
        raise missing_case(case_id)
    if standing.claim is None or not standing.claim.is_of(actor):
        raise UsageError(f"Case {case_id} is not yours to give back. Nothing was changed.")
    queue_rows.put_claim(tx, case_id, None)
    log.write(tx, clock=clock, actor=actor, verb="release_claim", target=case_target(case_id))


def require_turn(tx: Tx, actor: Actor, reader: Reader, standing: Standing, now: datetime) -> Seat:
    """Return the seat that a case waits for, if it is this person's to take.

    They may if (1) it waits for somebody, (2) they are a person with that seat's permission, (3) nobody else has
    claimed it at this moment, and (4) they decided on it in no earlier seat of the same wave. Raises `UsageError`,
    `NotAllowed`, `ClaimLost`.
    """
    if standing.seat is None:
        raise UsageError(f"Case {standing.case_id} waits for nobody's decision. To change it, reopen it with a reason.")
    require_seat(actor, standing.seat)
    require_free(standing.claim, actor, now, standing.case_id)
    require_other(reader, standing.seat, decision_rows.of_case(tx, standing.case_id, wave=standing.wave))
    return standing.seat


def _require_room(tx: Tx, reader: Reader, rules: ReviewRules, now: datetime) -> None:
    mine: Sequence[Standing] = queue_rows.claimed_by(tx, reader.key, now)
    if len(mine) >= rules.most_claims:
        told = ", ".join(str(each.case_id) for each in mine)
        raise UsageError(f"You have {len(mine)} cases already: {told}. Decide on one, or give one back.")


def _take(tx: Tx, clock: Clock, actor: Actor, standing: Standing, *, rules: ReviewRules, now: datetime) -> Standing:
    keep_claim(tx, actor, standing, rules, now)
    seat = standing.seat.value if standing.seat else ""
    log.write(
        tx,
        clock=clock,
        actor=actor,
        verb="claim_case",
        target=case_target(standing.case_id),
        details={"seat": seat, "minutes": int(rules.claim_lasts.total_seconds() // 60)},
    )
    found = queue_rows.find(tx, standing.case_id)
    return found or standing
