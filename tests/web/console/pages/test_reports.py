"""The list of reports, and one with all of its life: what it lacks, where it stands, what came of it."""

import re

import pytest

from safelight.flow import access
from safelight.roles import Permission
from safelight.testing.report_line import WHOLE, Line
from safelight.web.console.loud import loud_now


@pytest.fixture(scope="module")
def people(reviewing):
    """Somebody who writes reports, and somebody who may approve them."""
    return reviewing.person("reporter"), reviewing.person("lead")


@pytest.fixture(scope="module")
def filed(bureau, people):
    """A report that was filed."""
    report = bureau.approved(bureau.case(), *people)
    bureau.work()
    return bureau.find(report.id)


def test_the_list_says_in_plain_words_where_each_stands_and_what_to_do(browser, bureau, people, filed) -> None:
    bureau.draft(bureau.case(), people[0])
    page = browser.enter(people[0]).get("/reports").text
    assert "Write what is known, and say that it is complete." in page
    assert filed.receipt in page
    assert f'href="/reports/{filed.id}"' in page
    assert "Draft" in browser.get("/reports?state=draft").text
    assert filed.receipt not in browser.get("/reports?state=draft").text
    assert filed.receipt in browser.get("/reports?destination=cybertipline").text
    assert "There is no such report." in browser.get("/reports?destination=elsewhere").text
    assert browser.get("/reports?state=nowhere").status_code == 400


def test_a_filed_report_shows_its_receipt_its_holds_and_every_call(browser, people, filed) -> None:
    page = browser.enter(people[0]).get(f"/reports/{filed.id}").text
    assert filed.receipt in page
    assert filed.mark in page
    assert "Holds that began with the receipt" in page
    assert "File 1 is kept until" in page
    for told in ("req-open", "req-upload", "req-describe", "req-finish", "send a file", "HTTP 200"):
        assert told in page, told
    assert "Draft a follow-up" in page
    assert "Withdraw" not in page


def test_whether_a_file_was_viewed_is_said_by_the_log_and_written_by_nobody(browser, bureau, people) -> None:
    report = bureau.draft(bureau.case(), people[0])
    page = browser.enter(people[0]).get(f"/reports/{report.id}").text
    assert "Not known, and left out" in page
    assert "the platform did not say whether somebody saw it before" in page
    assert "Nobody can write it: a court may rest on it." in page
    evidence = bureau.paper(report.id, people[0]).evidence_ids[0]
    assert "ViewedByEsp" not in browser.get(f"/reports/{report.id}/files/{evidence}/edit").text


def test_what_is_missing_is_told_with_why_and_leads_to_its_field(browser, bureau, people) -> None:
    report = bureau.draft(bureau.case(), people[0])
    page = browser.enter(people[0]).get(f"/reports/{report.id}").text
    assert "An IP address with its time" in page
    assert "most often it is the only way" in page
    assert "0 of 100" in page
    assert "More is told." in page  # what is known to no catalogue is told as the destination says it
    place = "report%2FpersonOrUserReported%5B1%5D%2FipCaptureEvent%5B1%5D"
    assert f"/reports/{report.id}/edit?open={place}#{place}" in page
    opened = browser.get(f"/reports/{report.id}/edit?open={place}").text
    assert 'id="report/personOrUserReported[1]/ipCaptureEvent[1]/ipAddress"' in opened
    assert page.count("fileViewedByEsp") == 0  # it is nobody's to fill in: no way leads there


def test_what_keeps_it_from_being_sent_is_told_with_its_field(browser, bureau, people) -> None:
    report = bureau.draft(bureau.case(), people[0], reporter=WHOLE["reporter"], strange="x")
    page = browser.enter(people[0]).get(f"/reports/{report.id}").text
    assert "2 things have to be put right before it can be completed" in page
    assert "report/incidentSummary" in page
    assert "report/strange" in page


def test_what_comes_first_is_cut_with_how_many_there_are_and_all_of_them_can_be_seen(
    browser, bureau, people, monkeypatch
) -> None:
    for _ in range(3):
        bureau.approved(bureau.case(), *people)
    monkeypatch.setattr(bureau.line, "fault", lambda kind: "faulty" if kind == "open" else "")
    bureau.work()
    monkeypatch.setattr("safelight.web.console.pages.reports._MOST_LOUD", 2)
    listed = re.compile(r'<section aria-labelledby="first">.*?</section>', re.DOTALL)
    first = listed.search(browser.enter(people[0]).get("/reports").text)[0]
    every = listed.search(browser.get("/reports?due=all").text)[0]
    count = every.count("<tr") - 1
    assert count >= 3
    assert (first.count("<tr") - 1, f"All {count} of them" in first) == (2, True)
    assert "of them" not in every


def test_what_may_change_at_any_moment_is_looked_at_again_by_itself_for_a_while(browser, bureau, people, moving):
    report = bureau.approved(bureau.case(), *people)
    page = browser.enter(people[0]).get(f"/reports/{report.id}").text
    assert f'hx-get="/reports/{report.id}/live" hx-trigger="every 5s"' in page
    assert f'<a href="/reports/{report.id}/live">Look again</a>' in page
    part = browser.get(f"/reports/{report.id}/live", headers={"hx-request": "true", "hx-target": "live"}).text
    assert part.strip().startswith('<section id="live"')
    assert "<html" not in part
    whole = browser.get(f"/reports/{report.id}/live").text
    assert "<html" in whole
    bureau.work()
    page = browser.get(f"/reports/{report.id}").text
    assert "hx-trigger" not in page.partition('id="live"')[2]


def test_what_waits_for_long_is_not_asked_for_every_few_seconds(browser, bureau, people, moving) -> None:
    report = bureau.approved(bureau.case(), *people)
    browser.enter(people[0])
    moving.move(minutes=11)
    page = browser.get(f"/reports/{report.id}").text
    assert "hx-trigger" not in page.partition('id="live"')[2]
    assert "Look again" in page
    bureau.work()


def test_a_report_that_is_open_there_and_not_finished_is_the_loudest_thing_on_every_page(
    *, browser, bureau, people, console, moving, monkeypatch
) -> None:
    report = bureau.approved(bureau.case(), *people)
    monkeypatch.setattr(bureau.line, "fault", lambda kind: "later" if kind in {"finish", "retract"} else "")
    bureau.work()
    reader = bureau.reviewing.person("reporter")
    assert "open at its authority and not finished" not in browser.enter(reader).get("/").text  # that is filing
    moving.move(minutes=16)
    for path in ("/", "/cases", f"/reports/{report.id}"):
        page = browser.get(path).text
        assert "1 report is open at its authority and not finished" in page
        assert page.index("is open at its authority") < page.index("<main")
    assert "Until it is finished nobody reads it, and it expires." in browser.get(f"/reports/{report.id}").text
    assert "A worker takes it up at" in browser.get(f"/reports/{report.id}").text
    browser.enter(bureau.reviewing.person("reviewer"))
    assert "open at its authority" not in browser.get("/").text
    assert loud_now(console, None) == ()
    page = browser.enter(bureau.reviewing.person("reporter")).get("/reports").text
    assert page.index("What comes first") < page.index("open at its authority</span>") < page.index('id="listing"')
    monkeypatch.setattr(bureau.line, "fault", lambda _kind: "")
    moving.move(hours=1)
    bureau.work()
    assert "open at its authority" not in browser.enter(bureau.reviewing.person("reporter")).get("/").text


def test_a_report_to_a_destination_that_is_gone_can_still_be_read(
    browser, bureau, people, console, known_destinations
) -> None:
    known_destinations["old"] = Line(console.clock, name="old", is_test=True)
    bureau.line, usual = known_destinations["old"], bureau.line
    writer = bureau.reviewing.person("reporter")
    report = bureau.draft(bureau.case(), writer)
    before = sheet_in(browser.enter(writer).get(f"/reports/{report.id}/preview").text)
    bureau.line = usual
    del known_destinations["old"]
    page = browser.enter(writer).get(f"/reports/{report.id}")
    assert page.status_code == 200
    assert "There is no destination" in page.text
    assert "test host" in page.text
    assert "/edit" not in page.text
    preview = browser.get(f"/reports/{report.id}/preview").text
    assert sheet_in(preview) == before
    assert "safety@platform.example" in before
    assert "There is no destination" in preview, "the document itself is its destination's to make"
    assert browser.get(f"/reports/{report.id}/edit").status_code == 404
    assert "old" in browser.get("/reports").text


def sheet_in(page: str) -> str:
    """Return what a page shows of what a report says."""
    found = re.search(r'<section aria-labelledby="report">.*?</section>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_a_report_that_there_is_not_is_not_there(browser, bureau) -> None:
    browser.enter(bureau.reviewing.person("reporter"))
    for path in ("/reports/999999", "/reports/999999/live", "/reports/0", "/reports/999999/edit"):
        assert browser.get(path).status_code in {404, 422}, path


def test_who_may_not_read_what_keeps_evidence_or_the_audit_log_is_not_told_it(
    *, browser, bureau, filed, console, enrol, by_hand
):
    who = (console.engine, console.clock)
    access.set_role(*who, by_hand, "reads-reports", [Permission.REPORT_READ])
    page = browser.enter(enrol("reads@reports.example.org", "reads-reports")).get(f"/reports/{filed.id}").text
    assert filed.receipt in page
    for told in ("Holds that began", "History", "/evidence/", "/cases/", "/audit/", "/follow-up"):
        assert told not in page.partition("<main")[2].partition("<footer")[0], told


def test_of_many_files_a_page_is_shown_at_a_time(browser, bureau) -> None:
    writer = bureau.reviewing.person("reporter")
    report = bureau.draft(bureau.case(*(bureau.seal() for _ in range(53))), writer)
    page = browser.enter(writer).get(f"/reports/{report.id}").text
    assert page.count("Write about it") == 50
    assert f'href="/reports/{report.id}?after=50#files"' in page
    page = browser.get(f"/reports/{report.id}?after=50").text
    assert page.count("Write about it") == 3
    assert "53. " in page
    assert "No file goes with it." in browser.get(f"/reports/{report.id}?after=99").text


def test_of_many_attempts_and_calls_the_latest_are_shown(browser, bureau, people, moving, monkeypatch) -> None:
    writer, lead = bureau.reviewing.person("reporter"), bureau.reviewing.person("lead")
    report = bureau.approved(bureau.case(), writer, lead)
    monkeypatch.setattr(bureau.line, "fault", lambda kind: "later" if kind == "finish" else "")
    for _ in range(12):
        bureau.work()
        moving.move(hours=1)
    page = browser.enter(bureau.reviewing.person("reporter")).get(f"/reports/{report.id}").text
    assert "Attempt 12 " in page
    assert "Attempt 3 " in page
    assert "Attempt 2 " not in page
    assert "The latest 50 calls" in page
    assert "Begun 12 times." in page
    monkeypatch.setattr(bureau.line, "fault", lambda _kind: "")
    bureau.work()
