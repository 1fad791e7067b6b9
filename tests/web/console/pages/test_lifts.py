"""A lift is asked for by one, and granted or refused by another; its asker sees what came of it."""

import re

import pytest


@pytest.fixture
def asked(browser, another, enrol):
    """A browser of somebody who has asked for a lift, one of a lead, and the number of the lift."""
    asker = browser.enter(enrol(f"asks-{id(browser)}@lifts.example.org", "reviewer"))
    fields = {"kind": "minutes", "minutes": "30", "hours": "4", "reason": "a deadline today"}
    assert asker.submit("/dose/lift", **fields).headers["location"] == "/dose"
    lead = another.enter(enrol(f"leads-{id(browser)}@lifts.example.org", "lead"))
    numbers = re.findall(r"/dose/lifts/(\d+)/grant", lead.get("/dose/lifts").text)
    return asker, lead, max(numbers, key=int)


def test_it_is_granted_by_somebody_else_and_counts(asked) -> None:
    asker, lead, number = asked
    page = lead.get("/dose/lifts").text
    assert "a deadline today" in page
    assert "More time a day, 30 min" in page
    assert lead.submit(f"/dose/lifts/{number}/grant").headers["location"] == "/dose/lifts"
    page = asker.get("/dose").text
    assert "Granted, and counts" in page
    assert "of 270 minutes used" in page
    again = lead.submit(f"/dose/lifts/{number}/grant")
    assert (again.status_code, "granted already" in again.text) == (400, True)


def test_it_is_refused_with_a_reason_and_its_asker_sees_that(asked) -> None:
    asker, lead, number = asked
    without = lead.submit(f"/dose/lifts/{number}/refuse", reason="")
    assert without.status_code == 422
    assert f'id="lift-{number}-fault"' in without.text
    assert lead.submit(f"/dose/lifts/{number}/refuse", reason="you need rest").status_code == 303
    assert "Was not granted" in asker.get("/dose").text
    assert f"/dose/lifts/{number}/grant" not in lead.get("/dose/lifts").text


def test_whoever_asked_takes_it_back_and_nobody_else_without_the_permission_does(asked, enrol, app) -> None:
    asker, lead, number = asked
    assert "Waits" in asker.get("/dose").text
    stranger = type(asker)(app).enter(enrol(f"else-{number}@lifts.example.org", "reviewer"))
    assert stranger.submit(f"/dose/lift/{number}/take-back").status_code == 403
    assert asker.submit(f"/dose/lift/{number}/take-back").headers["location"] == "/dose"
    assert f"/dose/lifts/{number}/grant" not in lead.get("/dose/lifts").text


def test_nobody_grants_their_own_not_even_a_lead(browser, enrol) -> None:
    lead = browser.enter(enrol("own@lifts.example.org", "lead"))
    lead.submit("/dose/lift", kind="rotation", hours="24", reason="so")
    number = max(re.findall(r"/dose/lifts/(\d+)/grant", lead.get("/dose/lifts").text), key=int)
    answer = lead.submit(f"/dose/lifts/{number}/grant")
    assert (answer.status_code, "takes another person" in answer.text) == (403, True)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"kind": "breaks", "hours": "4"},
        {"kind": "hours", "hours": "5000"},
        {"kind": "minutes", "hours": "4", "minutes": "x"},
        {"kind": "minutes", "hours": "4", "minutes": "121"},
    ],
)
def test_what_cannot_be_asked_is_told_and_stays_entered(browser, enrol, fields) -> None:
    number = len(fields) + len(str(fields))
    browser.enter(enrol(f"odd-{number}@lifts.example.org", "reviewer"))
    answer = browser.submit("/dose/lift", reason="why <b>", **fields)
    assert answer.status_code == 422
    assert 'value="why &lt;b&gt;"' in answer.text
