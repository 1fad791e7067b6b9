"""The CyberTipline as a destination: what is said to it, how complete that is, and the wire to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from safelight.clock import Clock
from safelight.errors import InvalidValue
from safelight.intake.content import CHUNK_BYTES
from safelight.outbound.address import Network
from safelight.outbound.outlet import Outlet
from safelight.reporting.completeness import Completeness, weigh
from safelight.reporting.destinations.interface import Answer, Done, Form, Meaning, Refused, Unanswered, Uploaded
from safelight.reporting.destinations.ncmec.client import CyberTipline, Patience
from safelight.reporting.destinations.ncmec.credentials import Environment
from safelight.reporting.destinations.ncmec.drafting import draft
from safelight.reporting.destinations.ncmec.forming import FORM, details_of, faults_of, report_of
from safelight.reporting.destinations.ncmec.multipart import Upload
from safelight.reporting.destinations.ncmec.reading import read_outcome
from safelight.reporting.destinations.ncmec.setup import NcmecSetup
from safelight.reporting.destinations.ncmec.taking import described_as, finished_with, opened, retracted, uploaded_to
from safelight.reporting.destinations.ncmec.wants import wants_of
from safelight.reporting.destinations.ncmec.writing import write_file, write_report
from safelight.reporting.facts import CaseFacts
from safelight.reporting.form.fault import Fault
from safelight.reporting.paper import Paper
from safelight.review.exposure.viewing import Viewed
from safelight.sandbox.content import Content

_NO_NAME = "This is no number of a report at the CyberTipline: it was opened elsewhere, under another set-up."


@dataclass(frozen=True, slots=True, kw_only=True)
class CyberTip:
    """A CyberTipline account. Safe for use by many threads.

    `let_through` are addresses of trials that are called though they are not public. What was uploaded through it is
    remembered until the report is finished or retracted, for its receipt to be held against. Raises `InvalidValue` and
    `OutboundRefused` for a root that the credentials are not for, or that is not let through.
    """

    name: str
    setup: NcmecSetup
    outlet: Outlet = field(repr=False)
    clock: Clock
    let_through: tuple[Network, ...] = ()
    patience: Patience = field(default_factory=Patience)
    _files: dict[int, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a root that is not for the credentials."""
        _ = self._line

    @property
    def is_test(self) -> bool:
        """Whether its credentials are for the test host."""
        return self.setup.credentials.environment is Environment.TEST

    @property
    def is_handed_over(self) -> bool:
        """No: what is finished is filed."""
        return False

    @property
    def form(self) -> Form:
        """The form of its papers."""
        return FORM

    # What is said

    def draft(self, facts: CaseFacts) -> Paper:
        """Return what this house knows of a case, on the form."""
        return draft(self.setup.profile, facts, self.clock.now(), self.name)

    def faults(self, paper: Paper, now: datetime) -> list[Fault]:
        """Return why a paper cannot be sent at that moment."""
        return faults_of(paper, now)

    def completeness(self, paper: Paper) -> Completeness:
        """Return how much of what an investigator needs a paper says."""
        return weigh(wants_of(paper))

    def document(self, paper: Paper, mark: str) -> bytes:
        """Return the report's XML with our name for it. Raises `InvalidValue` for faults, those of its files too."""
        return write_report(report_of(paper, mark, self.clock.now()), self._line.host.schema_location)

    def description(self, paper: Paper, viewed: Viewed, *, evidence_id: str, authority_id: str, file_id: str) -> bytes:
        """Return the XML of a file's details. Raises `InvalidValue` for faults."""
        if (report_id := _number(authority_id)) is None:
            raise InvalidValue(_NO_NAME)
        details = details_of(paper.file_of(evidence_id), viewed, (report_id, file_id), self.clock.now())
        return write_file(details, self._line.host.schema_location)

    # The wire

    def open(self, document: bytes) -> Answer[str]:
        """Open a report by `/submit`."""
        return read_outcome(self._line.submit(document), opened, sent=document, report_id=None)

    def upload(self, authority_id: str, evidence_id: str, content: Content) -> Answer[Uploaded]:
        """Send a file by `/upload`. What it was called belongs into its details; `evidence_id` stays in this house."""
        del evidence_id
        if (report_id := _number(authority_id)) is None:
            return _NOWHERE
        upload = Upload(report_id=report_id, size_bytes=content.size_bytes, pieces=_pieces(content))
        before = self._files.get(report_id, ())
        answer = read_outcome(self._line.upload(upload), uploaded_to(report_id, before), report_id=report_id)
        if isinstance(answer, Done):
            self._files[report_id] = (*before, answer.value.file_id)
        return answer

    def describe(self, description: bytes) -> Answer[None]:
        """Say what a file is, by `/fileinfo`."""
        report_id, take = described_as(description)
        return read_outcome(self._line.fileinfo(description), take, sent=description, report_id=report_id)

    def finish(self, authority_id: str) -> Answer[None]:
        """Finish a report by `/finish`, and hold the receipt against what was uploaded."""
        if (report_id := _number(authority_id)) is None:
            return _NOWHERE
        take = finished_with(report_id, self._files.get(report_id, ()))
        return self._ending(report_id, read_outcome(self._line.finish(report_id), take, report_id=report_id))

    def retract(self, authority_id: str) -> Answer[None]:
        """Retract a report by `/retract`."""
        if (report_id := _number(authority_id)) is None:
            return _NOWHERE
        take = retracted(report_id)
        return self._ending(report_id, read_outcome(self._line.retract(report_id), take, report_id=report_id))

    def _ending(self, report_id: int, answer: Answer[None]) -> Answer[None]:
        """Forget what was uploaded, where the authority said what became of it."""
        if not isinstance(answer, Unanswered):
            self._files.pop(report_id, None)
        return answer

    @property
    def _line(self) -> CyberTipline:
        return CyberTipline(
            credentials=self.setup.credentials,
            outlet=self.outlet,
            root=self.setup.root,
            let_through=self.let_through,
            patience=self.patience,
        )


_NOWHERE = Refused(meaning=Meaning.FAULTY, sentence=_NO_NAME)


def _number(authority_id: str) -> int | None:
    return int(authority_id) if re.fullmatch("[0-9]{1,19}", authority_id, re.ASCII) else None


def _pieces(content: Content) -> Iterator[bytes]:
    for offset in range(0, content.size_bytes, CHUNK_BYTES):
        yield content.read(offset, CHUNK_BYTES)
