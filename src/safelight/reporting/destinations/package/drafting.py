"""Drafting: what this house knows of a case, on the form. What it does not know is left out."""

from collections.abc import Iterator, Sequence

from safelight.intake.media import Answer, Origin
from safelight.reporting.destinations.package.checking import FORM_NAME
from safelight.reporting.destinations.package.model.account import Account
from safelight.reporting.destinations.package.model.address_seen import AddressSeen
from safelight.reporting.destinations.package.model.file import Classified, KnownBy, ReportedFile
from safelight.reporting.destinations.package.model.incident import Incident
from safelight.reporting.destinations.package.model.place import Place
from safelight.reporting.destinations.package.model.report import ComplaintTold, EarlierTold, PackageReport
from safelight.reporting.destinations.package.words import AddressUse, Detection, PlaceKind, TimeMeaning
from safelight.reporting.facts import CaseFacts, Complaint, EarlierReport, FileFacts, MatchFact
from safelight.reporting.form.tree import to_tree
from safelight.reporting.paper import MOST_FILES, Paper, PaperFile
from safelight.review.scheme import Classification, known_schemes


def draft_paper(facts: CaseFacts, service: str) -> Paper:
    """Return the paper of a case. `service` is the platform's name, "" where that is not known.

    What lies in the case twice goes along once. Of more files than a report has the first go, and the remarks say how
    many are left.
    """
    once = _each_once(facts.files)
    files = tuple(
        PaperFile(
            evidence_id=each.evidence_id,
            viewed_before_intake=each.origin.viewed_before_intake,
            details=to_tree(_file(each)),
        )
        for each in once[:MOST_FILES]
    )
    left = len(once) - len(files)
    remarks = f"{left} more files belong to this case: a report has {MOST_FILES}." if left else None
    return Paper(form=FORM_NAME, report=to_tree(_report(facts, service, remarks)), files=files)


def _each_once(files: Sequence[FileFacts]) -> list[FileFacts]:
    """Return the files without those that lie in the case a second time: it is the same evidence."""
    once: dict[str, FileFacts] = {}
    for each in files:
        once.setdefault(each.evidence_id, each)
    return [*once.values()]


def _report(facts: CaseFacts, service: str, remarks: str | None) -> PackageReport:
    urls = dict.fromkeys(each.origin.location_url for each in facts.files if each.origin.location_url)
    return PackageReport(
        incident=_incident(facts, service),
        places=tuple(Place(kind=PlaceKind.WEB_PAGE, url=url) for url in urls),
        account=_account(facts, service),
        complaints=tuple(map(_complaint, facts.complaints)),
        earlier=tuple(map(_earlier, facts.earlier)),
        remarks=remarks,
    )


def _incident(facts: CaseFacts, service: str) -> Incident:
    return Incident(
        type=facts.incident_type,
        happened_at=facts.happened_at,
        time_meaning=_meaning(facts),
        is_imminent=True if facts.is_imminent else None,
        service=service or None,
        detection=_detection(facts),
        detected_at=facts.detected_at,
        decided_at=facts.decided_at,
    )


def _meaning(facts: CaseFacts) -> TimeMeaning:
    if facts.happened_at in {each.origin.uploaded_at for each in facts.files}:
        return TimeMeaning.UPLOAD
    if facts.happened_at in {each.flagged_at for each in facts.complaints}:
        return TimeMeaning.COMPLAINT
    return TimeMeaning.DETECTION


def _detection(facts: CaseFacts) -> Detection | None:
    if any(each.matches for each in facts.files):
        return Detection.HASH_LIST
    return Detection.COMPLAINT if facts.complaints else None


def _account(facts: CaseFacts, service: str) -> Account | None:
    if not facts.subject_id:
        return None
    seen = dict.fromkeys(address for each in facts.files if (address := _address(each.origin)) is not None)
    return Account(service=service or None, id=facts.subject_id, addresses_seen=tuple(seen))


def _address(origin: Origin) -> AddressSeen | None:
    if not origin.ip_address:
        return None
    return AddressSeen(address=origin.ip_address, port=origin.port, seen_at=origin.uploaded_at, use=AddressUse.UPLOAD)


def _complaint(complaint: Complaint) -> ComplaintTold:
    return ComplaintTold(
        complained_at=complaint.flagged_at,
        category=complaint.category or None,
        place=complaint.place or None,
        content_id=complaint.content_id or None,
        words=complaint.words or None,
    )


def _earlier(earlier: EarlierReport) -> EarlierTold:
    return EarlierTold(authority=earlier.destination, reference=earlier.receipt, filed_at=earlier.filed_at)


def _file(facts: FileFacts) -> ReportedFile:
    origin = facts.origin
    return ReportedFile(
        name=origin.original_file_name or None,
        url=origin.location_url or None,
        content_id=origin.platform_content_id or None,
        media_type=facts.media_type or None,
        uploaded_at=origin.uploaded_at,
        received_at=facts.arrived_at,
        address_seen=_address(origin),
        is_public={Answer.YES: True, Answer.NO: False}.get(origin.publicly_available),
        classification=None if facts.classification is None else _classified(facts.classification),
        annotations=facts.annotations,
        known_by=tuple(_known_by(facts.matches)),
        is_unreviewed=True if facts.is_unviewed_path else None,
    )


def _classified(given: Classification) -> Classified:
    scheme = known_schemes().get(given.scheme)
    meaning = None if scheme is None else scheme.labels.get(given.label)
    return Classified(scheme=given.scheme, label=given.label, meaning=meaning)


def _known_by(matches: tuple[MatchFact, ...]) -> Iterator[KnownBy]:
    for each in matches:
        is_exact = each.kind == "exact"
        distance = None if is_exact else each.distance
        yield KnownBy(list_name=each.bank_name, is_exact=is_exact, signal_type=each.signal_type, distance=distance)
