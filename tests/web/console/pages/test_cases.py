"""A case's page holds its facts and no picture, and tells a reader nothing that they may not know yet."""

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
