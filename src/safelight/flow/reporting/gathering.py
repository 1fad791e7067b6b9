"""Gathering: what this house knows of a decided case, for a report of it. Each manifest is opened on record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from safelight.database.transaction import Tx, read, write
from safelight.errors import InvalidValue, UsageError
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.reporting.viewing import Asking, Before, viewed_of
from safelight.intake.media import Answer, Origin
from safelight.reporting import queries
from safelight.reporting.facts import CaseFacts, Complaint, EarlierReport, FileFacts, MatchFact
from safelight.reporting.paper import Paper
from safelight.reporting.report import ReportState
from safelight.review import decision_queries
from safelight.review.case import Case, CaseState, Item
from safelight.review.decision import Decision, Finding, IncidentType
from safelight.review.flag import Flag, read_flag_text
from safelight.review.gravity import GRAVEST_FIRST
from safelight.review.queries import LONGEST_PAGE, evidence_of, find_case, page_cases, page_items
from safelight.review.sealed_text import SealedText, open_text
from safelight.roles import Permission
from safelight.vault.manifest import Manifest, SealedOrigin
from safelight.vault.purpose import Purpose

MOST_EARLIER = 100
"""The most earlier reports about the same subject that are named."""

_AT_ONCE = 100
"""So many manifests are opened in one transaction."""

_Confirmed = tuple[Item, Decision]


def gather(desk: ReportDesk, case_id: int) -> CaseFacts:
    """Return what is known of all that is confirmed in a case.

    Raises `NotAllowed` without `report:write` and, where there are files, `evidence:report`; `NotFound`, `UsageError`
    for a case in which nothing is confirmed, `KeysUnusable`, `EvidenceDamaged`.
    """
    with read(desk.engine) as tx:
        case = require_confirmed(tx, case_id)
        confirmed = [*_confirmed(tx, case_id)]
        flags = {each.item_id: each for each in _all_flags(tx, case_id)}
        earlier = _earlier(tx, case)
    told = [(item, decision, flags[item.id]) for item, decision in confirmed if item.id in flags]
    files = tuple(_files(desk, case_id, confirmed))
    decisions = [decision for _, decision in confirmed]
    types = {each.incident_type for each in decisions}
    return CaseFacts(
        case_id=case_id,
        subject_id=case.about.subject_id,
        opened_at=case.opened_at,
        detected_at=min((each.arrived_at for each in files), default=case.opened_at),
        decided_at=max(each.decided_at for each in decisions),
        incident_type=next(each for each in GRAVEST_FIRST if each in types),
        is_imminent=any(each.is_imminent for each in decisions),
        files=files,
        complaints=tuple(_complaint(desk, item, flag) for item, _, flag in told),
        earlier=earlier,
    )


def require_confirmed(tx: Tx, case_id: int) -> Case:
    """Return a case that can be reported. Raises `NotFound`, `UsageError` where nothing in it is confirmed."""
    case = find_case(tx, case_id)
    is_decided = case.state in {CaseState.DECIDED, CaseState.REPORTED}
    if not is_decided or not any(True for _ in _confirmed(tx, case_id)):
        raise UsageError(
            f"Case {case_id} is {case.state.value}, or nothing in it is confirmed: a report is of what was decided. "
            "Nothing was drafted."
        )
    return case


def incident_of(tx: Tx, case_id: int) -> IncidentType:
    """Return the gravest that is confirmed in a case. Raises as `require_confirmed` does."""
    require_confirmed(tx, case_id)
    types = {decision.incident_type for _, decision in _confirmed(tx, case_id)}
    return next(each for each in GRAVEST_FIRST if each in types)


def require_evidence_of_case(tx: Tx, case_id: int, paper: Paper) -> None:
    """Raise `InvalidValue` where a file of a paper is not of the case: a report could carry it out of the house."""
    if not set(paper.evidence_ids) <= set(evidence_of(tx, case_id)):
        raise InvalidValue(f"A file of the report does not belong to case {case_id}. Nothing was changed.")


def _confirmed(tx: Tx, case_id: int) -> Iterator[tuple[Item, Decision]]:
    held = decision_queries.holding_on(tx, case_id)
    for item in _all_items(tx, case_id):
        decision = held.get(item.id)
        if decision is not None and decision.finding is Finding.CONFIRMED:
            yield item, decision


def _all_items(tx: Tx, case_id: int) -> Iterator[Item]:
    after = 0
    while page := page_items(tx, case_id, after_id=after, limit=LONGEST_PAGE):
        yield from page
        after = page[-1].id


def _all_flags(tx: Tx, case_id: int) -> Iterator[Flag]:
    after = 0
    while page := decision_queries.flags_of(tx, case_id, after_id=after, limit=LONGEST_PAGE):
        yield from page
        after = page[-1].item_id


def _earlier(tx: Tx, case: Case) -> tuple[EarlierReport, ...]:
    """Return what authorities have about the same subject, or else of the same case; test hosts' count as nothing."""
    ids = [case.id]
    if case.about.subject_id:
        ids = [each.id for each in page_cases(tx, subject_id=case.about.subject_id, limit=LONGEST_PAGE)]
    found = [
        EarlierReport(report_id=each.id, destination=each.destination, receipt=each.receipt, filed_at=each.filed_at)
        for case_id in ids
        for each in queries.page_reports(tx, state=ReportState.FILED, case_id=case_id, limit=MOST_EARLIER)
        if each.filed_at is not None
    ]
    return tuple(sorted(found, key=lambda each: each.filed_at, reverse=True)[:MOST_EARLIER])


def _files(desk: ReportDesk, case_id: int, confirmed: Sequence[_Confirmed]) -> Iterator[FileFacts]:
    """Give what is known of each file. Many are opened in one transaction: one for each takes minutes."""
    with_bytes = [(item, decision) for item, decision in confirmed if item.evidence_id is not None]
    for at in range(0, len(with_bytes), _AT_ONCE):
        part = with_bytes[at : at + _AT_ONCE]
        known = [*zip(part, _opened(desk, case_id, [item.evidence_id or "" for item, _ in part]), strict=True)]
        with read(desk.engine) as tx:
            told = [_file(tx, item, decision, opened) for (item, decision), opened in known]
        yield from told


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """What is sealed of a file, and what the platform said of it and its copies before they came."""

    evidence_id: str
    manifest: Manifest
    before: Before


def _opened(desk: ReportDesk, case_id: int, evidence_ids: Sequence[str]) -> list[_Opened]:
    reason = f"To draft a report of case {case_id}"
    with desk.acting(Permission.REPORT_WRITE) as (tx, actor):
        grants = [desk.vault.open(tx, actor, each, Purpose.REPORT, reason) for each in evidence_ids]
    asking = Asking(vault=desk.vault, engine=desk.engine, actor=actor, step=lambda: write(desk.engine), reason=reason)
    found = []
    for evidence_id, grant in zip(evidence_ids, grants, strict=True):
        manifest = desk.vault.manifest(desk.engine, grant)
        before = asking.before_intake(evidence_id, manifest)
        found.append(_Opened(evidence_id=evidence_id, manifest=manifest, before=before))
    return found


def _file(tx: Tx, item: Item, decision: Decision, opened: _Opened) -> FileFacts:
    manifest = opened.manifest
    return FileFacts(
        evidence_id=opened.evidence_id,
        item_id=item.id,
        media_type=manifest.media_type,
        size_bytes=manifest.size_bytes,
        md5=manifest.md5,
        sha1=manifest.sha1,
        sha256=manifest.sha256,
        arrived_at=manifest.arrived_at,
        origin=_origin(manifest.origin),
        classification=decision.classification,
        annotations=decision.annotations,
        matches=tuple(
            MatchFact(
                bank_name=each.bank_name,
                kind=each.kind.value,
                signal_type=each.signal_type.value,
                distance=each.distance,
            )
            for each in item.matches
        ),
        viewed=viewed_of(tx, opened.evidence_id, opened.before),
        is_unviewed_path=decision_queries.is_unviewed(tx, item.id),
    )


def _origin(sealed: SealedOrigin) -> Origin:
    return Origin(
        platform_content_id=sealed.platform_content_id,
        original_file_name=sealed.original_file_name,
        uploaded_at=sealed.uploaded_at,
        ip_address=sealed.ip_address,
        port=sealed.port,
        location_url=sealed.location_url,
        publicly_available=Answer(sealed.publicly_available.value),
        viewed_before_intake=Answer(sealed.viewed_before_intake.value),
    )


def _complaint(desk: ReportDesk, item: Item, flag: Flag) -> Complaint:
    sealed = _sealed_words(desk, flag)
    text = None if sealed is None else read_flag_text(open_text(desk.keys, sealed))
    return Complaint(
        item_id=item.id,
        flagged_at=flag.flagged_at,
        category=flag.category.value,
        place="" if text is None else text.place,
        words="" if text is None else text.words,
        content_id=item.content_id,
    )


def _sealed_words(desk: ReportDesk, flag: Flag) -> SealedText | None:
    if flag.text_id is None:
        return None
    with read(desk.engine) as tx:
        return decision_queries.sealed_text(tx, flag.text_id)
