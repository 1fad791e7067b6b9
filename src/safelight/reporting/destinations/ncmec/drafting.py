"""Drafting: what this house knows of a case, on the form of the CyberTipline. Everything else is left to a person.

Nothing is guessed, and a complaint's words are quoted as such. What its field cannot hold stands in the text.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from safelight.reporting.destinations.ncmec.drafting_files import draft_file, upload_address
from safelight.reporting.destinations.ncmec.fitting import Fitting, distinct, sendable, spelled
from safelight.reporting.destinations.ncmec.forming import FORM
from safelight.reporting.destinations.ncmec.model.capture import IpCaptureEvent
from safelight.reporting.destinations.ncmec.model.incident import IncidentSummary, IncidentType
from safelight.reporting.destinations.ncmec.model.internet import InternetDetails, WebPageIncident
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.destinations.ncmec.model.reported import PersonOrUserReported
from safelight.reporting.destinations.ncmec.setup import Profile
from safelight.reporting.facts import CaseFacts, Complaint, FileFacts
from safelight.reporting.form.plain_kinds import CLOCK_MARGIN, LARGEST_LONG, Moment
from safelight.reporting.form.text_kinds import Text, Url
from safelight.reporting.form.tree import to_tree
from safelight.reporting.paper import MOST_FILES, Paper
from safelight.review import decision as review

ESCALATION = re.compile(r"A person of this company decided at \S+ that a child may be in danger at this moment\.\s*")
"""What is drafted of an imminent danger. A person adds why."""

_TYPES = {
    review.IncidentType.CSAM: IncidentType.CSAM,
    review.IncidentType.TRAFFICKING: IncidentType.TRAFFICKING,
    review.IncidentType.SEX_TOURISM: IncidentType.SEX_TOURISM,
    review.IncidentType.MOLESTATION: IncidentType.MOLESTATION,
    review.IncidentType.MISLEADING_DOMAIN: IncidentType.MISLEADING_DOMAIN_NAME,
    review.IncidentType.MISLEADING_WORDS: IncidentType.MISLEADING_WORDS_OR_IMAGES,
    review.IncidentType.ENTICEMENT: IncidentType.ENTICEMENT,
    review.IncidentType.UNSOLICITED_OBSCENE: IncidentType.UNSOLICITED_OBSCENE_MATERIAL,
}


def draft(profile: Profile, facts: CaseFacts, now: datetime, destination: str) -> Paper:
    """Return a draft that can be sent as it is. `destination` is our name of this way to the CyberTipline.

    Earlier reports about the same subject are named where they were filed by the same way, and the receipt is a number:
    what another authority gave as its name would be taken for a report of this one.
    """
    fitting, files = Fitting(now=now), _each_once(facts.files)
    report = Report(
        incident_summary=_summary(profile, facts, now),
        internet_details=tuple(_web_pages(facts, fitting)),
        reporter=profile.reporter,
        reported=tuple(_reported(profile, facts, fitting, destination)),
    )
    for complaint in facts.complaints:
        fitting.tell(_quoted(complaint))
    if len(files) > MOST_FILES:
        fitting.tell(f"{len(files) - MOST_FILES} more files belong to this case: a report has {MOST_FILES}.")
    text = {"additionalInfo": "\n\n".join(fitting.sentences)} if fitting.sentences else {}
    return Paper(
        form=FORM.name,
        report=to_tree(report) | text,
        files=tuple(
            draft_file(each, Fitting(now=now), shares_hashes=profile.shares_hashes) for each in files[:MOST_FILES]
        ),
    )


def _each_once(files: Sequence[FileFacts]) -> list[FileFacts]:
    """Return the files without those that lie in the case a second time: it is the same evidence."""
    once: dict[str, FileFacts] = {}
    for each in files:
        once.setdefault(each.evidence_id, each)
    return [*once.values()]


def _summary(profile: Profile, facts: CaseFacts, now: datetime) -> IncidentSummary:
    at, says = _time(facts, now)
    escalation = (
        f"A person of this company decided at {spelled(facts.decided_at)} that a child may be in danger at this moment."
    )
    return IncidentSummary(
        incident_type=_TYPES[facts.incident_type],
        platform=profile.platform or None,
        escalate_to_high_priority=escalation if facts.is_imminent else None,
        incident_date_time=at,
        incident_date_time_description=says,
    )


def _time(facts: CaseFacts, now: datetime) -> tuple[datetime, str]:
    """Return the earliest moment of the incident that is known and can be sent, and what it is the time of."""
    fitting = Fitting(now=now)
    uploads = [each.origin.uploaded_at for each in facts.files if each.origin.uploaded_at is not None]
    known = dict.fromkeys(uploads, "The time of an upload, as the platform told it.")
    for complaint in facts.complaints:
        known.setdefault(complaint.flagged_at, "The time at which a complaint came in.")
    known = {at: says for at, says in known.items() if fitting.takes(Moment(), at)}
    if known:
        earliest = min(known)
        return earliest, f"{known[earliest]} It is the earliest that is known." if len(known) > 1 else known[earliest]
    says = "When it happened is not known. This is the time at which it came to be checked."
    return min(facts.detected_at, now - CLOCK_MARGIN), says


def _web_pages(facts: CaseFacts, fitting: Fitting) -> Iterator[InternetDetails]:
    """Give the pages that are known. Whose they are is not: whether somebody else hosts them is left out."""
    places = [each.origin.location_url for each in facts.files]
    places += [each.place for each in facts.complaints if re.match("https?://", each.place)]
    urls = [each for each in distinct(places) if each and fitting.takes(Url(), each)]
    if urls:
        yield InternetDetails(incident=WebPageIncident(urls=tuple(urls)))


def _reported(profile: Profile, facts: CaseFacts, fitting: Fitting, destination: str) -> Iterator[PersonOrUserReported]:
    identifier = fitting.fit(Text(255), facts.subject_id, "The identifier of the reported account")
    captures, prior = tuple(_captures(facts, fitting.now)), tuple(_prior(facts, destination))
    if facts.subject_id or captures or prior:
        yield PersonOrUserReported(
            esp_identifier=identifier,
            esp_service=profile.esp_service or None,
            ip_capture_events=captures,
            prior_reports=prior,
        )


def _captures(facts: CaseFacts, now: datetime) -> list[IpCaptureEvent]:
    """Return the distinct addresses of all uploads. What of one cannot be sent is told with its file."""
    found = [upload_address(each, Fitting(now=now)) for each in facts.files]
    return distinct(each for each in found if each is not None)


def _prior(facts: CaseFacts, destination: str) -> Iterator[int]:
    for each in facts.earlier:
        is_number = re.fullmatch("[1-9][0-9]{0,18}", each.receipt, re.ASCII) and int(each.receipt) <= LARGEST_LONG
        if each.destination == destination and is_number:
            yield int(each.receipt)


def _quoted(complaint: Complaint) -> str:
    """Tell a complaint as one: what somebody said, which is not what this company found."""
    about = [f"category: {complaint.category}"]
    about += [f"about the content {complaint.content_id}"] if complaint.content_id else []
    about += [f"at {complaint.place}"] if complaint.place else []
    words = f' In the words of who complained: "{complaint.words}"' if complaint.words.strip() else ""
    return sendable(f"A complaint of {spelled(complaint.flagged_at)} ({', '.join(about)}).{words}")
