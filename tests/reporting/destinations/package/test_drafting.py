"""What this house knows is put on the form, and what it does not know is left out."""

from dataclasses import replace

from safelight.intake.media import Answer, Origin
from safelight.reporting.destinations.package.checking import check_paper
from safelight.reporting.destinations.package.drafting import draft_paper
from safelight.reporting.destinations.package.words import Detection, TimeMeaning
from safelight.reporting.paper import MOST_FILES, paper_bytes, read_paper


def drafted(sender, **more):
    checked = check_paper(draft_paper(replace(sender.FACTS, **more), "Example Chat"), sender.NOW)
    assert checked.faults == ()
    return checked


def test_all_that_is_known_is_on_the_draft(sender) -> None:
    checked = drafted(sender)
    report, (file,) = checked.report, checked.files
    known = sender.FACTS.files[0].origin
    assert (report.incident.happened_at, report.incident.time_meaning) == (known.uploaded_at, TimeMeaning.UPLOAD)
    assert (report.incident.detection, report.incident.service) == (Detection.HASH_LIST, "Example Chat")
    assert [place.url for place in report.places] == [known.location_url]
    (seen,) = report.account.addresses_seen
    assert (report.account.id, seen.address, seen.port) == ("u-7781", known.ip_address, known.port)
    assert seen.seen_at == known.uploaded_at
    assert [each.words for each in report.complaints] == ["their words"]
    assert [each.reference for each in report.earlier] == ["10001"]
    assert (file.name, file.is_public, file.is_unreviewed) == ("holiday.jpg", False, None)
    assert file.classification.meaning
    assert [(each.is_exact, each.distance) for each in file.known_by] == [(False, 12)]


def test_what_the_platform_did_not_tell_is_left_out_and_not_defaulted(sender) -> None:
    bare = replace(sender.FACTS.files[0], origin=Origin(), classification=None, annotations=frozenset(), matches=())
    checked = drafted(sender, files=(bare,), complaints=(), earlier=(), subject_id="")
    report, (file,) = checked.report, checked.files
    assert report.incident.time_meaning is TimeMeaning.DETECTION
    assert (report.account, report.places, report.incident.detection, report.summary) == (None, (), None, None)
    assert (file.is_public, file.address_seen, file.classification) == (None, None, None)


def test_a_case_without_media_says_when_somebody_complained(sender) -> None:
    report = drafted(sender, files=()).report
    assert (report.incident.time_meaning, report.incident.detection) == (TimeMeaning.COMPLAINT, Detection.COMPLAINT)


def test_an_imminent_danger_waits_for_a_persons_words(sender) -> None:
    paper = draft_paper(replace(sender.FACTS, is_imminent=True), "")
    assert [each.path for each in check_paper(paper, sender.NOW).faults] == ["report/incident/escalation"]


def test_what_nobody_decided_is_said(sender) -> None:
    file = replace(sender.FACTS.files[0], is_unviewed_path=True)
    assert drafted(sender, files=(file,)).files[0].is_unreviewed is True


def test_what_the_platform_said_of_earlier_views_goes_with_the_paper(sender) -> None:
    assert draft_paper(sender.FACTS, "").files[0].viewed_before_intake is Answer.NO


def test_a_case_of_more_files_than_a_report_has_says_so_and_can_be_read_again(sender) -> None:
    (file,) = sender.FACTS.files
    files = tuple(replace(file, evidence_id=f"{number:032x}") for number in range(MOST_FILES + 2))
    paper = draft_paper(replace(sender.FACTS, files=files), "")
    assert read_paper(paper_bytes(paper)).evidence_ids == tuple(each.evidence_id for each in files[:MOST_FILES])
    assert paper.report["remarks"] == "2 more files belong to this case: a report has 1000."


def test_what_lies_twice_in_a_case_goes_along_once(sender) -> None:
    (file,) = sender.FACTS.files
    other = replace(file, evidence_id="f" * 32)
    checked = draft_paper(replace(sender.FACTS, files=(file, other, replace(file, item_id=9))), "")
    assert checked.evidence_ids == (file.evidence_id, other.evidence_id)
