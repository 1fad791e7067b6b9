"""What follows from a decision: who is told, what ends, what is remembered, and which cases are begun anew."""

from collections.abc import Collection

from safelight.access.names import name_key
from safelight.access.queries import names_with
from safelight.audit import log
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.review.endings import end_reviews
from safelight.jobs.queue import enqueue
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.reporting.steps import watch_case
from safelight.review import decision_queries, steps
from safelight.review.case import Case, CaseState
from safelight.review.decided import Decided
from safelight.review.decision import Decision, Finding
from safelight.review.queries import case_target
from safelight.roles import Actor, Permission

REOPEN_OVERTURNED = "reopen_overturned"
"""The job that begins the cases anew that used a remembered verdict which does not hold any more."""

_NOTHING_CONFIRMED = "Nothing in it was confirmed."
_NEEDED = {CaseState.SECOND_DUE: Permission.CASE_DECIDE, CaseState.LEAD_DUE: Permission.CASE_LEAD}


def follow(tx: Tx, desk: ReviewDesk, actor: Actor, done: Decided) -> Case:
    """Do what follows from a decision, in its own transaction; return its case as it is then.

    Danger is told at once. What was settled is remembered, and told; a case in which nothing was confirmed is closed.
    Where a second reader or a lead is needed and nobody could be one, that is told.
    """
    clock, case = desk.clock, done.case
    if done.is_imminent:
        tell_imminent(tx, clock, case.id)
    if done.settled:
        overturned = steps.remember(tx, clock, actor, case.id, done.settled, rules=desk.rules)
        for verdict_id in sorted(overturned):
            enqueue(tx, clock, kind=REOPEN_OVERTURNED, args={"verdict": verdict_id}, key=f"overturned:{verdict_id:020}")
    if case.state is CaseState.DECIDED:
        return settle_case(tx, clock, actor, case, appeal_days=desk.appeal_days)
    if case.state in _NEEDED and done.due == ():
        _require_reader(tx, desk, actor, case)
    return case


def settle_case(tx: Tx, clock: Clock, actor: Actor, case: Case, *, appeal_days: int) -> Case:
    """Tell what was found in a case that is decided; watch until it is reported, or close it without anything."""
    held = decision_queries.holding_on(tx, case.id).values()
    finding = finding_of(held)
    tell_event(tx, clock, EventKind.CASE_DECIDED, {"case_id": case.id, "verdict": finding.value})
    if finding is Finding.CONFIRMED:
        watch_case(tx, case.id)
        return case
    closed = steps.close_case(tx, clock, actor, case.id, reason=_NOTHING_CONFIRMED)
    end_reviews(tx, clock, actor, closed, appeal_days=appeal_days)
    return closed


def finding_of(held: Collection[Decision]) -> Finding:
    """Return what was found in a case as a whole: confirmed if anything was, else to be referred if anything is."""
    found = {each.finding for each in held}
    return next((each for each in (Finding.CONFIRMED, Finding.OTHER_KIND) if each in found), Finding.NOT_A_MATCH)


def tell_imminent(tx: Tx, clock: Clock, case_id: int) -> None:
    """Tell the operator's addresses, by the case's number alone, that somebody may be in danger."""
    tell_event(tx, clock, EventKind.IMMINENT_DANGER, {"case_id": case_id})


def _require_reader(tx: Tx, desk: ReviewDesk, actor: Actor, case: Case) -> None:
    """Tell where a case waits for a person, and there is none who could be that."""
    if desk.rules.is_single_person_mode:
        return
    wave = decision_queries.wave_readers(tx, case.id)
    people = {name_key(name) for name in names_with(tx, _NEEDED[case.state])}
    if people - wave:
        return
    log.write(
        tx,
        clock=desk.clock,
        actor=actor,
        verb="miss_reader",
        target=case_target(case.id),
        details={"needed": _NEEDED[case.state].value},
    )
    tell_event(tx, desk.clock, EventKind.READER_MISSING, {"case_id": case.id})
