"""What came of a report, what was asked for about it, what the platform did; and the funnel of all of it."""

import re

import pytest

WICKED = "{{ 7 * 7 }}<script>alert(1)</script>"


@pytest.fixture(scope="module")
def writer(reviewing):
    return reviewing.person("reporter")


@pytest.fixture(scope="module")
def filed(bureau, writer):
    report = bureau.approved(bureau.case(), writer, bureau.reviewing.person("lead"))
    bureau.work()
    return bureau.find(report.id)


@pytest.fixture
def at(console):
    """A moment a little while ago, as a field for moments has it."""
    return f"{console.clock.now():%Y-%m-%dT%H:%M}"


def test_an_outcome_is_written_down_and_read_with_its_remarks(browser, writer, filed, at) -> None:
    path = f"/reports/{filed.id}"
    assert "Nothing was learnt yet." in browser.enter(writer).get(path).text
    told = {"kind": "referred", "part": "authority", "learnt_at": at, "remarks": WICKED}
    assert browser.submit(f"{path}/outcome", **told).headers["location"] == path
    page = browser.get(path).text
    assert "Referred to another agency" in page
    assert f'href="{path}/outcomes/1"' in page
    page = browser.get(f"{path}/outcomes/1").text
    assert "{{ 7 * 7 }}&lt;script&gt;" in page
    assert browser.get(f"{path}/outcomes/2").status_code == 404


@pytest.mark.parametrize(("name", "value"), [("kind", "won"), ("learnt_at", ""), ("learnt_at", "in May")])
def test_what_is_no_outcome_is_told_beside_the_form(*, browser, writer, filed, at, name, value) -> None:
    told = {"kind": "received", "part": "authority", "learnt_at": at, name: value}
    answer = browser.enter(writer).submit(f"/reports/{filed.id}/outcome", **told)
    assert answer.status_code == 422
    assert 'id="add-fault"' in answer.text


def test_a_draft_comes_to_nothing_yet(browser, bureau, writer, at) -> None:
    report = bureau.draft(bureau.case(), writer)
    told = {"kind": "received", "part": "authority", "learnt_at": at}
    answer = browser.enter(writer).submit(f"/reports/{report.id}/outcome", **told)
    assert answer.status_code == 400
    assert f'href="/reports/{report.id}/outcome"' not in browser.get(f"/reports/{report.id}").text


def test_a_request_to_preserve_holds_and_has_a_clock(browser, writer, filed, at, moving) -> None:
    path = f"/reports/{filed.id}"
    told = {"kind": "preservation_request", "agency": "County police", "reference": "26-1", "received_at": at}
    answer = browser.enter(writer).submit(f"{path}/contact", **told)
    assert answer.status_code == 303, answer.text
    page = browser.get(path).text
    assert "Request to preserve (90 days)" in page
    assert "County police" not in page
    contact = browser.get(f"{path}/contacts/1").text
    assert "County police" in contact
    assert "26-1" in contact
    assert "overdue" not in page
    assert browser.submit(f"{path}/contacts/1/close").headers["location"] == path
    assert "Nothing is left to do" not in browser.get(f"{path}/contacts/1").text
    assert browser.get(f"{path}/contacts/9").status_code == 404


def test_a_form_that_is_sent_twice_writes_one_down_and_one_that_was_there_is_told(browser, writer, filed, at) -> None:
    path = f"/reports/{filed.id}"
    once = once_in(browser.enter(writer).get(f"{path}/contact").text)
    told = {"kind": "subpoena", "agency": "County court", "received_at": at, "once": once}
    for _ in range(2):
        assert browser.submit(f"{path}/contact", **told).headers["location"] == path
    assert browser.get(path).text.count("Subpoena") == 1
    answer = browser.submit(f"{path}/contact", **{**told, "agency": ""})
    assert once_in(answer.text) == once
    outcome = {"kind": "unknown", "part": "other", "learnt_at": at, "remarks": "Nobody knew."}
    for said in ("The outcome is written down.", "This outcome was there already."):
        assert browser.submit(f"{path}/outcome", **outcome).headers["location"] == path
        assert said in browser.get(path).text
    answer = browser.submit(f"{path}/outcome", **{**outcome, "remarks": "They know."})
    assert answer.status_code == 409
    assert "They know." in answer.text


def once_in(page: str) -> str:
    [found] = re.findall(r'name="once" value="([0-9a-f]{32})"', page)
    return found


def test_a_contact_of_another_case_is_not_read_by_way_of_this_one(browser, bureau, writer, filed) -> None:
    other = bureau.draft(bureau.case(), writer)
    browser.enter(writer)
    assert browser.get(f"/reports/{other.id}/contacts/1").status_code == 404
    assert browser.submit(f"/reports/{other.id}/contacts/1/close").status_code == 404
    assert browser.get(f"/reports/{other.id}/outcomes/1").status_code == 404


def test_what_the_platform_did_is_written_down(browser, writer, filed, at) -> None:
    path = f"/reports/{filed.id}"
    page = browser.enter(writer).get(f"{path}/action").text
    assert 'name="subject"' in page
    told = {"kind": "suspended", "acted_at": at, "subject": "account-x", "content": "", "user_told": "no"}
    assert browser.submit(f"{path}/action", **told).headers["location"] == path
    page = browser.get(path).text
    assert "suspended the account" in page
    assert "the user was not told" in page
    assert browser.submit(f"{path}/action", **{**told, "subject": ""}).status_code == 422


def test_where_more_came_than_a_page_has_it_says_so_and_each_can_be_opened(
    browser, writer, filed, at, monkeypatch
) -> None:
    path = f"/reports/{filed.id}"
    browser.enter(writer)
    for agency in ("One court", "Another court"):
        told = {"kind": "production", "agency": agency, "received_at": at}
        assert browser.submit(f"{path}/contact", **told).headers["location"] == path
    page = browser.get(path).text
    assert "These are the first" not in page
    last = max(int(each) for each in re.findall(rf'href="{path}/contacts/([0-9]+)"', page))
    for place in ("reports", "report_outcomes"):
        monkeypatch.setattr(f"safelight.web.console.pages.{place}.MOST_AFTER", 1)
    page = browser.get(path).text
    assert "These are the first 1, the oldest. All of them: <code>safelight outcome contact list --case" in page
    assert page.count(f'href="{path}/contacts/') == 1
    assert "Another court" in browser.get(f"{path}/contacts/{last}").text


def test_the_funnel_counts_from_match_to_outcome(browser, writer, filed, at) -> None:
    browser.enter(writer)
    browser.submit(f"/reports/{filed.id}/outcome", kind="acted_on", part="police", learnt_at=at)
    page = browser.get("/reports/funnel").text
    assert "Items that matched" in page
    assert "too few" in page
    assert "cybertipline" in browser.get("/reports/funnel?by=destination").text
    assert 'value="source"' not in page  # what lists lead to is told to leads
    assert browser.get("/reports/funnel?by=source").status_code == 403
    assert "No case was opened in this time." in browser.get("/reports/funnel?since=2001-01-01&until=2001-02-01").text
    for wrong in (
        "by=person",
        "since=yesterday",
        "since=2027-01-01&until=2026-01-01",
        "until=9999-12-31",
        "until=0001-01-05",
    ):
        assert browser.get(f"/reports/funnel?{wrong}").status_code == 422, wrong


def test_by_source_a_lead_reads_names_and_no_codes(browser, bureau, filed) -> None:
    browser.enter(bureau.reviewing.person("lead"))
    page = browser.get("/reports/funnel?by=source").text
    assert "<h2>bank list</h2>" in page
    assert "<h2>by_hand</h2>" not in page
    first, *others = re.findall(r"<tr><td data-label=\"How far it came\">.*?</tr>", page)[:3]
    assert "<meter" not in first, "items are no share of the cases"
    assert all("<meter" in each for each in others)


def test_whoever_may_not_read_outcomes_is_not_told_of_them(browser, console, by_hand, enrol, filed) -> None:
    from safelight.flow import access
    from safelight.roles import Permission

    access.set_role(console.engine, console.clock, by_hand, "only-reports", [Permission.REPORT_READ])
    page = browser.enter(enrol("only@outcomes.example.org", "only-reports")).get(f"/reports/{filed.id}").text
    assert "What came of it" not in page
    assert browser.get("/reports/funnel").status_code == 403
    assert "funnel" not in browser.get("/reports").text
