"""What is done about a report as a whole, by whom, and what leaves the house by it."""

import re
from dataclasses import replace
from typing import Any

import pytest

from safelight.audit.queries import Search, search_entries
from safelight.database.transaction import read
from safelight.errors import UsageError
from safelight.flow.reporting import drafting, setting_up
from safelight.flow.reporting.finding import Destinations, Opened
from safelight.flow.reporting.setting_up import SetupDesk
from safelight.reporting.report import ReportState
from safelight.reporting.route import Route
from safelight.reporting.setup import SetupKind
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.testing.report_line import Line

OPERATOR = Actor(kind=ActorKind.SYSTEM_USER, name="tester", permissions=EVERY_PERMISSION)


@pytest.fixture(scope="module")
def people(reviewing):
    return reviewing.person("reporter"), reviewing.person("lead")


def read_on(browser, path: str) -> str:
    """Open a page that completes or approves, and return which content it shows."""
    found = re.search(r'name="was" value="([0-9a-f]{64})"', browser.get(path).text)
    assert found is not None
    return found[1]


def act(browser, path: str) -> Any:
    """Complete or approve what the page shows."""
    return browser.submit(path, was=read_on(browser, path))


def test_what_its_authority_would_not_take_is_told_before_it_is_complete(browser, bureau, people) -> None:
    report = bureau.draft(bureau.case(), people[0], reporter={})
    path = f"/reports/{report.id}/complete"
    assert "report/incidentSummary" in browser.enter(people[0]).get(path).text
    answer = act(browser, path)
    assert answer.status_code == 422
    assert "cannot be sent as it is" in answer.text
    assert bureau.find(report.id).state is ReportState.DRAFT


def test_whoever_completed_a_report_does_not_approve_it(browser, bureau, reviewing) -> None:
    lead, another = reviewing.person("lead"), reviewing.person("lead")
    report = bureau.draft(bureau.case(), lead)
    act(browser.enter(lead), f"/reports/{report.id}/complete")
    page = browser.get(f"/reports/{report.id}").text
    assert "You completed this report yourself. Another person approves it." in page
    assert f'href="/reports/{report.id}/approve"' not in page
    answer = act(browser, f"/reports/{report.id}/approve")
    assert answer.status_code == 403
    assert "another person approves it" in answer.text
    page = browser.enter(another).get(f"/reports/{report.id}/approve").text
    assert lead.name in page
    assert "cannot be taken back" in page
    assert act(browser, f"/reports/{report.id}/approve").headers["location"] == f"/reports/{report.id}"
    assert bureau.find(report.id).state is ReportState.APPROVED
    bureau.work()
    assert bureau.find(report.id).state is ReportState.FILED


def test_whoever_writes_it_reads_why_it_was_given_back(browser, bureau, people) -> None:
    writer, lead = people
    report = bureau.draft(bureau.case(), writer)
    drafting.complete_report(bureau.desk(writer), report.id)
    browser.enter(lead).submit(f"/reports/{report.id}/return", reason="The <place> is missing.")
    page = browser.enter(writer).get(f"/reports/{report.id}").text
    assert "Why it was given back" in page
    assert "The &lt;place&gt; is missing." in page
    act(browser, f"/reports/{report.id}/complete")
    assert "The &lt;place&gt; is missing." not in browser.get(f"/reports/{report.id}").text


def test_whoever_approves_sees_what_else_is_reported_of_the_case_and_each_fault_once(browser, bureau, people) -> None:
    writer, lead = people
    case_id = bureau.case()
    first, given_up, second = (bureau.draft(case_id, writer) for _ in range(3))
    drafting.withdraw_report(bureau.desk(lead), given_up.id, reason="twice")
    for each in (first, second):
        drafting.complete_report(bureau.desk(writer), each.id)
    page = browser.enter(lead).get(f"/reports/{second.id}/approve").text
    assert "Other reports of this case" in page
    assert f'href="/reports/{first.id}"' in page
    assert f'href="/reports/{given_up.id}"' not in page
    answer = browser.submit(f"/reports/{first.id}/return", reason=" ")
    assert answer.text.count('id="act-fault"') == 1


def test_in_single_person_mode_it_is_said_that_nobody_else_looked(browser, bureau, reviewing, console) -> None:
    usual = console.report_desk
    object.__setattr__(console, "report_desk", lambda actor: replace(usual(actor), is_alone=True))
    try:
        lead = reviewing.person("lead")
        report = bureau.draft(bureau.case(), lead)
        act(browser.enter(lead), f"/reports/{report.id}/complete")
        assert "Single-person mode is on" in browser.get(f"/reports/{report.id}").text
        assert act(browser, f"/reports/{report.id}/approve").status_code == 303
    finally:
        object.__setattr__(console, "report_desk", usual)
    with read(console.engine) as tx:
        entries = search_entries(tx, Search(target=f"report:{report.id}", verb="approve_report"), limit=5).entries
    assert entries[0].details["alone"] is True
    bureau.work()


def test_what_the_writer_changed_after_it_was_read_is_not_approved(browser, bureau, people) -> None:
    writer, lead = people
    report = bureau.draft(bureau.case(), writer)
    path = f"/reports/{report.id}/approve"
    drafting.complete_report(bureau.desk(writer), report.id)
    was = read_on(browser.enter(lead), path)
    assert f'href="/reports/{report.id}/preview?was={was}"' in browser.get(path).text
    rewrite(bureau, writer, report.id, "The second telling.")
    drafting.complete_report(bureau.desk(writer), report.id)
    answer = browser.submit(path, was=was)
    assert answer.status_code == 412
    assert "Nothing was approved, and nothing is sent." in answer.text
    assert (bureau.find(report.id).state, bureau.find(report.id).approved_by) == (ReportState.APPROVAL_DUE, "")
    now = read_on(browser, path)
    assert f'href="/reports/{report.id}/preview?was={now}"' in answer.text
    assert f'name="was" value="{now}"' in answer.text
    assert "The second telling." in answer.text, "the page shows what its form is bound to"
    browser.headers["accept-language"] = "es"
    assert "No se aprobó nada y no se envía nada." in browser.submit(path, was=was).text
    assert browser.submit(path, was=now).status_code == 303
    bureau.work()


def test_what_somebody_changed_after_it_was_read_is_not_complete(browser, bureau, people) -> None:
    report = bureau.draft(bureau.case(), people[0])
    path = f"/reports/{report.id}/complete"
    was = read_on(browser.enter(people[0]), path)
    rewrite(bureau, people[1], report.id, "The second telling.")
    answer = browser.submit(path, was=was)
    assert answer.status_code == 412
    assert "It was not completed." in answer.text
    assert "The second telling." in answer.text
    browser.headers["accept-language"] = "es"
    assert "No se dio por completo." in browser.submit(path, was=was).text
    assert bureau.find(report.id).state is ReportState.DRAFT
    assert act(browser, path).status_code == 303


def test_a_form_that_does_not_say_what_was_read_lets_nothing_go(browser, bureau, people) -> None:
    report = bureau.draft(bureau.case(), people[0])
    assert browser.enter(people[0]).submit(f"/reports/{report.id}/complete").status_code == 422
    drafting.complete_report(bureau.desk(people[0]), report.id)
    assert browser.enter(people[1]).submit(f"/reports/{report.id}/approve").status_code == 422
    assert bureau.find(report.id).state is ReportState.APPROVAL_DUE


def test_a_preview_of_something_else_than_the_page_before_it_showed_says_so(browser, bureau, people) -> None:
    report = bureau.draft(bureau.case(), people[0])
    path = f"/reports/{report.id}/preview"
    was = read_on(browser.enter(people[0]), f"/reports/{report.id}/complete")
    told = "Somebody changed the report after the page that led you here was opened."
    assert told not in browser.get(path).text
    assert told not in browser.get(path, params={"was": was}).text
    rewrite(bureau, people[0], report.id, "The second telling.")
    page = browser.get(path, params={"was": was}).text
    assert told in page
    assert "The second telling." in page
    assert told not in browser.get(path).text


def test_what_a_page_cannot_show_is_let_go_by_nobody_from_it(browser, bureau, people, console) -> None:
    report = bureau.draft(bureau.case(), people[0])
    drafting.complete_report(bureau.desk(people[0]), report.id)
    usual = console.report_desk
    object.__setattr__(console, "report_desk", lambda actor: replace(usual(actor), forms={}))
    try:
        page = browser.enter(people[1]).get(f"/reports/{report.id}/approve").text
        answer = browser.get(f"/reports/{report.id}/preview")
    finally:
        object.__setattr__(console, "report_desk", usual)
    assert answer.status_code == 400
    assert "This program has no form" in answer.text
    assert 'name="was" value=""' in page
    assert browser.submit(f"/reports/{report.id}/approve", was="").status_code == 422


def rewrite(bureau, person, report_id: int, words: str) -> None:
    """Put other words into a report."""
    paper = bureau.paper(report_id, person)
    report = {**paper.report, "additionalInfo": words}
    drafting.edit_report(bureau.desk(person), report_id, replace(paper, report=report))


def test_a_report_is_given_back_with_a_reason(browser, bureau, people) -> None:
    report = bureau.draft(bureau.case(), people[0])
    drafting.complete_report(bureau.desk(people[0]), report.id)
    path = f"/reports/{report.id}/return"
    assert browser.enter(people[1]).submit(path, reason=" ").status_code == 422
    assert browser.submit(path, reason="The address lacks its time.").status_code == 303
    assert bureau.find(report.id).state is ReportState.DRAFT
    assert "The address lacks its time." in browser.get(f"/reports/{report.id}").text


def test_giving_up_says_what_it_means_where_the_report_stands(browser, bureau, people, moving, monkeypatch) -> None:
    report = bureau.approved(bureau.case(), *people)
    path = f"/reports/{report.id}/withdraw"
    assert "is not sent yet" in browser.enter(people[1]).get(path).text
    monkeypatch.setattr(bureau.line, "fault", lambda kind: "later" if kind in {"finish", "retract"} else "")
    bureau.work()
    assert "nobody can take it back" in browser.get(path).text
    assert browser.submit(path, reason="The wrong account.").status_code == 303
    assert "Somebody asked to give this report up." in browser.get(f"/reports/{report.id}").text
    monkeypatch.setattr(bureau.line, "fault", lambda _kind: "")
    moving.move(hours=1)
    bureau.work()
    assert bureau.find(report.id).state is ReportState.WITHDRAWN


def test_what_was_refused_is_told_and_can_be_put_right(browser, bureau, people, monkeypatch) -> None:
    report = bureau.approved(bureau.case(), *people)
    monkeypatch.setattr(bureau.line, "fault", lambda kind: "faulty" if kind == "open" else "")
    bureau.work()
    page = browser.enter(bureau.reviewing.person("reporter")).get(f"/reports/{report.id}").text
    assert "The authority said no, for a trial." in page
    assert "put it right, and complete it again." in page
    assert f'href="/reports/{report.id}/edit"' in page
    monkeypatch.setattr(bureau.line, "fault", lambda _kind: "")
    path, lead = f"/reports/{report.id}/receipt", bureau.reviewing.person("lead")
    assert f'href="{path}"' not in page
    assert f'href="{path}"' in browser.enter(lead).get(f"/reports/{report.id}").text
    assert browser.submit(path, receipt="4711", reason="").status_code == 422
    assert browser.submit(path, receipt="4711", reason="they said so").headers["location"] == f"/reports/{report.id}"
    assert "File 1 is kept until" in browser.get(f"/reports/{report.id}").text


def test_a_report_without_a_wire_is_handed_over_by_a_person(browser, bureau, reviewing, console, known_destinations):
    known_destinations["police"] = Line(console.clock, name="police", is_handed_over=True)
    bureau.line, usual = known_destinations["police"], bureau.line
    writer, lead = reviewing.person("reporter"), reviewing.person("lead")
    try:
        report = bureau.approved(bureau.case(), writer, lead)
        bureau.work()
    finally:
        bureau.line = usual
    path = f"/reports/{report.id}/hand-over"
    assert "note its reference here" in browser.enter(lead).get(f"/reports/{report.id}").text
    assert browser.submit(path, receipt="", reason="by hand").status_code == 422
    assert browser.submit(path, receipt="26-447", reason="to the duty officer").status_code == 303
    page = browser.get(f"/reports/{report.id}").text
    assert "26-447" in page
    assert "File 1 is kept until" in page


def test_a_follow_up_is_drafted_and_both_lead_to_each_other(browser, bureau, people) -> None:
    writer, lead = bureau.reviewing.person("reporter"), bureau.reviewing.person("lead")
    report = bureau.approved(bureau.case(), writer, lead)
    bureau.work()
    answer = browser.enter(writer).get(f"/reports/{report.id}/follow-up")
    page = browser.get(answer.headers["location"]).text
    assert f'<option value="{report.id}" selected>' in page
    answer = browser.submit(f"/cases/{report.case_id}/report", destination="cybertipline", follows=str(report.id))
    added = answer.headers["location"]
    assert f'href="/reports/{report.id}"' in browser.get(added).text
    assert f'href="{added}"' in browser.get(f"/reports/{report.id}").text


def test_a_case_shows_its_reports_and_drafts_one_once_it_is_decided(browser, bureau, reviewing) -> None:
    writer, open_case = reviewing.person("reporter"), reviewing.case(None)
    browser.enter(writer)
    assert f'href="/cases/{open_case}/report"' not in browser.get(f"/cases/{open_case}").text
    answer = browser.submit(f"/cases/{open_case}/report", destination="cybertipline")
    assert answer.status_code == 400
    assert "a report is of what was decided" in answer.text
    case_id = bureau.case()
    page = browser.get(f"/cases/{case_id}").text
    assert "Nothing of this case has been reported yet." in page
    assert f'href="/cases/{case_id}/report"' in page
    assert "cybertipline" in browser.get(f"/cases/{case_id}/report").text
    [once] = re.findall(r'name="once" value="([0-9a-f]{32})"', browser.get(f"/cases/{case_id}/report").text)
    made = {
        browser.submit(f"/cases/{case_id}/report", destination="cybertipline", once=each).headers["location"]
        for each in (once, once, "0" * 32)
    }
    assert len(made) == 2
    assert all(each in browser.get(f"/cases/{case_id}").text for each in made)
    assert browser.submit(f"/cases/{case_id}/report", destination="cybertipline", once="x").status_code == 422
    assert browser.submit(f"/cases/{case_id}/report", destination="nowhere").status_code == 404
    browser.enter(reviewing.person("reviewer"))
    assert "/reports/" not in browser.get(f"/cases/{case_id}").text


def test_the_preview_is_what_the_authority_reads_and_nothing_else(browser, bureau, people) -> None:
    report = bureau.draft(bureau.case(), people[0])
    writer, auditor = bureau.reviewing.person("reporter"), bureau.reviewing.person("auditor")
    page = browser.enter(writer).get(f"/reports/{report.id}/preview").text
    assert "Child Pornography (possession, manufacture, and distribution)" in page
    assert "safety@platform.example" in page
    assert report.mark in page  # in the document itself
    assert "Earlier CyberTipline" not in page
    page = browser.enter(auditor).get(f"/reports/{report.id}/preview").text
    assert "safety@platform.example" in page
    assert report.mark not in page


def test_a_preview_of_what_cannot_be_sent_says_why(browser, bureau, people) -> None:
    writer = bureau.reviewing.person("reporter")
    report = bureau.draft(bureau.case(), writer, reporter={}, strange=1)
    page = browser.enter(writer).get(f"/reports/{report.id}/preview").text
    assert "cannot be sent as it is" in page
    assert "strange" in page


def refused(bureau, reviewing, monkeypatch, is_refused):
    """Let a worker meet an authority that refuses these calls, and return who may let the report go anew, and it."""
    lead = reviewing.person("lead")
    report = bureau.approved(bureau.case(), reviewing.person("reporter"), lead)
    with monkeypatch.context() as refusing:
        refusing.setattr(bureau.line, "fault", lambda kind: "faulty" if is_refused(kind) else "")
        bureau.work()
    return lead, report


def test_what_was_refused_for_no_fault_of_its_own_is_sent_again_as_it_was(browser, bureau, reviewing, monkeypatch):
    lead, report = refused(bureau, reviewing, monkeypatch, lambda kind: kind == "open")
    path = f"/reports/{report.id}/retry"
    assert f'href="{path}"' in browser.enter(lead).get(f"/reports/{report.id}").text
    assert browser.submit(path, reason="").status_code == 422
    assert browser.submit(path, reason="The account was unlocked.").headers["location"] == f"/reports/{report.id}"
    bureau.work()
    assert bureau.find(report.id).state is ReportState.FILED


def test_what_its_authority_will_not_say_is_asked_again_when_a_person_wants_it(browser, bureau, reviewing, monkeypatch):
    lead, report = refused(bureau, reviewing, monkeypatch, lambda kind: kind != "open")
    path = f"/reports/{report.id}"
    page = browser.enter(lead).get(path).text
    assert "It is not known whether it is filed" in page
    assert f'href="{path}/retry"' in page
    assert browser.submit(f"{path}/retry", reason="The account was unlocked.").headers["location"] == path
    bureau.work()
    assert bureau.find(report.id).state is ReportState.FILED


def test_what_hinders_sending_is_told_before_and_after_the_approval(browser, bureau, reviewing, console) -> None:
    writer, lead, usual = reviewing.person("reporter"), reviewing.person("lead"), console.report_desk
    report = bureau.draft(bureau.case(), writer)
    waiting = bureau.approved(bureau.case(), writer, lead)
    drafting.complete_report(bureau.desk(writer), report.id)

    def off(_name):
        raise UsageError("Live reporting is off here.")

    object.__setattr__(console, "report_desk", lambda actor: replace(usual(actor), find_for_sending=off))
    try:
        answer = act(browser.enter(lead), f"/reports/{report.id}/approve")
        assert answer.status_code == 400
        assert "Live reporting is off here." in answer.text
        page = browser.get(f"/reports/{waiting.id}").text
        assert "Nothing can be sent to this destination at this moment." in page
        assert "Live reporting is off here." in page
    finally:
        object.__setattr__(console, "report_desk", usual)
    bureau.work()


def test_who_may_approve_is_named_while_it_waits(browser, bureau, reviewing) -> None:
    writer, lead = reviewing.person("reporter"), reviewing.person("lead")
    report = bureau.draft(bureau.case(), writer)
    drafting.complete_report(bureau.desk(writer), report.id)
    page = browser.enter(writer).get(f"/reports/{report.id}").text
    assert "Who may approve it:" in page
    assert f'href="/reports/{report.id}/approve"' not in page
    assert lead.name


def test_the_destination_that_the_routing_table_chooses_is_chosen_on_the_page(
    browser, bureau, reviewing, console, known_destinations
) -> None:
    known_destinations["elsewhere"] = Line(console.clock, name="elsewhere")
    openers = {SetupKind.NCMEC: lambda name, _config: Opened(destination=known_destinations[name])}
    found = Destinations(engine=console.engine, keys=console.showing.vault.keys, openers=openers)
    desk = SetupDesk(clock=console.clock, actor=OPERATOR, destinations=found)
    for name in ("cybertipline", "elsewhere"):
        setting_up.add_destination(desk, name, SetupKind.NCMEC, {})
    by_law = Route(place=1, destination="elsewhere", jurisdiction="GB")  # as the settings tell of this service
    setting_up.set_routes(desk, [by_law, Route(place=2, destination="cybertipline")])
    page = browser.enter(reviewing.person("reporter")).get(f"/cases/{bureau.case()}/report").text
    assert "The routing table chooses elsewhere for this case." in page
    assert '<option value="elsewhere" selected>' in page
    del known_destinations["elsewhere"]
    page = browser.get(f"/cases/{bureau.case()}/report").text
    assert '<option value="">Choose a destination</option>' in page  # and not the first one, unasked
