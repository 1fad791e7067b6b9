"""What reviewers are told on the way: what is left of their day, and why another person reads what they decided on."""

from dataclasses import replace

import pytest

from safelight.review.exposure.level import Level
from safelight.review.rules import ReviewRules
from safelight.review.second_reading import SecondReading


def test_what_is_left_of_the_day_stands_beside_the_steps(browser, reviewing) -> None:
    case = reviewing.case(reviewing.seal(reviewing.picture()), None)
    media, bare = (f"/cases/{case}/items/{each}" for each in reviewing.items(case))
    browser.enter(reviewing.person())
    assert "240 minutes of review are left for you today. A break comes after 60 of them." in browser.get(media).text
    assert "left for you today" not in browser.get(bare).text
    browser.enter(reviewing.person("auditor"))
    assert "left for you today" not in browser.get(media).text


def test_a_picture_stays_no_longer_than_it_may(browser, reviewing) -> None:
    case, person = reviewing.case(reviewing.seal(reviewing.picture())), reviewing.person()
    path = f"/cases/{case}/items/{reviewing.items(case)[0]}"
    browser.enter(person).submit(f"/cases/{case}/claim")
    for level in (Level.CARD, Level.THUMBNAIL):
        answer = browser.submit(f"{path}/show", level=str(level.value), usual="match")
    shown = reviewing.exposures(person)[-1]
    most = (shown.must_hide_at - shown.revealed_at).total_seconds()
    assert most - 30 < int(answer.headers["refresh"].partition(";")[0]) <= most


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (SecondReading(clearing=False, near_distance=256, share=10_000), "for a share of all cases is read twice"),
        (SecondReading(clearing=False, near_distance=-2, share=10_000), "for the nearest match is a far one"),
    ],
)
def test_whoever_decided_is_told_why_another_person_decides_too(second, told, browser, reviewing, console) -> None:
    usual = console.review_desk
    object.__setattr__(console, "review_desk", lambda actor: replace(usual(actor), rules=ReviewRules(second=second)))
    try:
        case = reviewing.case(None)
        browser.enter(reviewing.person())
        browser.submit(f"/cases/{case}/decide", finding="not_a_match", reasons="a logo")
        page = browser.get(f"/cases/{case}").text
    finally:
        object.__setattr__(console, "review_desk", usual)
    assert told in page
    assert "not told what you found" in page
