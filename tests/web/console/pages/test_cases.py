"""A case's page holds its facts and no picture, and tells a reader nothing that they may not know yet."""

import pytest

from safelight.flow.review.claiming import claim_case
from safelight.flow.review.deciding import decide
from safelight.review.case import CaseState
from safelight.review.decision import Finding, Ruling


def test_a_case_is_told_by_its_facts(browser, reviewing) -> None:
    case = reviewing.case(reviewing.seal(reviewing.picture()), None, subject="account<i>")
    page = browser.enter(reviewing.person()).get(f"/cases/{case}").text
    assert "account&lt;i&gt;" in page
    assert "/banks/list/entries/5" in page
    assert f"/cases/{case}/sheet" in page
    assert "Without media" in page
    assert "data:image" not in page


def test_cases_are_listed_by_state_and_account(browser, reviewing) -> None:
    case = reviewing.case(None, subject="account-listed")
    browser.enter(reviewing.person("auditor"))
    assert f'href="/cases/{case}"' in browser.get("/cases?state=open&subject=account-listed").text
    assert f'href="/cases/{case}"' not in browser.get("/cases?state=closed&subject=account-listed").text
    assert browser.get("/cases?state=nonsense").status_code == 400


def test_a_second_reader_is_told_nothing_of_what_the_first_found_until_they_decided(browser, reviewing) -> None:
    case = reviewing.case(reviewing.seal(reviewing.picture()), distance=25)
    first, second, item = reviewing.person(), reviewing.person(), reviewing.items(case)[0]
    claim_case(reviewing.desk(first), case)
    done = decide(reviewing.desk(first), case, Ruling(finding=Finding.NOT_A_MATCH, reasons="SECRET WORDS"))
    assert done.case.state is CaseState.SECOND_DUE
    browser.enter(second)
    number = done.decision_id
    for path in ("", f"/items/{item}", "/decide", f"/decisions/{number}", "/sheet", f"/items/{item}/why"):
        page = browser.get(f"/cases/{case}{path}").text
        assert first.name not in page, path
        assert "SECRET WORDS" not in page, path
        assert "not a match" not in page.replace("Not a match", "").partition("<main")[2].partition("</main")[0] or (
            path == "/decide"
        ), path
    assert first.name not in browser.get("/queue").text
    decide(reviewing.desk(second), case, Ruling(finding=Finding.NOT_A_MATCH, reasons="likewise"))
    assert "SECRET WORDS" in browser.get(f"/cases/{case}/decisions/{number}").text


def test_who_read_first_is_not_offered_the_second_seat(browser, reviewing) -> None:
    case = reviewing.case(None, distance=25)
    first = reviewing.person()
    browser.enter(first)
    browser.submit(f"/cases/{case}/decide", finding="not_a_match", reasons="it is not")
    assert f'href="/cases/{case}"' not in browser.get("/queue").text
    assert browser.submit(f"/cases/{case}/claim").status_code == 403
    assert browser.submit(f"/cases/{case}/decide", finding="not_a_match", reasons="again").status_code == 403


def test_there_is_no_such_case(browser, reviewing) -> None:
    browser.enter(reviewing.person())
    for path in ("/cases/99999", "/cases/99999/decide", "/cases/99999/close", f"/cases/{2**63}"):
        assert browser.get(path).status_code == 404, path


def test_a_case_that_takes_another_person_is_offered_to_them_alone(browser, reviewing) -> None:
    case, first = reviewing.case(None, distance=25), reviewing.person()
    decide(reviewing.desk(first), case, Ruling(finding=Finding.NOT_A_MATCH, reasons="a logo"))
    ways = (f'action="/cases/{case}/claim"', f'href="/cases/{case}/decide"')
    page = browser.enter(first).get(f"/cases/{case}").text
    assert [each for each in ways if each in page] == []
    assert "waits for another person now" in browser.get(f"/cases/{case}/decide").text
    page = browser.enter(reviewing.person()).get(f"/cases/{case}").text
    assert [each for each in ways if each in page] == list(ways)
    decide(reviewing.desk(reviewing.person()), case, Ruling(finding=Finding.UNSURE, reasons="cannot say"))
    page = browser.enter(reviewing.person()).get(f"/cases/{case}").text
    assert [each for each in ways if each in page] == [], "a lead decides now"
    page = browser.enter(reviewing.person("lead")).get(f"/cases/{case}").text
    assert [each for each in ways if each in page] == list(ways)


@pytest.mark.parametrize("role", ["lead", "auditor", "reporter", "admin"])
def test_nobody_else_is_told_early_either_by_no_page(browser, reviewing, role) -> None:
    case, first = reviewing.case(reviewing.seal(b"bytes"), distance=25), reviewing.person()
    done = decide(reviewing.desk(first), case, Ruling(finding=Finding.OTHER_KIND, reasons="SECRET WORDS"))
    browser.enter(reviewing.person(role))
    item = reviewing.items(case)[0]
    for path in ("", f"/items/{item}", f"/decisions/{done.decision_id}", "/sheet"):
        page = browser.get(f"/cases/{case}{path}").text.partition("<main")[2]
        for told in (first.name, "SECRET WORDS", "another kind"):
            assert told not in page, (path, told)


def test_what_platforms_wrote_stays_text(browser, reviewing, is_escaped) -> None:
    wicked = '{{ 7 * 7 }}<script>alert("x")</script>'
    case = reviewing.case(None, subject=wicked, content_id=wicked)
    browser.enter(reviewing.person())
    for path in (f"/cases/{case}", f"/cases/{case}/items/{reviewing.items(case)[0]}", "/cases"):
        assert is_escaped(browser.get(path).text), path
    assert "<script>alert" not in browser.get("/cases", params={"subject": wicked}).text


@pytest.mark.parametrize(("role", "status"), [("reporter", 200), ("auditor", 200), ("analyst", 403)])
def test_a_case_is_for_whoever_may_read_cases_and_acted_on_by_who_may_act(browser, reviewing, role, status) -> None:
    case = reviewing.case(None)
    browser.enter(reviewing.person(role))
    for path in ("/cases", f"/cases/{case}", f"/cases/{case}/items/{reviewing.items(case)[0]}"):
        answer = browser.get(path)
        assert answer.status_code == status
        assert 'action="/cases/' not in answer.text
