"""Filing: the job that takes a report from its approval to its receipt, exactly once, whatever dies on the way.

An authority names a report that is opened, takes files into it, and files it when it is finished. It can retract one
that is not finished, and never one that is; one that is neither comes to nothing by itself. So:

1. Every intent is committed before its call, and every name that the authority gives as it comes.
2. Nobody goes on with what another run began. Whoever begins retracts first what is not settled: if the authority
   says that it is finished already, then it is filed; if it retracted it, or knows none, another may be opened.
3. While the authority does not say which, nothing is opened. Where it will never say, a person is told.
4. Whoever must stop retracts first what they opened themselves, and only that where they lost the job or the database.

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
    ClockWrong,
    DatabaseUnusable,
    EvidenceDamaged,
    InvalidValue,
    KeysUnusable,
    LeaseLost,
    NotAllowed,
    NotFound,
    SafelightError,
    StoreUnusable,
    UsageError,
)
from safelight.flow.reporting.calls import Calls, Faulty, Later, Parked, value_of
from safelight.flow.reporting.desk import FindDestination
from safelight.flow.reporting.discarding import Discards, enqueue_discarding
from safelight.flow.reporting.md5_content import Md5Content
from safelight.flow.reporting.receipt import DOUBTED, follow_receipt
from safelight.flow.reporting.settling import Settling
from safelight.flow.reporting.viewing import SHOWN_MEANWHILE, Asking, Before, viewed_of
from safelight.jobs.run import Handler, Run
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.reporting import queries, steps
from safelight.reporting.attempt import AttemptState
from safelight.reporting.call import CallKind
from safelight.reporting.destinations.interface import Answer, Done, Meaning, Refused, Uploaded
from safelight.reporting.paper import Paper, read_paper
from safelight.reporting.report import Report, ReportState
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

PARKED_FOR = timedelta(days=1)
"""How long a report waits where only a person can help, if nobody wakes it before."""

Tell = Callable[[str], None]
_LOG = logging.getLogger("safelight")
_Value = TypeVar("_Value")


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
        try:
            if report.withdrawal and _was_withdrawn_unopened(run, report):
                return
            begun = self._begun(run, report)
        except (NotFound, UsageError, KeysUnusable, ClockWrong) as error:
            self.wait(run, report, str(error))
            return
        begun.carry_out()

    def _begun(self, run: Run, report: Report) -> "_OneFiling":
        with read(run.engine) as tx:
            sealed = queries.sealed_content(tx, report.id)
        key = sealed.key(self.vault.keys)
        to, paper = self.find(report.destination), read_paper(sealed.open(key))
        clerk = steps.Clerk(clock=run.clock, actor=run.actor, key=key)
        calls = Calls(run=run, report=report, to=to, clerk=clerk, reach=self.reach)
        return _OneFiling(filing=self, calls=calls, paper=paper)

    def wait(self, run: Run, report: Report, why: str) -> None:
        """End a run with another to come, later each time, and tell why."""
        delay = min(SOONEST * 2 ** min(report.tries - 1, 10), LATEST)
        with run.last_step(again_at=run.clock.now() + delay):
            pass
        self.tell(f"Report {report.id} is not filed yet (try {report.tries}): {why}")


def _was_withdrawn_unopened(run: Run, report: Report) -> bool:
    """Withdraw what somebody gave up before anything was opened that could be retracted: that takes no authority."""
    with run.step() as tx:
        is_withdrawn = steps.withdraw_unopened(tx, run.clock, run.actor, report.id)
    if is_withdrawn:
        with run.last_step():
            pass
    return is_withdrawn


class _Withdrawn(Exception):
    """Somebody asked that it is given up."""


@dataclass(slots=True, kw_only=True)
class _OneFiling:
    """One run of the job.

    `said` is what it was told about whether each file was viewed, `before` what the platform said of it as it came.
    """

    filing: Filing
    calls: Calls
    paper: Paper
    said: dict[str, Viewed] = field(default_factory=dict)
    before: dict[str, Before] = field(default_factory=dict)

    def carry_out(self) -> None:
        try:
            self._file_or_put_off()
        except Exception:
            self._drop()
            raise

    def _file_or_put_off(self) -> None:
        try:
            self._file_or_give_up()
        except (Later, ClockWrong, KeysUnusable) as error:
            self._put_off(error)

    def _file_or_give_up(self) -> None:
        try:
            if self._settle_all():
                return
            self._file()
        except _Withdrawn:
            self._end(self._withdraw)
        except Faulty as error:
            sentence = str(error)
            self._end(lambda tx: self._fail(tx, sentence))

    def _end(self, act: Callable[[Tx], str]) -> None:
        """Retract what is open, do the last step, and tell what that says; what turns out to be filed is filed."""
        if self._settle_all():
            return
        with self.calls.run.last_step() as tx:
            sentence = act(tx)
        if sentence:
            self.filing.tell(f"Report {self.calls.report.id} {sentence}")

    def _withdraw(self, tx: Tx) -> str:
        steps.withdraw(tx, self.calls.run.clock, self.calls.run.actor, self.calls.report.id)
        return ""

    def _fail(self, tx: Tx, sentence: str) -> str:
        if not steps.fail(tx, self.calls.clerk, self.calls.report.id, sentence):
            return ""
        self._notify_failed(tx)
        return f"was not filed, and a person must see to it: {sentence}"

    def _put_off(self, error: Exception) -> None:
        """Retract what is open, so that nothing lies there meanwhile, and wait."""
        try:
            if self.calls.opened and self._settle_all():
                return
        except (Later, ClockWrong, KeysUnusable) as another:
            self._drop()
            error = another if isinstance(another, Parked) else error
        if isinstance(error, Parked):
            self._park(str(error))
        else:
            self.filing.wait(self.calls.run, self.calls.report, str(error))

    def _park(self, why: str) -> None:
        run, report_id = self.calls.run, self.calls.report.id
        with run.last_step(again_at=run.clock.now() + PARKED_FOR) as tx:
            if steps.park(tx, self.calls.clerk, report_id, f"It is not known whether it is filed: {why}"):
                self._notify_failed(tx)
        self.filing.tell(
            f"Report {report_id} is not settled, and a person must see to it: {why} Nothing else is opened of it. Set "
            f"its destination right, or ask its authority; then: safelight report retry {report_id} --reason …"
        )

    def _notify_failed(self, tx: Tx) -> None:
        facts = {"case_id": self.calls.report.case_id, "report_id": self.calls.report.id}
        tell_event(tx, self.calls.run.clock, EventKind.REPORT_FAILED, facts)

    def _drop(self) -> None:
        """Retract what this run opened, without a word of it here: whoever begins next asks what became of it."""
        if self.calls.opened:
            self.calls.to.retract(self.calls.opened)
        self.calls.opened = ""

    def _settle_all(self) -> bool:
        return Settling(calls=self.calls, note_filed=self._note_filed).settle_all()

    # A new attempt

    def _file(self) -> None:
        if self.calls.report.withdrawal:
            raise _Withdrawn
        if self.calls.to.is_test is not self.calls.report.is_test:
            raise Faulty("It was drafted for another kind of host than its destination has now. Draft it anew.")
        attempt_id = self._open()
        for evidence_id in self.paper.evidence_ids:
            self._send(attempt_id, evidence_id)
        self._finish(attempt_id)

    def _open(self) -> int:
        document = self._checked(lambda: self.calls.to.document(self.paper, self.calls.report.mark))
        who = (self.calls.clerk, self.calls.report.id)
        with self.calls.run.step() as tx:
            attempt_id = steps.begin_attempt(tx, *who)
            told = self.calls.intend(tx, attempt_id, CallKind.OPEN, document)
        answer = self.calls.ask(lambda: self.calls.to.open(document))
        if isinstance(answer, Done):
            self.calls.opened = answer.value
        with self.calls.run.step() as tx:
            self.calls.note(tx, told, answer)
            if isinstance(answer, Done):
                steps.name_attempt(tx, *who, attempt_id, answer.value)
            elif isinstance(answer, Refused):
                steps.close_attempt(tx, *who, attempt_id, AttemptState.REFUSED)
        value_of(answer)
        return attempt_id

    def _send(self, attempt_id: int, evidence_id: str) -> None:
        sent = self._upload(attempt_id, evidence_id)
        with read(self.calls.run.engine) as tx:
            seen = self.said[evidence_id] = self._viewed_in(tx, evidence_id)
        named = {"evidence_id": evidence_id, "authority_id": self.calls.opened, "file_id": sent.file_id}
        description = self._checked(lambda: self.calls.to.description(self.paper, seen, **named))
        with self.calls.run.step() as tx:
            told = self.calls.intend(tx, attempt_id, CallKind.DESCRIBE, description, evidence_id)
        answer = self.calls.ask(lambda: self.calls.to.describe(description))
        with self.calls.run.step() as tx:
            self.calls.note(tx, told, answer)
            if isinstance(answer, Done):
                steps.note_described(tx, self.calls.clerk, attempt_id, evidence_id)
        value_of(answer)

    def _upload(self, attempt_id: int, evidence_id: str) -> Uploaded:
        with _reading(), self.calls.run.step() as tx:
            grant = self._grant(tx, evidence_id)
            told = self.calls.intend(tx, attempt_id, CallKind.UPLOAD, evidence_id=evidence_id)
        self.before[evidence_id] = self._before(evidence_id, grant)
        with _reading(by_grant=True), self.filing.vault.read(self.calls.run.engine, grant) as content:
            counted = Md5Content(content)
            answer = self.calls.ask(lambda: self.calls.to.upload(self.calls.opened, evidence_id, counted))
            md5 = counted.md5()
        is_whole = isinstance(answer, Done) and answer.value.md5.lower() == md5
        with self.calls.run.step() as tx:
            self.calls.note(tx, told, answer)
            if isinstance(answer, Done) and is_whole:
                steps.note_file(tx, self.calls.clerk, attempt_id, evidence_id, file_id=answer.value.file_id, md5=md5)
        sent = value_of(answer)
        if not is_whole:
            raise Later("what arrived of a file is not what was sent")
        return sent

    def _finish(self, attempt_id: int) -> None:
        may_finish, told = False, None
        with self.calls.run.step() as tx:
            keep_from_opening(
                tx, {each for before in self.before.values() for each in before.copies} | self.said.keys()
            )
            is_as_said = all(self._viewed_in(tx, each) == seen for each, seen in self.said.items())
            may_finish = is_as_said and steps.note_finishing(tx, self.calls.clerk, self.calls.report.id, attempt_id)
            told = self.calls.intend(tx, attempt_id, CallKind.FINISH) if may_finish else None
        if not is_as_said:
            raise Later("somebody was shown a file while it was on its way, and what was said of that is not true now")
        if told is None:
            raise _Withdrawn
        answer = self.calls.ask(lambda: self.calls.to.finish(self.calls.opened))
        if isinstance(answer, Done) or (isinstance(answer, Refused) and answer.meaning is Meaning.FINISHED):
            reference = answer.value if isinstance(answer, Done) else None  # else it was delivered twice
            name, self.calls.opened = reference or self.calls.opened, ""
            self._note_filed(told, answer, attempt_id, name)
            return
        with self.calls.run.step() as tx:
            self.calls.note(tx, told, answer)
        value_of(answer)

    def _note_filed(self, told: steps.Told, answer: Answer[Any], attempt_id: int, authority_id: str) -> None:
        """Write down the answer and that the report is filed, and do all that follows from it, in the last step.

        Raises `Later` where something of that cannot be done at this moment: the authority is asked again then.
        """
        try:
            with self.calls.run.last_step() as tx:
                self.calls.note(tx, told, answer)
                is_doubted = queries.receipt_was_doubted(tx, attempt_id)
                self._follow(tx, attempt_id, authority_id, is_doubted=is_doubted)
                is_as_said = all(self._viewed_in(tx, each) == seen for each, seen in self.said.items())
        except (LeaseLost, DatabaseUnusable):
            raise
        except SafelightError as error:
            raise Later(f"the authority has it, and that could not be written down: {error}") from error
        for is_told, sentence in ((not is_as_said, SHOWN_MEANWHILE), (is_doubted, DOUBTED)):
            if is_told:
                self.filing.tell(f"Report {self.calls.report.id} {sentence}")

    def _follow(self, tx: Tx, attempt_id: int, authority_id: str, *, is_doubted: bool) -> None:
        run, clerk, report = self.calls.run, self.calls.clerk, self.calls.report
        if self.calls.to.is_handed_over and not report.is_test:
            report = steps.make(tx, clerk, report.id, attempt_id)
        else:
            report = steps.file(tx, clerk, report.id, attempt_id, authority_id)
        if report.state is ReportState.WITHDRAWN:
            enqueue_discarding(tx, run.clock, report.id)
        follow_receipt(tx, run.clock, run.actor, report, self.paper.evidence_ids, is_doubted=is_doubted)

    # Evidence

    def _viewed_in(self, tx: Tx, evidence_id: str) -> Viewed:
        return viewed_of(tx, evidence_id, self.before[evidence_id])

    def _before(self, evidence_id: str, grant: Grant) -> Before:
        """Return what the platform said of a file: by its sealed manifest, for a paper is what people write."""
        asking = Asking(
            vault=self.filing.vault,
            engine=self.calls.run.engine,
            actor=self.filing.actor,
            step=self.calls.run.step,
            reason=f"Report {self.calls.report.id}: whether anybody saw the same bytes before",
        )
        with _reading(by_grant=True):
            manifest = self.filing.vault.manifest(self.calls.run.engine, grant)
            return asking.before_intake(evidence_id, manifest, self.paper.file_of(evidence_id).viewed_before_intake)

    def _grant(self, tx: Tx, evidence_id: str) -> Grant:
        reason = f"Report {self.calls.report.id}"
        return self.filing.vault.open(tx, self.filing.actor, evidence_id, Purpose.REPORT, reason)

    def _checked(self, make: Callable[[], _Value]) -> _Value:
        try:
            return make()
        except InvalidValue as error:
            raise Faulty(str(error)) from error


@contextmanager
def _reading(*, by_grant: bool = False) -> Iterator[None]:
    """Tell faults of reading evidence by what they mean for the report.

    `by_grant`: leave was given, so that what is not allowed any more is only over, and can be asked for anew.
    """
    try:
        yield
    except (KeysUnusable, StoreUnusable) as error:
        raise Later(str(error)) from error
    except (NotFound, NotAllowed, EvidenceDamaged) as error:
        is_over = by_grant and isinstance(error, NotAllowed)
        raise (Later if is_over else Faulty)(str(error)) from error
