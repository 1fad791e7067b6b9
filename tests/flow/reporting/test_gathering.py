"""What this house knows of a decided case is gathered whole, on record, for who may, and in seconds."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.access.queries import person_actor
from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.errors import InvalidValue, NotAllowed, NotFound, UsageError
from safelight.flow import cases
from safelight.flow.reporting import drafting
from safelight.flow.reporting.gathering import gather
from safelight.flow.review.deciding import decide
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.review.flagging import flag
from safelight.hashing.signal import SignalType
from safelight.intake.media import Answer, Origin
from safelight.matching.match import MatchKind
from safelight.reporting.facts import Complaint, EarlierReport, MatchFact
from safelight.reporting.paper import PaperFile
from safelight.review import queries, steps
from safelight.review.case import About, ItemKind, ItemMatch, NewItem
from safelight.review.decision import Annotation, Finding, IncidentType, Ruling
from safelight.review.exposure import store
from safelight.review.exposure.exposure import NewExposure
from safelight.review.exposure.level import Level
from safelight.review.flag import CameFrom, Category, NewFlag
from safelight.review.rules import ReviewRules
from safelight.review.scheme import Classification
from safelight.review.second_reading import SecondReading
from safelight.testing.evidence import seal_bytes
from safelight.vault.manifest import SealedOrigin, Told

A1, B2 = Classification(scheme="ncmec", label="A1"), Classification(scheme="ncmec", label="B2")
CONFIRMED = Ruling(finding=Finding.CONFIRMED, reasons="seen by eye", classification=A1, incident_type=IncidentType.CSAM)
CLEARED = Ruling(finding=Finding.NOT_A_MATCH, reasons="a drawing of a tree")
MATCH = ItemMatch(
    bank_name="known",
    entry_id=5,
    signal_type=SignalType.PDQ,
    kind=MatchKind.NEAR,
    distance=12,
    threshold=31,
    orientation="original",
)


@pytest.fixture
def reviewing(office) -> ReviewDesk:
    """The desk of the reviewer ann, whom nobody reads after."""
    with read(office.place.engine) as tx:
        ann = person_actor(tx, "ann")
    rules = ReviewRules(second=SecondReading(clearing=False, near_distance=256, share=0))
    return ReviewDesk(engine=office.place.engine, clock=office.clock, actor=ann, keys=office.place.keys, rules=rules)


def add_file(
    office, tmp_path, data: bytes, subject: str = "account 8", *, match: bool = False, **told
) -> tuple[int, str]:
    """Add a file to the case about somebody; return the case, and the evidence."""
    evidence_id = seal_bytes(office.place, office.operator, tmp_path / "spool", [data], told=told).id
    with write(office.place.engine) as tx:
        case_id = steps.open_or_join(tx, office.clock, office.operator, About(subject_id=subject)).case_id
        kind = ItemKind.NEAR if match else ItemKind.HAND
        new = NewItem(evidence_id=evidence_id, kind=kind, content_id="post 3", matches=(MATCH,) if match else ())
        steps.add_item(tx, office.clock, office.operator, case_id, new)
    return case_id, evidence_id


def item_ids(office, case_id: int) -> list[int]:
    with read(office.place.engine) as tx:
        return [each.id for each in queries.page_items(tx, case_id)]


def test_all_that_is_known_of_a_file_is_told(office, reviewing, tmp_path) -> None:
    arrived_at, uploaded_at = office.clock.now() - timedelta(hours=3), office.clock.now() - timedelta(hours=5)
    told = {
        "platform_content_id": "post 3",
        "original_file_name": "holiday.png",
        "uploaded_at": uploaded_at,
        "ip_address": "192.0.2.7",
        "port": 40001,
        "location_url": "https://platform.example/post/3",
    }
    sealed = SealedOrigin(**told, publicly_available=Told.YES, viewed_before_intake=Told.NO)
    facts_of = {"media_type": "image/png", "arrived_at": arrived_at, "origin": sealed}
    case_id, evidence_id = add_file(office, tmp_path, b"a picture", match=True, **facts_of)
    office.clock.advance(minutes=10)
    ruling = replace(CONFIRMED, classification=B2, annotations=frozenset({Annotation.INFANT}))
    decide(reviewing, case_id, ruling)
    facts = gather(office.desk(), case_id)
    (file,) = facts.files
    assert (facts.case_id, facts.subject_id, facts.incident_type) == (case_id, "account 8", IncidentType.CSAM)
    assert facts.opened_at == office.clock.now() - timedelta(minutes=10)
    assert (facts.detected_at, facts.decided_at) == (arrived_at, office.clock.now())
    assert (facts.is_imminent, facts.complaints, facts.earlier) == (False, (), ())
    assert (facts.happened_at, facts.has_told_time) == (uploaded_at, True)
    assert (file.evidence_id, [file.item_id]) == (evidence_id, item_ids(office, case_id))
    assert (file.media_type, file.size_bytes, file.arrived_at) == ("image/png", 9, arrived_at)
    assert (len(file.md5), len(file.sha1), len(file.sha256)) == (32, 40, 64)
    assert file.origin == Origin(**told, publicly_available=Answer.YES, viewed_before_intake=Answer.NO)
    assert (file.classification, file.annotations) == (B2, frozenset({Annotation.INFANT}))
    assert file.matches == (MatchFact(bank_name="known", kind="near", signal_type="pdq", distance=12),)
    assert (file.viewed.answer, file.is_unviewed_path) == (Answer.NO, False)
    with write(office.place.engine) as tx:
        now = office.clock.now()
        more = {"person_id": 1, "frame": 0, "reason": "r", "revealed_at": now, "must_hide_at": now}
        store.add(tx, NewExposure(evidence_id=evidence_id, level=Level.SMALL, **more))
        opened = [each for each in page_entries(tx, target=f"evidence:{evidence_id}") if each.verb == "open_evidence"]
    assert [(each.reason, dict(each.details)) for each in opened] == [
        (f"To draft a report of case {case_id}", {"purpose": "report"})
    ]
    assert gather(office.desk(), case_id).files[0].viewed.answer is Answer.UNKNOWN


def test_only_what_is_confirmed_is_told_and_the_gravest_names_it(office, reviewing, tmp_path) -> None:
    for data in (b"one", b"two", b"three"):
        case_id, _ = add_file(office, tmp_path, data)
    first, second, third = item_ids(office, case_id)
    decide(reviewing, case_id, CLEARED, item_ids=[first])
    office.clock.advance(minutes=1)
    decide(reviewing, case_id, replace(CONFIRMED, incident_type=IncidentType.ENTICEMENT), item_ids=[second])
    office.clock.advance(minutes=1)
    decide(reviewing, case_id, replace(CONFIRMED, is_imminent=True), item_ids=[third])
    facts = gather(office.desk(), case_id)
    assert [each.item_id for each in facts.files] == [second, third]
    assert (facts.incident_type, facts.is_imminent) == (IncidentType.ENTICEMENT, True)
    assert facts.decided_at == office.clock.now()


def test_complaints_are_opened_and_need_no_file(office, reviewing) -> None:
    desk = replace(reviewing, actor=office.operator)
    new = NewFlag(
        came_from=CameFrom.TRUSTED_FLAGGER,
        category=Category.ENTICEMENT,
        content_id="message 4",
        complainant="account 12",
        place="room 5",
        words="he asked for pictures",
    )
    made = flag(desk, new, subject_id="account 9")
    flag(desk, NewFlag(category=Category.OTHER, words="it is loud"), subject_id="account 9")
    at = office.clock.now()
    office.clock.advance(hours=1)
    enticed = replace(CONFIRMED, classification=None, incident_type=IncidentType.ENTICEMENT)
    first, second = item_ids(office, made.case_id)
    decide(reviewing, made.case_id, enticed, item_ids=[first])
    decide(reviewing, made.case_id, CLEARED, item_ids=[second])
    facts = gather(office.desk(), made.case_id)
    assert facts.files == ()
    assert facts.complaints == (
        Complaint(
            item_id=first,
            flagged_at=at,
            category="enticement",
            place="room 5",
            words="he asked for pictures",
            content_id="message 4",
        ),
    )
    assert (facts.detected_at, facts.happened_at, facts.has_told_time) == (facts.opened_at, at, False)
    assert "pictures" not in repr(facts)


def test_earlier_reports_about_the_same_subject_are_named_and_no_others(office, reviewing, tmp_path) -> None:
    first = office.approved()
    office.worker().run_due()
    tried = office.line(is_test=True)
    office.approved(line=tried)
    office.worker(tried).run_due()
    office.approved()  # on its way, and nothing yet
    other, _ = add_file(office, tmp_path, b"of somebody else", "account 8")
    decide(reviewing, other, CONFIRMED)
    again, _ = add_file(office, tmp_path, b"a later file", "account 7")
    assert again != office.case_id  # that one was reported
    decide(reviewing, again, CONFIRMED)
    filed = office.find(first.id)
    (earlier,) = gather(office.desk(), again).earlier
    assert earlier == EarlierReport(
        report_id=first.id, destination="authority", receipt=filed.receipt, filed_at=filed.filed_at
    )
    assert gather(office.desk(), other).earlier == ()


def test_nothing_is_gathered_of_what_is_not_decided_or_not_confirmed(office, reviewing, tmp_path) -> None:
    case_id, _ = add_file(office, tmp_path, b"not looked at")
    with pytest.raises(UsageError, match="a report is of what was decided"):
        gather(office.desk(), case_id)
    decide(reviewing, case_id, CLEARED)
    with pytest.raises(UsageError, match="nothing in it is confirmed"):
        gather(office.desk(), case_id)
    with pytest.raises(NotFound):
        gather(office.desk(), 999)
    cases.reopen_case(office.place.engine, office.clock, office.operator, office.case_id, reason="an appeal")
    with pytest.raises(UsageError, match="reopened"):
        gather(office.desk(), office.case_id)


def test_a_file_of_another_case_never_goes_with_a_report(office, tmp_path) -> None:
    _, foreign = add_file(office, tmp_path, b"of somebody else")
    paper = replace(office.paper(), files=(*office.paper().files, PaperFile(evidence_id=foreign)))
    with pytest.raises(InvalidValue, match="does not belong to case"):
        drafting.draft_report(office.desk(), office.case_id, "authority", paper=paper)
    report = drafting.draft_report(office.desk(), office.case_id, "authority")
    with pytest.raises(InvalidValue, match="does not belong to case"):
        drafting.edit_report(office.desk(), report.id, paper)


@pytest.mark.parametrize(("role", "may"), [("reporter", True), ("reviewer", False), ("auditor", False)])
def test_who_gathers_may_write_reports_and_open_evidence_for_them(office, role: str, may: bool) -> None:
    desk = office.desk(office.person("somebody", role))
    if may:
        assert len(gather(desk, office.case_id).files) == 2
        return
    with pytest.raises(NotAllowed):
        gather(desk, office.case_id)


def of_many_items(office, reviewing, tmp_path, count: int) -> tuple[int, float]:
    for number in range(count):
        case_id, _ = add_file(office, tmp_path, b"file %d" % number, match=True)
    at = item_ids(office, case_id)
    decide(reviewing, case_id, CONFIRMED, item_ids=at[:1])
    with read(office.place.engine) as tx:
        left = [each.id for each in queries.page_items(tx, case_id, limit=1000)][1:]
    decide(reviewing, case_id, CONFIRMED, item_ids=left)
    began = time.process_time()
    facts = gather(office.desk(), case_id)
    assert len(facts.files) == count
    assert len({each.evidence_id for each in facts.files}) == count
    return case_id, time.process_time() - began


@pytest.mark.long
def test_a_case_of_a_thousand_items_is_gathered_in_seconds(office, reviewing, tmp_path) -> None:
    _, took = of_many_items(office, reviewing, tmp_path, 1000)
    print(f"{office.place.engine.dialect.name}: 1,000 items in {took:.1f} s of this process")
    assert took < 60
