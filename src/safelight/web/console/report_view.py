"""What the page of a report is made of, read at one moment: what it says, what it lacks, and how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from safelight.audit.entry import AuditEntry
from safelight.audit.queries import Search, search_entries
from safelight.database.transaction import Tx, read
from safelight.errors import KeysUnusable, NotFound, SafelightError, UsageError
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.reporting.drafting import Reading, read_content
from safelight.flow.reporting.filing import filing_key
from safelight.flow.reporting.standing import ReportStanding, find_standing
from safelight.flow.reporting.viewing import viewed_so_far
from safelight.jobs.job import Job
from safelight.jobs.queries import find_open_job
from safelight.reporting import queries
from safelight.reporting.attempt import UNSETTLED, Attempt, AttemptState
from safelight.reporting.call import Call
from safelight.reporting.completeness import Completeness
from safelight.reporting.destinations.interface import Destination
from safelight.reporting.form.fault import Fault
from safelight.reporting.paper import Paper
from safelight.reporting.report import Report, ReportState, report_target
from safelight.review.exposure.viewing import Viewed
from safelight.roles import Permission
from safelight.vault.hold import Hold
from safelight.vault.holding import holds_of
from safelight.vault.listing import EvidenceFacts
from safelight.vault.queries import find_evidence
from safelight.web.console.paging import ROWS

MOST_CALLS = 50
MOST_OF_CASE = 200
"""So many reports of one case are looked through for those that follow one."""

ON_ITS_WAY = frozenset({ReportState.APPROVED, ReportState.FILING})
"""The states in which a worker is at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """How far a report is at its authority: the attempts, the calls, the latest first, and the job that files it."""

    report: Report
    attempts: Sequence[Attempt]
    calls: Sequence[Call]
    job: Job | None
    now: datetime

    @property
    def is_moving(self) -> bool:
        """Whether something may change by itself at any moment: then it is worth to be looked at again."""
        return self.report.state in ON_ITS_WAY

    @property
    def is_watched(self) -> bool:
        """Whether a page looks again by itself: while it moves, and something happened a little while ago.

        What waits for half an hour is not asked for every few seconds, and no session is kept alive by a page alone.
        """
        moments = [each.intended_at for each in self.calls[:1]]
        moments += [] if self.report.approved_at is None else [self.report.approved_at]
        moments += [] if self.job is None else [self.job.due_at]
        return self.is_moving and any(abs((self.now - each).total_seconds()) < _WATCHED_S for each in moments)

    @property
    def open_attempts(self) -> list[Attempt]:
        """What may lie at the authority, neither finished nor retracted."""
        return [each for each in self.attempts if each.state in UNSETTLED]

    @property
    def is_open_there(self) -> bool:
        """Whether the authority has named it, and it is not finished."""
        return any(each.state in {AttemptState.OPEN, AttemptState.FINISHING} for each in self.attempts)


_WATCHED_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A file of a report: its place, counted from 1, what is known of it here, and whether it was viewed."""

    place: int
    evidence_id: str
    facts: EvidenceFacts | None
    viewed: Viewed
    holds: Sequence[Hold] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A report as a page shows it.

    `files` are as many as a page has; `files_after` how many come before those of the next page, None for none more.
    `paper` is None once what it said was erased, and `digest`, which is of what the paper says, is "" then.
    `destination` is None, and `trouble` why, where it cannot be asked what it lacks. `history` and holds are None for
    whoever may not read them. `others` are the reports of the same case that nobody gave up.
    """

    report: Report
    live: Live
    paper: Paper | None = field(repr=False)
    digest: str
    destination: Destination | None
    trouble: SafelightError | None
    faults: Sequence[Fault]
    completeness: Completeness | None
    files: Sequence[FileView]
    files_after: int | None
    others: Sequence[Report]
    followers: Sequence[Report]
    history: Sequence[AuditEntry] | None
    standing: ReportStanding

    @property
    def is_erased(self) -> bool:
        """Whether what it said was erased, for its time was over."""
        return self.paper is None


def read_view(desk: ReportDesk, report_id: int, *, after: int = 0) -> ReportView:
    """Read a report for who is at the desk, with a page of its files, those after so many.

    Raises `NotAllowed`, `NotFound`, `InvalidValue`, `KeysUnusable`.
    """
    live = read_live(desk, report_id)
    report, reading = live.report, _read_content(desk, report_id)
    paper = None if reading is None else reading.paper
    to, trouble = find_destination(desk, report.destination)
    with read(desk.engine) as tx:
        files = () if paper is None else tuple(_files(tx, desk, report, paper, after))
        others = queries.page_reports(tx, case_id=report.case_id, limit=MOST_OF_CASE)
        history = _history(tx, desk, report_id)
    is_weighed = to is not None and paper is not None
    return ReportView(
        report=report,
        live=live,
        paper=paper,
        digest="" if reading is None else reading.digest,
        destination=to,
        trouble=trouble,
        faults=to.faults(paper, desk.clock.now()) if is_weighed and to and paper else (),
        completeness=to.completeness(paper) if is_weighed and to and paper else None,
        files=files,
        files_after=after + ROWS if paper is not None and len(paper.files) > after + ROWS else None,
        others=[each for each in others if each.id != report_id and each.state is not ReportState.WITHDRAWN],
        followers=[each for each in others if each.follows_id == report_id],
        history=history,
        standing=find_standing(desk, report_id),
    )


def read_live(desk: ReportDesk, report_id: int) -> Live:
    """Read how far a report is. Raises `NotFound`, `InvalidValue`."""
    with read(desk.engine) as tx:
        report = queries.find_report(tx, report_id)
        return Live(
            report=report,
            attempts=queries.attempts_of(tx, report_id),
            calls=queries.latest_calls(tx, report_id, limit=MOST_CALLS),
            job=find_open_job(tx, filing_key(report_id)),
            now=desk.clock.now(),
        )


def _read_content(desk: ReportDesk, report_id: int) -> Reading | None:
    try:
        return read_content(desk, report_id)
    except NotFound:
        return None


def find_destination(desk: ReportDesk, name: str) -> tuple[Destination | None, SafelightError | None]:
    """Return a destination, or why it cannot be asked at this moment."""
    try:
        return desk.find(name), None
    except (NotFound, UsageError, KeysUnusable) as error:
        return None, error


def _files(tx: Tx, desk: ReportDesk, report: Report, paper: Paper, after: int) -> list[FileView]:
    may = desk.actor.permissions
    found = []
    for place, each in enumerate(paper.files[after : after + ROWS], start=after + 1):
        holds = holds_of(tx, each.evidence_id) if Permission.HOLD_READ in may else None
        reference = f"{report_target(report.id)} "
        begun = None if holds is None else [hold for hold in holds if hold.reference.startswith(reference)]
        found.append(
            FileView(
                place=place,
                evidence_id=each.evidence_id,
                facts=_evidence(tx, each.evidence_id),
                viewed=viewed_so_far(tx, each.evidence_id, each.viewed_before_intake),
                holds=begun,
            )
        )
    return found


def _evidence(tx: Tx, evidence_id: str) -> EvidenceFacts | None:
    try:
        return find_evidence(tx, evidence_id)
    except NotFound:
        return None


def _history(tx: Tx, desk: ReportDesk, report_id: int) -> Sequence[AuditEntry] | None:
    if Permission.AUDIT_READ not in desk.actor.permissions:
        return None
    return search_entries(tx, Search(target=report_target(report_id)), limit=100).entries
