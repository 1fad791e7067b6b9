"""Deciding: the form, what follows, drafts that outlive a claim, and what was found of the same bytes before."""

import pytest

from safelight.database.transaction import read
from safelight.flow.review import dose
from safelight.flow.review.claiming import claim_case
from safelight.flow.review.deciding import decide
from safelight.flow.review.texts import read_draft
from safelight.review.case import CaseState
from safelight.review.decision import Finding, IncidentType, Ruling
from safelight.review.exposure.limits import OwnLimits, read_hours
from safelight.review.queries import find_case
from safelight.review.scheme import Classification

CONFIRMED = {"finding": "confirmed", "label": "ncmec:A1", "incident": "csam", "reasons": "seen"}


def state(console, case: int) -> CaseState:
    with read(console.engine) as tx:
        return find_case(tx, case).state


def test_what_is_confirmed_is_decided_with_all_that_is_said_of_it(browser, reviewing, console) -> None:
    case = reviewing.case(reviewing.seal(reviewing.picture()))
    browser.enter(reviewing.person())
    answer = browser.submit(f"/cases/{case}/decide", **CONFIRMED, annotation=["viral", "infant"])
    assert answer.headers["location"] == f"/cases/{case}"
    assert state(console, case) is CaseState.DECIDED
    page = browser.get(f"/cases/{case}").text
    assert "Decided." in page
    number = page.partition(f"/cases/{case}/decisions/")[2].partition('"')[0]
    told = browser.get(f"/cases/{case}/decisions/{number}").text
    assert all(word in told for word in ("ncmec A1", "viral", "infant", "seen", "first reader"))


def test_what_is_only_said_of_what_is_confirmed_is_left_out_of_all_else(browser, reviewing, console) -> None:
    case = reviewing.case(reviewing.seal(reviewing.picture()))
    browser.enter(reviewing.person()).submit(f"/cases/{case}/decide", **CONFIRMED | {"finding": "not_a_match"})
    assert state(console, case) is CaseState.CLOSED
    assert "it is closed" in browser.get(f"/cases/{case}").text


@pytest.mark.parametrize(
    "fields",
    [
        {"finding": ""},
        {"finding": "nonsense"},
        {"reasons": " "},
        {"label": ""},
        {"label": "ncmec:Z9"},
        {"incident": ""},
        {"incident": "nonsense"},
        {"annotation": "nonsense"},
        {"item": "x"},
        {"item": "999999"},
    ],
)
def test_what_cannot_be_decided_so_is_told_and_no_word_is_lost(browser, reviewing, console, fields) -> None:
    case = reviewing.case(reviewing.seal(reviewing.picture()))
    answer = browser.enter(reviewing.person()).submit(f"/cases/{case}/decide", **CONFIRMED | fields)
    assert answer.status_code in {400, 422}
    assert state(console, case) is CaseState.OPEN
    assert f">{fields.get('reasons', 'seen')}</textarea>" in answer.text


def test_some_of_it_is_decided_now_and_the_rest_later(browser, reviewing, console) -> None:
    case = reviewing.case(None, None)
    first, second = reviewing.items(case)
    browser.enter(reviewing.person())
    browser.submit(f"/cases/{case}/decide", finding="not_a_match", reasons="a logo", item=str(first))
    assert "More of this case is to be decided on" in browser.get(f"/cases/{case}").text
    browser.submit(f"/cases/{case}/decide", finding="not_a_match", reasons="a logo", item=str(second))
    assert state(console, case) is CaseState.CLOSED


def test_a_draft_is_kept_restored_and_shown_to_nobody_else(browser, reviewing) -> None:
    case, writer = reviewing.case(None), reviewing.person()
    browser.enter(writer).submit(f"/cases/{case}/draft", reasons="half a thought")
    assert ">half a thought</textarea>" in browser.get(f"/cases/{case}/decide").text
    browser.headers["accept"] = "application/json"  # as the script asks
    assert browser.submit(f"/cases/{case}/draft", reasons="half a thought more").status_code == 204
    assert "half a thought" not in browser.enter(reviewing.person()).get(f"/cases/{case}/decide").text


def test_whoever_lost_the_case_keeps_what_they_wrote(browser, reviewing) -> None:
    case, writer = reviewing.case(None), reviewing.person()
    claim_case(reviewing.desk(reviewing.person()), case)
    answer = browser.enter(writer).submit(f"/cases/{case}/decide", finding="not_a_match", reasons="my long reasons")
    assert answer.status_code == 409
    assert ">my long reasons</textarea>" in answer.text
    assert "Another person has it until" in answer.text
    assert read_draft(reviewing.desk(writer), case) == "my long reasons"


def test_two_who_disagree_are_followed_by_a_lead(browser, reviewing, console) -> None:
    case = reviewing.case(reviewing.seal(reviewing.picture()), distance=25)
    browser.enter(reviewing.person()).submit(f"/cases/{case}/decide", finding="not_a_match", reasons="a logo")
    assert "Another person decides too" in browser.get(f"/cases/{case}").text
    browser.enter(reviewing.person()).submit(f"/cases/{case}/decide", **CONFIRMED)
    assert state(console, case) is CaseState.LEAD_DUE
    browser.enter(reviewing.person("lead")).submit(f"/cases/{case}/decide", **CONFIRMED)
    assert state(console, case) is CaseState.DECIDED


def test_what_two_people_found_of_the_same_bytes_is_taken_over_without_a_look(browser, reviewing, console) -> None:
    evidence, key = [reviewing.seal(reviewing.picture()) for _ in range(2)], b"k" * 32
    known = reviewing.case(evidence[0], distance=25, media_key=key)
    ruling = Ruling(
        finding=Finding.CONFIRMED,
        reasons="seen",
        classification=Classification(scheme="ncmec", label="A1"),
        incident_type=IncidentType.CSAM,
    )
    for _ in range(2):
        decide(reviewing.desk(reviewing.person()), known, ruling)
    case = reviewing.case(evidence[1], distance=25, media_key=key)
    person = reviewing.person()
    page = browser.enter(person).get(f"/cases/{case}").text
    assert "judged before" in page
    item = str(reviewing.items(case)[0])
    browser.submit(f"/cases/{case}/memory", item=item, reasons="the same file")
    assert "confirmed" in browser.get(f"/cases/{case}").text
    assert reviewing.exposures(person) == []


def test_a_decision_of_another_case_is_not_to_be_found_in_this_one(browser, reviewing) -> None:
    case, other = reviewing.case(None), reviewing.case(None)
    done = decide(reviewing.desk(reviewing.person()), other, Ruling(finding=Finding.NOT_A_MATCH, reasons="SECRET"))
    page = browser.enter(reviewing.person()).get(f"/cases/{case}/decisions/{done.decision_id}").text
    assert "SECRET" not in page


def test_where_nothing_is_due_the_page_says_so(browser, reviewing) -> None:
    case = reviewing.case(None)
    browser.enter(reviewing.person()).submit(f"/cases/{case}/decide", finding="not_a_match", reasons="a logo")
    assert "nothing in this case to be decided on" in browser.get(f"/cases/{case}/decide").text


def test_whoever_comes_too_late_is_told_so_with_what_they_wrote(browser, reviewing) -> None:
    case, late = reviewing.case(None), reviewing.person()
    decide(reviewing.desk(reviewing.person()), case, Ruling(finding=Finding.NOT_A_MATCH, reasons="a logo"))
    answer = browser.enter(late).submit(f"/cases/{case}/decide", finding="not_a_match", reasons="my <b>long</b> words")
    assert answer.status_code == 400
    assert "my &lt;b&gt;long&lt;/b&gt; words" in answer.text
    assert 'id="reasons-fault"' in answer.text


def test_words_of_a_decision_stay_text(browser, reviewing, is_escaped) -> None:
    case, wicked = reviewing.case(None), '{{ 7 * 7 }}<script>alert("x")</script>'
    browser.enter(reviewing.person())
    browser.submit(f"/cases/{case}/draft", reasons=wicked)
    assert is_escaped(browser.get(f"/cases/{case}/decide").text)
    browser.submit(f"/cases/{case}/decide", finding="not_a_match", reasons=wicked)
    page = browser.get(f"/cases/{case}").text
    number = page.partition(f"/cases/{case}/decisions/")[2].partition('"')[0]
    assert is_escaped(browser.get(f"/cases/{case}/decisions/{number}").text)
    assert "alert" not in page.partition("<main")[2].partition("</main")[0]


@pytest.mark.parametrize("items", [[], ["1" * 40], ["x"], ["-1"], ["987654"]])
def test_what_nobody_found_before_is_not_taken_over(browser, reviewing, console, items) -> None:
    case = reviewing.case(None)
    answer = browser.enter(reviewing.person()).submit(f"/cases/{case}/memory", item=items, reasons="the same")
    assert answer.status_code in {400, 404, 422}
    assert state(console, case) is CaseState.OPEN


def test_nothing_is_decided_outside_of_the_hours_by_who_did_not_begin(browser, reviewing, console, by_hand) -> None:
    begun, other, person = reviewing.case(None), reviewing.case(None), reviewing.person()
    claim_case(reviewing.desk(person), begun)
    is_early = console.clock.now().hour < 12
    own = OwnLimits(hours=read_hours("20:00-21:00" if is_early else "01:00-02:00"))
    who = (console.engine, console.clock, by_hand, person.name)
    dose.set_limits(*who, own, house=console.showing.house, reason="so")
    browser.enter(person)
    refused = browser.submit(f"/cases/{other}/decide", finding="not_a_match", reasons="what I wrote")
    assert refused.status_code == 403
    assert ">what I wrote</textarea>" in refused.text
    assert ("20:00" if is_early else "01:00") in refused.text
    assert browser.submit(f"/cases/{begun}/decide", finding="not_a_match", reasons="a logo").status_code == 303
    assert (state(console, other), state(console, begun)) == (CaseState.OPEN, CaseState.CLOSED)
