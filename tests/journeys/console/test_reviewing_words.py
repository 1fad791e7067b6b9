"""Reviewing what has no media in a real browser: a complaint is read and decided on, and a lost claim loses no work."""

from playwright.sync_api import Page, expect

from safelight.access.queries import person_actor
from safelight.database.transaction import read
from safelight.flow.review.claiming import claim_case, release_claim
from safelight.flow.review.opening import open_by_hand
from safelight.review.case import CaseState
from safelight.review.queries import find_case


def open_form(page: Page) -> None:
    page.keyboard.press("d")
    expect(page.locator("h1")).to_contain_text("Decide on case")


def state_of(live, case_id: int) -> CaseState:
    with read(live.house.engine) as tx:
        return find_case(tx, case_id).state


def desk_of(live, person):
    with read(live.house.engine) as tx:
        return live.house.review_desk(person_actor(tx, person.name))


def take(page: Page, case_id: int) -> None:
    page.goto(f"/cases/{case_id}")
    page.click("text=Take this case")
    expect(page.locator(".done")).to_contain_text("yours for a time")


def test_a_complaint_without_media_is_taken_in_read_and_decided(live, open_context, look_over) -> None:
    page = open_context(live.enrol("dorothy@example.org", "reviewer", "lead")).new_page()
    page.goto("/flags/add")
    page.select_option("#category", "enticement")
    page.fill("#subject_id", "account-7")
    page.fill("#words", "They ask my pupils for pictures.")
    page.click("main form button")
    page.wait_for_url("**/cases/*")
    case_id = int(page.url.rpartition("/")[2])
    page.click("text=Take this case")
    expect(page.locator(".done")).to_contain_text("yours for a time")
    page.keyboard.press("i")
    page.wait_for_url("**/items/*")
    expect(page.locator("main")).to_contain_text("Without media")
    expect(page.locator("#steps")).to_have_count(0)
    page.click("text=Read what it says")
    expect(page.locator(".said")).to_have_text("They ask my pupils for pictures.")
    look_over(page, "complaint")
    open_form(page)
    page.keyboard.press("1")
    page.select_option("#incident", "enticement")
    page.fill("#reasons", "It is said in so many words.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".done")).to_have_text("Decided.")
    assert state_of(live, case_id) is CaseState.DECIDED


def test_a_claim_that_is_lost_loses_no_work(live, open_context, look_over) -> None:
    case_id = open_by_hand(live.house.review_desk(), subject_id="account-8", reason="a call").case_id
    person, other = live.enrol("barbara@example.org", "reviewer"), live.enrol("other@example.org", "reviewer")
    page = open_context(person).new_page()
    take(page, case_id)
    open_form(page)
    page.keyboard.press("2")
    page.keyboard.press("r")
    page.keyboard.type("A long thought about it.")
    release_claim(desk_of(live, person), case_id)  # as if its time were over
    claim_case(desk_of(live, other), case_id)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reasons-fault")).to_contain_text("claimed by another person")
    expect(page.locator("#reasons")).to_have_value("A long thought about it.")
    expect(page.locator("#finding-not_a_match")).to_be_checked()
    look_over(page, "claim-lost")
    release_claim(desk_of(live, other), case_id)
    take(page, case_id)
    open_form(page)
    expect(page.locator("#reasons")).to_have_value("A long thought about it.")
    page.keyboard.press("2")
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".done")).to_contain_text("Decided")
