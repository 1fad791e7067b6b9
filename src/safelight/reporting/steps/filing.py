"""Filing a report: every intent is written down before its call, and every answer as it comes."""

import hashlib
import uuid
from dataclasses import dataclass

from safelight.audit import log
from safelight.audit.entry import Details
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.reporting.attempt import UNSETTLED, AttemptState
from safelight.reporting.call import CallKind, CallOutcome
from safelight.reporting.destinations.interface import Exchange
from safelight.reporting.report import Move, Report, ReportState, report_target, state_after
from safelight.reporting.report_key import ReportKey, received_name, sent_name
from safelight.reporting.steps.drafting import locked
from safelight.reporting.store import attempt_rows, call_rows, report_rows
from safelight.roles import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """Who files a report, when, and the report's key."""

    clock: Clock
    actor: Actor
    key: ReportKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A call that was written down: its number, and the name that what is sealed of it is bound to."""

    id: int
    name: str


def begin_filing(tx: Tx, report_id: int) -> Report | None:
    """Let a report be on its way, and count that; None where it is not to be filed, or not any more."""
    report = locked(tx, report_id)
    if report.state not in {ReportState.APPROVED, ReportState.FILING}:
        return None
    report_rows.put(tx, report_id, state=state_after(Move.BEGIN, report).value, tries=report.tries + 1)
    return locked(tx, report_id)


def begin_attempt(tx: Tx, clerk: Clerk, report_id: int) -> int:
    """Write down that a report is about to be opened at its authority, and return the number of that attempt."""
    attempt_id = attempt_rows.add(tx, report_id, see(tx, clerk.clock))
    report_rows.put(tx, report_id, failure="")  # what it was parked for is over
    _write(tx, clerk, "begin_report_attempt", report_id, {"attempt": attempt_id})
    return attempt_id


def intend_call(
    tx: Tx,
    clerk: Clerk,
    attempt: tuple[int, int],
    kind: CallKind,
    *,
    sent: bytes,
    evidence_id: str = "",
) -> Told:
    """Write down that a call is about to be made. `attempt` is the number of the report, and that of its attempt."""
    name, (report_id, attempt_id) = uuid.uuid4().hex, attempt
    call_id = call_rows.add(
        tx,
        report_id=report_id,
        attempt_id=attempt_id,
        name=name,
        kind=kind.value,
        evidence_id=evidence_id,
        intended_at=see(tx, clerk.clock),
        sent_sha256=_digest(sent),
        sent=clerk.key.seal(sent_name(name), sent) if sent else None,
    )
    return Told(id=call_id, name=name)


def note_answer(tx: Tx, clerk: Clerk, told: Told, outcome: CallOutcome, exchange: Exchange) -> None:
    """Write down what came of a call, word for word."""
    received = exchange.received
    call_rows.put(
        tx,
        told.id,
        outcome=outcome.value,
        answered_at=see(tx, clerk.clock),
        http_status=exchange.http_status,
        code=exchange.code,
        request_id=exchange.request_id,
        received_sha256=_digest(received),
        received=clerk.key.seal(received_name(told.name), received) if received else None,
    )


def name_attempt(tx: Tx, clerk: Clerk, report_id: int, attempt_id: int, authority_id: str) -> None:
    """Keep the authority's name for an attempt, which is open there from now on."""
    attempt_rows.put(tx, attempt_id, see(tx, clerk.clock), AttemptState.OPEN, authority_id=authority_id)
    _write(tx, clerk, "open_report_attempt", report_id, {"attempt": attempt_id})


def note_file(tx: Tx, clerk: Clerk, attempt_id: int, evidence_id: str, *, file_id: str, md5: str) -> None:
    """Keep the authority's name for a file that arrived."""
    attempt_rows.add_file(tx, attempt_id, evidence_id, file_id=file_id, md5=md5)
    attempt_rows.put(tx, attempt_id, see(tx, clerk.clock), AttemptState.OPEN)


def note_described(tx: Tx, clerk: Clerk, attempt_id: int, evidence_id: str) -> None:
    """Note that the authority was told what a file is."""
    attempt_rows.put_described(tx, attempt_id, evidence_id)
    attempt_rows.put(tx, attempt_id, see(tx, clerk.clock), AttemptState.OPEN)


def note_finishing(tx: Tx, clerk: Clerk, report_id: int, attempt_id: int) -> bool:
    """Write down that an attempt is about to be finished; say False, and write nothing, where it is to be given up."""
    if locked(tx, report_id).withdrawal:
        return False
    attempt_rows.put(tx, attempt_id, see(tx, clerk.clock), AttemptState.FINISHING)
    return True


def close_attempt(tx: Tx, clerk: Clerk, report_id: int, attempt_id: int, state: AttemptState) -> None:
    """Note what became of an attempt that was not finished."""
    attempt_rows.put(tx, attempt_id, see(tx, clerk.clock), state)
    details: Details = {"attempt": attempt_id, "became": state.value}
    _write(tx, clerk, "close_report_attempt", report_id, details)


def make(tx: Tx, clerk: Clerk, report_id: int, attempt_id: int) -> Report:
    """Note that a report is whole and has to be handed over by a person, and return it.

    One that somebody asked to give up meanwhile is withdrawn instead: nothing of it has left the house.
    """
    report = locked(tx, report_id)
    attempt_rows.put(tx, attempt_id, see(tx, clerk.clock), AttemptState.FINISHED)
    _write(tx, clerk, "make_report", report_id, {"attempt": attempt_id})
    if report.withdrawal:
        withdraw(tx, clerk.clock, clerk.actor, report_id)
    else:
        report_rows.put(tx, report_id, state=state_after(Move.MAKE, report).value, failure="")
    return locked(tx, report_id)


def file(tx: Tx, clerk: Clerk, report_id: int, attempt_id: int, authority_id: str) -> Report:
    """Note that the authority has the report, under this name, and return it. A test host's counts as nothing."""
    report, now = locked(tx, report_id), see(tx, clerk.clock)
    attempt_rows.put(tx, attempt_id, now, AttemptState.FINISHED)
    move = Move.TRY if report.is_test else Move.FILE
    values = {"filed_at": now, "ended_at": now, "receipt": authority_id, "failure": "", "withdrawal": False}
    report_rows.put(tx, report_id, state=state_after(move, report).value, **values)
    details: Details = {"attempt": attempt_id, "receipt": authority_id, "test": report.is_test}
    _write(tx, clerk, "file_report", report_id, details)
    return locked(tx, report_id)


def fail(tx: Tx, clerk: Clerk, report_id: int, sentence: str) -> bool:
    """Note that the authority will not take a report as it is, and why: a person must see to it.

    One that somebody asked to give up meanwhile is withdrawn instead; say False then.
    """
    report = locked(tx, report_id)
    if report.withdrawal:
        withdraw(tx, clerk.clock, clerk.actor, report_id)
        return False
    report_rows.put(tx, report_id, state=state_after(Move.FAIL, report).value, failure=sentence)
    _write(tx, clerk, "fail_report", report_id, {})
    return True


def park(tx: Tx, clerk: Clerk, report_id: int, sentence: str) -> bool:
    """Note why nobody can learn what became of what was opened of a report, which stays on its way.

    Say whether that is new: who is told of it is told once.
    """
    is_new = locked(tx, report_id).failure != sentence
    if is_new:
        report_rows.put(tx, report_id, failure=sentence)
        _write(tx, clerk, "park_report", report_id, {})
    return is_new


def withdraw(tx: Tx, clock: Clock, actor: Actor, report_id: int) -> None:
    """Note that a report that was on its way is given up, as somebody asked."""
    report = locked(tx, report_id)
    values = {"withdrawal": False, "failure": "", "ended_at": see(tx, clock)}
    report_rows.put(tx, report_id, state=state_after(Move.WITHDRAW, report).value, **values)
    log.write(tx, clock=clock, actor=actor, verb="withdraw_report", target=report_target(report_id))


def withdraw_unopened(tx: Tx, clock: Clock, actor: Actor, report_id: int) -> bool:
    """Give a report up that somebody asked to, if nothing can be open of it that anybody could retract.

    Say whether that was so. It takes neither a key nor a destination.
    """
    left = attempt_rows.of_report(tx, report_id, UNSETTLED)
    if not locked(tx, report_id).withdrawal or any(each.authority_id for each in left):
        return False
    for each in left:
        attempt_rows.put(tx, each.id, see(tx, clock), AttemptState.LOST)
    withdraw(tx, clock, actor, report_id)
    return True


def note_discarded(tx: Tx, clock: Clock, actor: Actor, report_id: int, attempt_id: int) -> None:
    """Note that what an attempt made was deleted, for the report was given up before anybody handed it over."""
    attempt_rows.put(tx, attempt_id, see(tx, clock), AttemptState.RETRACTED)
    details: Details = {"attempt": attempt_id}
    target = report_target(report_id)
    log.write(tx, clock=clock, actor=actor, verb="discard_report", target=target, details=details)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest() if data else ""


def _write(tx: Tx, clerk: Clerk, verb: str, report_id: int, details: Details) -> None:
    log.write(tx, clock=clerk.clock, actor=clerk.actor, verb=verb, target=report_target(report_id), details=details)
