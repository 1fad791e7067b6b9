"""A destination in memory whose reports have the whole form of the CyberTipline. Nothing leaves the process."""

import hashlib
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from safelight.clock import Clock
from safelight.reporting.completeness import Completeness, Want, weigh
from safelight.reporting.destinations.interface import Answer, Done, Exchange, Form, Meaning, Refused, Uploaded
from safelight.reporting.destinations.ncmec.forming import FORM, faults_of
from safelight.reporting.facts import CaseFacts
from safelight.reporting.form.fault import Fault, refuse_faults
from safelight.reporting.paper import Paper, PaperFile
from safelight.review.exposure.viewing import Viewed

WHOLE: Mapping[str, Any] = {
    "incidentSummary": {
        "incidentType": "Child Pornography (possession, manufacture, and distribution)",
        "incidentDateTime": "2026-01-02T03:04:05.000Z",
    },
    "reporter": {"reportingPerson": {"firstName": "Trust", "email": [{"text": "safety@platform.example"}]}},
}
_NUMBERS = itertools.count(4711)


@dataclass
class Line:
    """A destination. `fault` says of each kind of call what goes wrong with it: `later`, `faulty`, or nothing."""

    clock: Clock
    name: str = "cybertipline"
    is_test: bool = False
    is_handed_over: bool = False
    form: Form = FORM
    fault: Callable[[str], str] = lambda _kind: ""
    filed: list[str] = field(default_factory=list)

    def draft(self, facts: CaseFacts) -> Paper:
        """Put the account and the files of a case on the form."""
        said = {"incidentType": WHOLE["incidentSummary"]["incidentType"]}
        files = tuple(
            PaperFile(evidence_id=each.evidence_id, viewed_before_intake=each.origin.viewed_before_intake)
            for each in facts.files
        )
        report = {"incidentSummary": said, "reporter": WHOLE["reporter"], "personOrUserReported": [{}]}
        if facts.subject_id:
            report["personOrUserReported"] = [{"espIdentifier": facts.subject_id[:255]}]
        return Paper(form=FORM.name, report=report, files=files)

    def faults(self, paper: Paper, now: datetime) -> list[Fault]:
        """Hold a paper against the whole model."""
        return faults_of(paper, now)

    def completeness(self, paper: Paper) -> Completeness:
        """Want an address, a name of each file, and two things more."""
        reported = (paper.report.get("personOrUserReported") or [{}])[0]
        captured = isinstance(reported, dict) and bool(reported.get("ipCaptureEvent"))
        path = "report/personOrUserReported[1]/ipCaptureEvent[1]"
        why = "An IP address at a known time leads to a connection."
        named = all(each.details.get("originalFileName") for each in paper.files)
        return weigh([
            Want(name="ip_with_time", path=path, weight=20, why=why, is_there=captured),
            Want(name="file_name", path="fileDetails[1]/originalFileName", weight=2, why="A name.", is_there=named),
            Want(name="viewed", path="fileDetails[1]/fileViewedByEsp", weight=4, why="A court.", is_there=False),
            Want(name="of_our_own", path="report/additionalInfo", weight=1, why="More is told.", is_there=False),
        ])  # fmt: skip

    def document(self, paper: Paper, mark: str) -> bytes:
        """Return something that names the report."""
        refuse_faults(self.faults(paper, self.clock.now()))
        return f"<report mark='{mark}'>{paper.report['incidentSummary']['incidentType']}</report>".encode()

    def description(self, paper: Paper, viewed: Viewed, *, evidence_id: str, authority_id: str, file_id: str) -> bytes:
        """Return something that names the file, and whether it was viewed."""
        paper.file_of(evidence_id)
        return f"<fileDetails><reportId>{authority_id}</reportId>{viewed.answer.value} {file_id}</fileDetails>".encode()

    def open(self, document: bytes) -> Answer[str]:
        """Open a report."""
        return self._say("open", str(next(_NUMBERS)), document)

    def upload(self, authority_id: str, evidence_id: str, content: Any) -> Answer[Uploaded]:
        """Take a file."""
        digest = hashlib.md5(content.read(0, content.size_bytes), usedforsecurity=False).hexdigest()
        return self._say("upload", Uploaded(file_id=f"{authority_id}-{evidence_id[:6]}", md5=digest))

    def describe(self, description: bytes) -> Answer[None]:
        """Take what is said of a file."""
        return self._say("describe", None, description)

    def finish(self, authority_id: str) -> Answer[None]:
        """File a report."""
        answer = self._say("finish", None)
        if isinstance(answer, Done):
            self.filed.append(authority_id)
        return answer

    def retract(self, authority_id: str) -> Answer[None]:
        """Retract a report that is not filed."""
        if authority_id in self.filed:
            return Refused(meaning=Meaning.FINISHED, sentence="It is finished.")
        return self._say("retract", None)

    def _say(self, kind: str, value: Any, sent: bytes = b"") -> Answer[Any]:
        said = {"later": Meaning.LATER, "faulty": Meaning.FAULTY}.get(self.fault(kind))
        code = 5102 if said else 0
        told = Exchange(sent=sent, received=b"<said/>", http_status=200, code=code, request_id=f"req-{kind}")
        if said is None:
            return Done(value=value, exchange=told)
        return Refused(meaning=said, sentence="The authority said no, for a trial.", exchange=told)
