"""The queue shows what waits and why, gives the next, and rests when it must."""

from datetime import time

import pytest

from safelight.flow.access import set_person_roles
from safelight.flow.review import dose
from safelight.flow.review.claiming import claim_case
from safelight.flow.review.deciding import decide
from safelight.review.decision import Finding, Ruling
from safelight.review.exposure.limits import Hours, OwnLimits


@pytest.fixture
def rita(reviewing):
    return reviewing.person()


def test_each_line_says_what_waits_and_why_it_stands_there(browser, reviewing, rita) -> None:
    case = reviewing.case(None, categories=frozenset({"ncmec:a1"}))
    page = browser.enter(rita).get("/queue").text
    assert f'href="/cases/{case}"' in page
    assert "ncmec:a1" in page
    assert "How exact the match is: 300" in page
    assert "first reader" in page
    assert "data:" not in page


def test_the_next_one_becomes_theirs_and_is_told_first_among_their_own(browser, reviewing, rita) -> None:
    reviewing.case(None)
    answer = browser.enter(rita).submit("/queue/next")
    assert answer.status_code == 303
    case = answer.headers["location"]
    assert "This case is yours" in browser.get(case).text
    page = browser.get("/queue").text
    assert page.index("Yours now") < page.index(f'href="{case}"')
    assert page.count(f'href="{case}"') == 1


def test_what_somebody_opted_out_of_is_not_there_and_is_not_given(browser, reviewing, rita, console) -> None:
    case = reviewing.case(None, categories=frozenset({"infant"}))
    dose.set_opted_out(console.engine, reviewing.desk(rita).actor, "infant", is_out=True)
    browser.enter(rita)
    assert f'href="/cases/{case}"' not in browser.get("/queue").text
    while (path := browser.submit("/queue/next").headers.get("location", "/queue")) != "/queue":
        assert path != f"/cases/{case}"
        browser.submit(f"{path}/decide", finding="not_a_match", reasons="a logo")


def test_outside_of_the_hours_it_says_so_and_gives_nothing(browser, reviewing, console, by_hand) -> None:
    rita, never = reviewing.person(), OwnLimits(hours=Hours(from_=time(0), until=time(0)))
    who = (console.engine, console.clock, by_hand, rita.name)
    dose.set_limits(*who, never, house=reviewing.desk(rita).limits, reason="other work")
    page = browser.enter(rita).get("/queue").text.partition("<main")[2].partition("</main")[0]
    assert "It is outside the hours of your day." in page
    assert "Take the next" not in page
    assert browser.submit("/queue/next").status_code == 403


def test_pages_follow_each_other_without_a_gap(browser, reviewing, rita) -> None:
    cases = {reviewing.case(None) for _ in range(55)}
    browser.enter(rita)
    first = browser.get("/queue").text
    address = first.partition('rel="next" hx-get="')[2].partition('"')[0] or first.partition('href="/queue?after=')[2]
    seen = {case for case in cases if f'href="/cases/{case}"' in first}
    assert address
    second = browser.get(address).text
    assert {case for case in cases if f'href="/cases/{case}"' in second} >= cases - seen
    assert browser.get("/queue?after=x.y").status_code == 422


def test_it_is_for_who_decides(browser, reviewing) -> None:
    browser.enter(reviewing.person("auditor"))
    assert browser.get("/queue").status_code == 403
    assert browser.submit("/queue/next").status_code == 403


def test_what_others_have_is_not_offered(browser, reviewing, rita) -> None:
    case = reviewing.case(None)
    claim_case(reviewing.desk(reviewing.person()), case)
    assert f'href="/cases/{case}"' not in browser.enter(rita).get("/queue").text


@pytest.mark.parametrize("after", ["nothing", "1", "1.x", ".", "9" * 30 + ".1", "1." + "9" * 30, "-" + "9" * 30 + ".1"])
def test_what_is_no_page_of_the_queue_is_told(browser, rita, after) -> None:
    answer = browser.enter(rita).get("/queue", params={"after": after})
    assert answer.status_code == 422
    assert "no such page of the queue" in answer.text


def test_whoever_may_not_decide_any_more_has_no_queue_from_that_moment(browser, reviewing, rita, by_hand) -> None:
    reviewing.case(None)
    assert browser.enter(rita).get("/queue").status_code == 200
    who = (reviewing.console.engine, reviewing.console.clock, by_hand, rita.name)
    set_person_roles(*who, role_names=["auditor"], reason="moved")
    assert browser.get("/queue").status_code == 403
    assert browser.submit("/queue/next").status_code == 403


def test_who_read_first_is_never_given_the_second_seat_and_nobody_is_told_who(browser, reviewing, rita) -> None:
    case, first = reviewing.case(None, distance=25), reviewing.person()
    decide(reviewing.desk(first), case, Ruling(finding=Finding.OTHER_KIND, reasons="a likeness by chance"))
    browser.enter(first)
    while "/cases/" in (went := browser.submit("/queue/next").headers["location"]):
        assert went != f"/cases/{case}"
        browser.submit(f"{went}/decide", finding="not_a_match", reasons="so that the queue ends")
    page = browser.enter(rita).get("/queue").text.partition("<main")[2]
    assert f'href="/cases/{case}"' in page
    assert "second reader" in page
    for kept in (first.name, "a likeness by chance", "another kind"):
        assert kept not in page
