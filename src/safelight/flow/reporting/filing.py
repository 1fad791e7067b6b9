"""Filing: the job that takes a report from its approval to its receipt, exactly once, whatever dies on the way.

An authority names a report that is opened, takes files into it, and files it when it is finished. It can retract one
that is not finished, and never one that is; one that is neither comes to nothing by itself. So:

1. Every intent is committed before its call, and every name that the authority gives as it comes.
2. Nobody goes on with what another run began. Whoever begins retracts first what is not settled: if the authority
   says that it is finished already, then it is filed; if it retracted it, or knows none, another may be opened.
3. While the authority does not say which, nothing is opened.
4. Whoever lost the job, or the database, only retracts what they opened themselves.

A report whose name never came (the line was cut while it was opened) is never finished by anybody: it expires.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from safelight.boundary import Reach, unwatched
from safelight.database.transaction import Tx, read
from safelight.errors import (
    DatabaseUnusable,
    EvidenceDamaged,
    InvalidValue,
    KeysUnusable,
    LeaseLost,
    NotAllowed,
    NotFound,
    StoreUnusable,
    UsageError,
)
from safelight.flow.reporting.desk import FindDestination
from safelight.flow.reporting.discarding import Discards
from safelight.flow.reporting.md5_content import Md5Content
from safelight.flow.reporting.receipt import follow_receipt
from safelight.flow.reporting.viewing import SHOWN_MEANWHILE, Asking, Before, viewed_of
from safelight.jobs.run import Handler, Run
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.reporting import queries, steps
from safelight.reporting.attempt import UNSETTLED, Attempt, AttemptState
from safelight.reporting.boundary import FilingBoundary
from safelight.reporting.call import CallKind, CallOutcome
from safelight.reporting.destinations.interface import Answer, Destination, Done, Meaning, Refused, Unanswered, Uploaded
from safelight.reporting.paper import Paper, read_paper
from safelight.reporting.report import Report
from safelight.review.exposure.viewing import Viewed
from safelight.roles import Actor
from safelight.vault.grant import Grant
from safelight.vault.holding import keep_from_opening
from safelight.vault.purpose import Purpose
from safelight.vault.vault import Vault

FILE_REPORT = "file_report"
"""The job that files a report, by its number."""

SOONEST, LATEST = timedelta(seconds=30), timedelta(minutes=30)
"""How long a report waits before it is tried again: twice as long each time, within these."""

Tell = Callable[[str], None]
_LOG = logging.getLogger("safelight")
_Value = TypeVar("_Value")
_SAID = {Done: CallOutcome.DONE, Refused: CallOutcome.REFUSED, Unanswered: CallOutcome.UNANSWERED}


def filing_key(report_id: int) -> str:
    """Return the key of the job that files a report: of each there is at most one."""
    return f"{FILE_REPORT}:{report_id:020}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Files reports to destinations. `actor` opens evidence for that; `tell` is told what somebody should know."""

    vault: Vault
    find: FindDestination
    actor: Actor
    tell: Tell = _LOG.warning
    reach: Reach = unwatched

    def handlers(self) -> Mapping[str, Handler]:
        """Return what carries out each kind of job that is here, and the one that deletes what was given up."""
        return {FILE_REPORT: self.file_report, **Discards(find=self.find, tell=self.tell).handlers()}

    def file_report(self, run: Run) -> None:
        """File a report; nothing is done for one that is not to be filed, or was. See the rules at the top."""
        report_id = int(run.job.args["report"])
        with run.step() as tx:
            report = steps.begin_filing(tx, report_id)
        if report is None:
            with run.last_step():
                return
        with read(run.engine) as tx:
            sealed = queries.sealed_content(tx, report_id)
        try:
            key = sealed.key(self.vault.keys)
            to = self.find(report.destination)
        except (NotFound, UsageError, KeysUnusable) as error:
            self.wait(run, report, str(error))
            return
        clerk, paper = steps.Clerk(clock=run.clock, actor=run.actor, key=key), read_paper(sealed.open(key))
        _OneFiling(filing=self, run=run, report=report, to=to, clerk=clerk, paper=paper).carry_out()

    def wait(self, run: Run, report: Report, why: str) -> None:
        """End a run with another to come, later each time, and tell why."""
        delay = min(SOONEST * 2 ** min(report.tries - 1, 10), LATEST)
        with run.last_step(again_at=run.clock.now() + delay):
            pass
        self.tell(f"Report {report.id} is not filed yet (try {report.tries}): {why}")


class _Later(Exception):
    """It cannot be done now, and may be at another time."""


class _Faulty(Exception):
    """It can never be done as it is: a person must see to it."""


class _Withdrawn(Exception):
    """Somebody asked that it is given up."""


@dataclass(slots=True, kw_only=True)
class _OneFiling:
    """One run of the job. `opened` is the authority's name for what this run opened and has not finished.

    `said` is what it was told about whether each file was viewed, `before` what the platform said of it as it came.
    """

    filing: Filing
    run: Run
    report: Report
    to: Destination
    clerk: steps.Clerk
    paper: Paper
    opened: str = field(default="")
    said: dict[str, Viewed] = field(default_factory=dict)
    before: dict[str, Before] = field(default_factory=dict)

    def carry_out(self) -> None:
        try:
            self._file_or_give_up()
        except (LeaseLost, DatabaseUnusable):
            if self.opened:
                self.to.retract(self.opened)
            raise

    def _file_or_give_up(self) -> None:
        try:
            if self._settle_all() or self._was_withdrawn():
                return
            self._file()
        except _Later as error:
            self._wait(str(error))
        except _Withdrawn:
            self._end(lambda tx: steps.withdraw(tx, self.clerk, self.report.id))
        except _Faulty as error:
            sentence = str(error)
            self._end(lambda tx: self._fail(tx, sentence))
            self.filing.tell(f"Report {self.report.id} was not filed, and a person must see to it: {sentence}")

    def _end(self, act: Callable[[Tx], None]) -> None:
        """Retract what is open, and do the last step; if it turns out to be filed, it is filed."""
        try:
            if self._settle_all():
                return
        except _Later as error:
            self._wait(str(error))
            return
        with self.run.last_step() as tx:
            act(tx)

    def _fail(self, tx: Tx, sentence: str) -> None:
        steps.fail(tx, self.clerk, self.report.id, sentence)
        facts = {"case_id": self.report.case_id, "report_id": self.report.id}
        tell_event(tx, self.run.clock, EventKind.REPORT_FAILED, facts)

    def _wait(self, why: str) -> None:
        self.filing.wait(self.run, self.report, why)

    def _was_withdrawn(self) -> bool:
        if self.report.withdrawal:
            raise _Withdrawn
        return False

    # What an earlier run left

    def _settle_all(self) -> bool:
        """Settle what is not; say whether that filed the report. Raises `_Later` where the authority does not say."""
        with read(self.run.engine) as tx:
            left = [each for each in queries.attempts_of(tx, self.report.id) if each.state in UNSETTLED]
        left.sort(key=lambda attempt: attempt.state is AttemptState.FINISHING)  # with it the job may end
        if self.to.is_test is not self.report.is_test and any(each.authority_id for each in left):
            # To ask there would tell nothing: that it is not known there does not say that it is not filed.
            raise _Later("what was opened of it lies at another kind of host. Set its destination up as it was.")
        return any(self._settle(attempt) for attempt in left)

    def _settle(self, attempt: Attempt) -> bool:
        if not attempt.authority_id:
            with self.run.step() as tx:
                self._close(tx, attempt.id, AttemptState.LOST)
            return False
        with self.run.step() as tx:
            told = self._intend(tx, attempt.id, CallKind.RETRACT)
        answer = self._ask(lambda: self.to.retract(attempt.authority_id))
        self.opened = "" if attempt.authority_id == self.opened else self.opened
        if isinstance(answer, Refused) and answer.meaning is Meaning.FINISHED:
            self._note_filed(told, answer, attempt.id, attempt.authority_id)
            return True
        became = _became(answer)
        with self.run.step() as tx:
            self._note(tx, told, answer)
            if became is not None:
                self._close(tx, attempt.id, became)
        if became is None:
            raise _Later(f"the authority does not say what became of it: {_sentence(answer)}")
        return False

    def _close(self, tx: Tx, attempt_id: int, state: AttemptState) -> None:
        steps.close_attempt(tx, self.clerk, self.report.id, attempt_id, state)

    # A new attempt

    def _file(self) -> None:
        if self.to.is_test is not self.report.is_test:
            raise _Faulty("It was drafted for another kind of host than its destination has now. Draft it anew.")
        attempt_id = self._open()
        for evidence_id in self.paper.evidence_ids:
            self._send(attempt_id, evidence_id)
        self._finish(attempt_id)

    def _open(self) -> int:
        document = self._checked(lambda: self.to.document(self.paper, self.report.mark))
        who = (self.clerk, self.report.id)
        with self.run.step() as tx:
            attempt_id = steps.begin_attempt(tx, *who)
            told = self._intend(tx, attempt_id, CallKind.OPEN, document)
        answer = self._ask(lambda: self.to.open(document))
        if isinstance(answer, Done):
            self.opened = answer.value
        with self.run.step() as tx:
            self._note(tx, told, answer)
            if isinstance(answer, Done):
                steps.name_attempt(tx, *who, attempt_id, answer.value)
            elif isinstance(answer, Refused):
                steps.close_attempt(tx, *who, attempt_id, AttemptState.REFUSED)
        self._value(answer)
        return attempt_id

    def _send(self, attempt_id: int, evidence_id: str) -> None:
        sent = self._upload(attempt_id, evidence_id)
        with read(self.run.engine) as tx:
            seen = self.said[evidence_id] = self._viewed_in(tx, evidence_id)
        named = {"evidence_id": evidence_id, "authority_id": self.opened, "file_id": sent.file_id}
        description = self._checked(lambda: self.to.description(self.paper, seen, **named))
        with self.run.step() as tx:
            told = self._intend(tx, attempt_id, CallKind.DESCRIBE, description, evidence_id)
        answer = self._ask(lambda: self.to.describe(description))
        with self.run.step() as tx:
            self._note(tx, told, answer)
            if isinstance(answer, Done):
                steps.note_described(tx, self.clerk, attempt_id, evidence_id)
        self._value(answer)

    def _upload(self, attempt_id: int, evidence_id: str) -> Uploaded:
        with _reading(), self.run.step() as tx:
            grant = self._grant(tx, evidence_id)
            told = self._intend(tx, attempt_id, CallKind.UPLOAD, evidence_id=evidence_id)
        self.before[evidence_id] = self._before(evidence_id, grant)
        with _reading(), self.filing.vault.read(self.run.engine, grant) as content:
            counted = Md5Content(content)
            answer = self._ask(lambda: self.to.upload(self.opened, evidence_id, counted))
            md5 = counted.md5()
        is_whole = isinstance(answer, Done) and answer.value.md5.lower() == md5
        with self.run.step() as tx:
            self._note(tx, told, answer)
            if isinstance(answer, Done) and is_whole:
                steps.note_file(tx, self.clerk, attempt_id, evidence_id, file_id=answer.value.file_id, md5=md5)
        sent = self._value(answer)
        if not is_whole:
            raise _Later("what arrived of a file is not what was sent")
        return sent

    def _finish(self, attempt_id: int) -> None:
        may_finish, told = False, None
        with self.run.step() as tx:
            keep_from_opening(
                tx, {each for before in self.before.values() for each in before.copies} | self.said.keys()
            )
            is_as_said = all(self._viewed_in(tx, each) == seen for each, seen in self.said.items())
            may_finish = is_as_said and steps.note_finishing(tx, self.clerk, self.report.id, attempt_id)
            told = self._intend(tx, attempt_id, CallKind.FINISH) if may_finish else None
        if not is_as_said:
            raise _Later("somebody was shown a file while it was on its way, and what was said of that is not true now")
        if told is None:
            raise _Withdrawn
        answer = self._ask(lambda: self.to.finish(self.opened))
        if isinstance(answer, Done) or (isinstance(answer, Refused) and answer.meaning is Meaning.FINISHED):
            reference = answer.value if isinstance(answer, Done) else None  # else it was delivered twice
            self._note_filed(told, answer, attempt_id, reference or self.opened)
            self.opened = ""
            return
        with self.run.step() as tx:
            self._note(tx, told, answer)
        self._value(answer)

    def _note_filed(self, told: steps.Told, answer: Answer[Any], attempt_id: int, authority_id: str) -> None:
        """Write down the answer and that the report is filed, and do all that follows from it, in the last step."""
        run = self.run
        with run.last_step() as tx:
            self._note(tx, told, answer)
            if self.to.is_handed_over and not self.report.is_test:
                report = steps.make(tx, self.clerk, self.report.id, attempt_id)
            else:
                report = steps.file(tx, self.clerk, self.report.id, attempt_id, authority_id)
            follow_receipt(tx, run.clock, run.actor, report, self.paper.evidence_ids)
            is_as_said = all(self._viewed_in(tx, each) == seen for each, seen in self.said.items())
        if not is_as_said:
            self.filing.tell(f"Report {self.report.id} {SHOWN_MEANWHILE}")

    # One call

    def _ask(self, call: Callable[[], Answer[_Value]]) -> Answer[_Value]:
        """Make a call: its intent is committed, and its answer is written down next."""
        self.filing.reach(FilingBoundary.CALLING)
        answer = call()
        self.filing.reach(FilingBoundary.CALLED)
        return answer

    def _intend(self, tx: Tx, attempt_id: int, kind: CallKind, sent: bytes = b"", evidence_id: str = "") -> steps.Told:
        of = (self.report.id, attempt_id)
        return steps.intend_call(tx, self.clerk, of, kind, sent=sent, evidence_id=evidence_id)

    def _note(self, tx: Tx, told: steps.Told, answer: Answer[_Value]) -> None:
        steps.note_answer(tx, self.clerk, told, _SAID[type(answer)], answer.exchange)

    def _value(self, answer: Answer[_Value]) -> _Value:
        """Return what a call brought. Raises `_Faulty` where the authority will never do it, and else `_Later`."""
        if isinstance(answer, Done):
            return answer.value
        if isinstance(answer, Refused) and answer.meaning is Meaning.FAULTY:
            raise _Faulty(answer.sentence)
        raise _Later(answer.sentence)

    # Evidence

    def _viewed_in(self, tx: Tx, evidence_id: str) -> Viewed:
        return viewed_of(tx, evidence_id, self.before[evidence_id])

    def _before(self, evidence_id: str, grant: Grant) -> Before:
        """Return what the platform said of a file: by its sealed manifest, for a paper is what people write."""
        asking = Asking(
            vault=self.filing.vault,
            engine=self.run.engine,
            actor=self.filing.actor,
            step=self.run.step,
            reason=f"Report {self.report.id}: whether anybody saw the same bytes before",
        )
        with _reading():
            manifest = self.filing.vault.manifest(self.run.engine, grant)
            return asking.before_intake(evidence_id, manifest, self.paper.file_of(evidence_id).viewed_before_intake)

    def _grant(self, tx: Tx, evidence_id: str) -> Grant:
        reason = f"Report {self.report.id}"
        return self.filing.vault.open(tx, self.filing.actor, evidence_id, Purpose.REPORT, reason)

    def _checked(self, make: Callable[[], _Value]) -> _Value:
        try:
            return make()
        except InvalidValue as error:
            raise _Faulty(str(error)) from error


@contextmanager
def _reading() -> Iterator[None]:
    """Tell faults of reading evidence by what they mean for the report."""
    try:
        yield
    except (KeysUnusable, StoreUnusable) as error:
        raise _Later(str(error)) from error
    except (NotFound, NotAllowed, EvidenceDamaged) as error:
        raise _Faulty(str(error)) from error


def _became(answer: Answer[None]) -> AttemptState | None:
    """Say what an attempt became that was to be retracted; None where the authority does not say."""
    if isinstance(answer, Done):
        return AttemptState.RETRACTED
    return _SETTLING.get(answer.meaning) if isinstance(answer, Refused) else None


def _sentence(answer: Answer[None]) -> str:
    return "" if isinstance(answer, Done) else answer.sentence


_SETTLING = {Meaning.UNKNOWN_REPORT: AttemptState.GONE, Meaning.RETRACTED: AttemptState.RETRACTED}
