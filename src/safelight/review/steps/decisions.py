"""Deciding: one person's finding on items of a case, and what follows from it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from safelight.access.names import name_key
from safelight.audit import log
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import UsageError
from safelight.review.case import Case, Item
from safelight.review.decided import Decided
from safelight.review.decision import Decision, Finding, Ruling, Seat, check_ruling
from safelight.review.moves import Move, state_after
from safelight.review.queries import case_target
from safelight.review.reader import Reader
from safelight.review.rules import ReviewRules
from safelight.review.sealed_text import SealedText
from safelight.review.second_reading import Read, SecondReason, is_sampled, second_reasons
from safelight.review.settlement import NewDecision, Readings, Settled, readings_of
from safelight.review.standing import Standing
from safelight.review.steps.cases import locked, put_state
from safelight.review.steps.claims import keep_claim, require_turn
from safelight.review.steps.urgency import put_imminent
from safelight.review.store import case_rows, decision_rows, memory_rows, queue_rows, text_rows
from safelight.roles import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Who decides, by what rules, and what is at hand for it.

    `verified` tells which entries are of banks that an authority has verified. `secret` draws the sample that is read
    twice.
    """

    clock: Clock
    actor: Actor
    reader: Reader
    rules: ReviewRules
    verified: Callable[[Tx, Collection[int]], Collection[int]]
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be decided: on these items, or with None on all that are due. `act` is common to all of one act."""

    ruling: Ruling
    reasons: SealedText
    act: str
    item_ids: tuple[int, ...] | None = None
    memory_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """A case that somebody decides on: it is locked. `undecided` are the items on which nothing holds."""

    bench: Bench
    case: Case
    standing: Standing
    seat: Seat
    undecided: tuple[int, ...]
    now: datetime

    def readings(self, tx: Tx) -> Readings:
        """Return what was decided since the case was begun, as it is now."""
        return readings_of(decision_rows.of_case(tx, self.case.id, wave=self.standing.wave))


def decide(tx: Tx, bench: Bench, case_id: int, asked: Asked) -> Decided:
    """Decide on items of a case, in the seat that it waits for.

    Raises `NotFound`, `InvalidValue` for what cannot be decided so, `UsageError` where the case waits for nobody or an
    item is not to be decided on, `NotAllowed`, `ClaimLost` where somebody else has the case, `ClockWrong`.
    """
    turn = _take_turn(tx, bench, case_id)
    chosen = _chosen(turn, turn.readings(tx), asked.item_ids)
    check_ruling(asked.ruling, case_rows.find_items(tx, chosen), turn.seat)
    decision_id = _write(tx, turn, asked, chosen)
    if asked.ruling.is_imminent:
        put_imminent(tx, case_id, turn.now)
    readings = turn.readings(tx)
    due = readings.due(turn.seat, turn.undecided)
    settled: tuple[Settled, ...] = ()
    why: frozenset[SecondReason] = frozenset()
    if due:
        state_after(Move.READ, turn.case.state)
        keep_claim(tx, bench.actor, turn.standing, bench.rules, turn.now)
    else:
        settled, why = _conclude(tx, turn, readings)
    return Decided(
        decision_id=decision_id,
        case=locked(tx, case_id)[0],
        settled=settled,
        due=tuple(due),
        why_second=why,
        is_imminent=asked.ruling.is_imminent,
    )


def _take_turn(tx: Tx, bench: Bench, case_id: int) -> _Turn:
    now = see(tx, bench.clock)
    case, standing = locked(tx, case_id)
    return _Turn(
        bench=bench,
        case=case,
        standing=standing,
        seat=require_turn(tx, bench.actor, bench.reader, standing, now),
        undecided=tuple(decision_rows.undecided(tx, case_id)),
        now=now,
    )


def _chosen(turn: _Turn, readings: Readings, asked: Collection[int] | None) -> tuple[int, ...]:
    """Return the items that are decided on. What the same person decided in the same seat, they may decide anew."""
    due = readings.due(turn.seat, turn.undecided)
    if asked is None:
        return tuple(due)
    mine = [
        item_id
        for item_id, decision in readings.of(turn.seat).items()
        if item_id in turn.undecided and name_key(decision.by_name) == turn.bench.reader.key
    ]
    strangers = sorted(set(asked) - set(due) - set(mine))
    if strangers:
        told = ", ".join(map(str, strangers[:10]))
        raise UsageError(
            f"Not to be decided on in this case at this moment: item {told}. Nothing was changed. `safelight case "
            "show` lists what belongs to it; what holds already is decided anew by reopening the case."
        )
    return tuple(sorted(set(asked)))


def _write(tx: Tx, turn: _Turn, asked: Asked, chosen: tuple[int, ...]) -> int:
    bench, case_id = turn.bench, turn.case.id
    text_rows.add(tx, case_id, asked.reasons, turn.now)
    new = NewDecision(
        case_id=case_id,
        wave=turn.standing.wave,
        seat=turn.seat,
        ruling=asked.ruling,
        item_ids=chosen,
        by=bench.actor,
        reasons_id=asked.reasons.id,
        act=asked.act,
        memory_id=asked.memory_id,
        supersedes_id=decision_rows.last_held(tx, chosen),
    )
    decision_id = decision_rows.add(tx, new, turn.now)
    queue_rows.add_reader(tx, case_id, turn.seat, bench.reader.key)
    # Not the finding: who reads the log could be the second reader.
    details: dict[str, int | str] = {"decision": decision_id, "seat": turn.seat.value, "items": len(chosen)}
    if asked.ruling.is_imminent:
        details["imminent"] = 1
    target = case_target(case_id)
    log.write(tx, clock=bench.clock, actor=bench.actor, verb="decide_case", target=target, details=details)
    text_rows.remove_drafts(tx, [case_id], bench.reader.key)
    return decision_id


def _conclude(tx: Tx, turn: _Turn, readings: Readings) -> tuple[tuple[Settled, ...], frozenset[SecondReason]]:
    """Do what follows when all was decided on in a seat: settle it, or let another person decide too."""
    why: frozenset[SecondReason] = frozenset()
    if turn.seat is Seat.FIRST and not readings.is_unsure(turn.seat, turn.undecided):
        why = _second_reasons(tx, turn, readings)
    move, is_alone = _next_move(turn, readings, why)
    state = state_after(move, turn.case.state)
    if move is not Move.SETTLE:
        put_state(tx, turn.case, turn.standing, state, turn.now)
        return (), why
    settled = tuple(readings.settled(turn.undecided, is_alone=is_alone))
    decision_rows.settle(tx, settled, turn.now)
    _note_settled(tx, turn.bench, turn.case.id, settled)
    wave = turn.standing.wave
    if decision_rows.undecided(tx, turn.case.id):  # it came while others were still deciding
        state, wave = state_after(Move.RETURN, state), wave + 1
    put_state(tx, turn.case, turn.standing, state, turn.now, wave=wave)
    return settled, why


def _next_move(turn: _Turn, readings: Readings, why: Collection[SecondReason]) -> tuple[Move, bool]:
    """Return what follows, and whether one person decided what takes two.

    - A reader who is unsure, or two who disagree: a lead decides.
    - A first reader whose case is to be read twice: another person does, unless single-person mode is on.
    - Else it is settled.
    """
    is_second, is_single = turn.seat is Seat.SECOND, turn.bench.rules.is_single_person_mode
    if readings.is_unsure(turn.seat, turn.undecided) or (is_second and readings.disagreed(turn.undecided)):
        return Move.ESCALATE, False
    if turn.seat is Seat.FIRST and why and not is_single:
        return Move.AWAIT_SECOND, False
    readers = {name_key(decision.by_name) for seat in Seat for decision in readings.of(seat).values()}
    return Move.SETTLE, is_single and len(readers) == 1 and (bool(why) or turn.seat is not Seat.FIRST)


def _second_reasons(tx: Tx, turn: _Turn, readings: Readings) -> frozenset[SecondReason]:
    first, bench = readings.of(Seat.FIRST), turn.bench
    items = case_rows.find_items(tx, [each for each in turn.undecided if each in first])
    known = _found_by_two(tx, items, turn.now)
    read = [
        Read(
            item=item,
            decision=first[item.id],
            is_contradiction=any(not each.agrees_with(first[item.id]) for each in known[item.id]),
        )
        for item in items
    ]
    sampled = is_sampled(bench.rules.second, bench.secret, turn.case.id, turn.standing.wave)
    verified = bench.verified(tx, {match.entry_id for item in items for match in item.matches})
    return second_reasons(bench.rules.second, read, verified, is_sampled=sampled)


def _found_by_two(tx: Tx, items: Sequence[Item], now: datetime) -> dict[int, list[Decision]]:
    """Return, by item, what two people found before: of the item itself, and of the same bytes in another case."""
    held = decision_rows.last_by_two(tx, [item.id for item in items])
    remembered = memory_rows.live(tx, [item.media_key for item in items if item.media_key], now)
    ids = {memory.decision_id for memory in remembered.values()} | set(held.values())
    known = decision_rows.find(tx, ids)
    found: dict[int, list[Decision]] = {}
    for item in items:
        memory = remembered.get(item.media_key)
        numbers = [held.get(item.id), None if memory is None else memory.decision_id]
        found[item.id] = [known[number] for number in numbers if number is not None]
    return found


def _note_settled(tx: Tx, bench: Bench, case_id: int, settled: Sequence[Settled]) -> None:
    details: dict[str, int | str] = {
        "items": len(settled),
        "confirmed": sum(each.decision.finding is Finding.CONFIRMED for each in settled),
        "by_two": sum(each.is_confirmed for each in settled),
    }
    if any(each.is_alone for each in settled):
        details["single_person_mode"] = 1
    log.write(
        tx,
        clock=bench.clock,
        actor=bench.actor,
        verb="settle_case",
        target=case_target(case_id),
        details=details,
    )
