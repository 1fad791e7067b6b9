"""Reviewing in a real browser, from queue to decision: by keys, in groups, twice, in Spanish, without a script."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Page, Response, expect

from safelight.access.queries import find_person, person_actor
from safelight.database.transaction import read
from safelight.flow.banks.controls import mark_verified
from safelight.flow.review.claiming import release_claim
from safelight.flow.review.urgency import mark_imminent
from safelight.review.case import CaseState
from safelight.review.exposure.exposure import Ending
from safelight.review.exposure.queries import page_own
from safelight.review.queries import find_case, page_items
from safelight.testing.demo_cases import BANK

PASSWORD = "grey otters count slowly"


@dataclass
class Keys:
    """A keyboard, and nothing else. It counts its strokes, and the pages that they lead to."""

    page: Page
    strokes: int = 0
    pages: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        if answer.request.resource_type == "document" and answer.ok:
            self.pages.append(answer.url)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.strokes += len(keys)

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.strokes += len(text)


@pytest.fixture(scope="module")
def like(filled):
    return filled.folder


@pytest.fixture(scope="module", autouse=True)
def cases(live, filled):
    """The cases of the demo, of a bank that an authority has verified: what it lists is cleared by two people."""
    house = live.house
    mark_verified(house.engine, house.clock, house.actor, bank=BANK, authority="a partner", reason="it has told us")
    return filled.cases


def items_of(live, case_id: int):
    with read(live.house.engine) as tx:
        return page_items(tx, case_id)


def state_of(live, case_id: int) -> CaseState:
    with read(live.house.engine) as tx:
        return find_case(tx, case_id).state


def desk_of(live, person):
    with read(live.house.engine) as tx:
        return live.house.review_desk(person_actor(tx, person.name))


def exposures_of(live, person):
    with read(live.house.engine) as tx:
        return page_own(tx, find_person(tx, person.name).id)


def take(page: Page, case_id: int) -> None:
    page.goto(f"/cases/{case_id}")
    page.click("text=Take this case")
    expect(page.locator(".done")).to_contain_text("yours for a time")


def decide(page: Page, case_id: int, finding: str, reasons: str) -> None:
    page.goto(f"/cases/{case_id}/decide")
    page.check(f"#finding-{finding}")
    page.fill("#reasons", reasons)
    page.click("[data-submit]")
    expect(page.locator(".done")).to_contain_text("Decided")


def show_thumbnail(page: Page, path: str) -> None:
    """Go to an item, from its facts to its thumbnail or to that again, and wait until it stands on the screen."""
    page.goto(path)
    if page.get_by_role("button", name="Begin with the facts").count():
        page.click("text=Begin with the facts")
    with page.expect_response("**/exposures/*/shown"):
        page.click("text=Show a thumbnail")
    expect(page.locator("figure.shown img")).to_be_visible()


def test_from_signing_in_to_a_decision_by_keys_alone(live, cases, open_context, look_over) -> None:
    person, case_id = live.enrol("ada@example.org", "reviewer"), cases.by_subject["demo-4713"]
    mark_imminent(live.house.review_desk(), case_id, reason="it comes first")
    page = open_context().new_page()
    keys = Keys(page)
    page.goto("/")
    expect(page.locator("#name")).to_be_focused()
    keys.write(person.name)
    keys.press("Tab")
    keys.write(PASSWORD)
    keys.press("Enter")
    page.wait_for_url("**/sign-in/second*")
    expect(page.locator("#code")).to_be_focused()
    keys.write(pyotp.TOTP(person.secret).at(live.house.clock.now(), counter_offset=1))
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("My day")
    to_sign_in, keys.strokes = keys.strokes, 0
    keys.press("q")
    expect(page.locator("h1")).to_have_text("Queue")
    look_over(page, "queue")
    keys.press("n")
    page.wait_for_url(f"**/cases/{case_id}")
    look_over(page, "case-taken")
    keys.press("i")
    expect(page.locator("h1")).to_have_text(f"Item {items_of(live, case_id)[0].id} of case {case_id}")
    to_look = keys.strokes
    for name in ("facts", "thumbnail", "small", "large", "original"):
        keys.press("v")
        expect(page.locator("figure.shown img")).to_have_count(0 if name == "facts" else 1)
        expect(page.locator("dl.facts")).to_contain_text(re.compile(f"You were shown.*{name}", re.IGNORECASE))
        if name in {"facts", "small", "original"}:
            look_over(page, f"item-{name}")
    keys.press("x")
    expect(page.locator("figure.shown")).to_have_count(0)
    to_see, before = keys.strokes - to_look, keys.strokes
    keys.press("k")
    page.wait_for_url(f"**/cases/{case_id}")
    keys.press("d")
    expect(page.locator("h1")).to_have_text(f"Decide on case {case_id}")
    look_over(page, "decide")
    keys.press("1", "Tab")
    expect(page.locator("#label")).to_be_focused()
    keys.write("A1")
    keys.press("Tab")
    keys.write("Child")
    keys.press("Escape", "r")
    keys.write("As listed.")
    look_over(page, "decide-filled")
    assert page.input_value("#label") == "ncmec:A1"
    assert page.input_value("#incident") == "csam"
    keys.press("Control+Enter")
    expect(page.locator(".done")).to_have_text("Decided.")
    look_over(page, "case-decided")
    assert state_of(live, case_id) is CaseState.DECIDED
    steps = (
        f"{to_sign_in} to sign in, {to_look} to an item, {to_see} to see and hide it, {keys.strokes - before} to decide"
    )
    print(f"Keystrokes: {steps}. Pages: {len(keys.pages)}.")
    assert keys.strokes < 40
    assert len(keys.pages) < 20


def test_without_a_script_from_the_queue_to_a_decision(live, cases, open_context, shoot) -> None:
    person, case_id = live.enrol("alan@example.org", "reviewer"), cases.by_subject["demo-4711"]
    mark_imminent(live.house.review_desk(), case_id, reason="it comes first")
    page = open_context(person, java_script_enabled=False).new_page()
    page.goto("/queue")
    page.click("text=Take the next")
    page.wait_for_url(f"**/cases/{case_id}")
    third = items_of(live, case_id)[2]
    page.get_by_role("link", name=str(third.id), exact=True).click()
    page.click("text=Begin with the facts")
    with page.expect_response("**/show") as answered:
        page.click("text=Show a thumbnail")
    assert re.fullmatch(rf"(?:59|60); url=/cases/{case_id}/items/{third.id}", answered.value.header_value("refresh"))
    expect(page.locator("figure.shown img")).to_be_visible()
    shoot(page, "review-without-script-shown")
    page.click("text=Hide it")
    expect(page.locator("figure.shown")).to_have_count(0)
    [_card, thumbnail] = exposures_of(live, person)
    assert thumbnail.confirmed_at is not None
    assert thumbnail.ended_by is Ending.HIDDEN
    page.click("main >> text=Decide")
    page.check("#finding-not_a_match")
    page.fill("#reasons", "Another painting.")
    page.click("text=Keep as a draft")
    expect(page.locator(".done")).to_have_text("Your draft is kept.")
    expect(page.locator("#reasons")).to_have_value("Another painting.")
    for other in items_of(live, case_id)[:2]:
        page.uncheck(f"#item-{other.id}")
    page.check("#finding-not_a_match")
    shoot(page, "review-without-script-decide")
    page.click("[data-submit]")
    expect(page.locator(".done")).to_have_text("Decided. More of this case is to be decided on.")
    page.click("text=Give it back")
    expect(page.locator(".done")).to_have_text("You have given it back. What you wrote about it is kept.")


def test_one_decision_on_what_is_alike_in_two_cases(live, cases, open_context, look_over) -> None:
    one, two = cases.by_subject["demo-4711"], cases.by_subject["demo-4712"]
    page = open_context(live.enrol("grace@example.org", "reviewer")).new_page()
    page.goto(f"/cases/{one}")
    page.locator("a", has_text="that look alike").first.click()
    expect(page.locator("tbody tr")).to_have_count(3)
    assert {int(each) for each in page.locator("td[data-label=Case] a").all_inner_texts()} == {one, two}
    page.keyboard.press("1")
    page.select_option("#label", "ncmec:B2")
    page.select_option("#incident", "csam")
    page.fill("#reasons", "The same painting, seen once.")
    look_over(page, "group")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".done")).to_have_text("Decided, on all that were chosen.")
    for case_id in (one, two):
        page.goto(f"/cases/{case_id}")
        expect(page.locator("#decisions + ul")).to_contain_text("confirmed")
    look_over(page, "case-after-group")
    page.click("text=Give it back")


def clear_as_first(live, open_context, name: str, case_id: int) -> Page:
    page = open_context(live.enrol(name, "reviewer")).new_page()
    decide(page, case_id, "not_a_match", "Only a painting, says the first.")
    expect(page.locator(".done")).to_contain_text("Another person decides too")
    return page


def read_blindly(live, open_context, look_over, name: str, case_id: int) -> Page:
    """Be the second reader, who is told nothing of what the first one found."""
    page = open_context(live.enrol(name, "reviewer")).new_page()
    take(page, case_id)
    expect(page.locator(".facts")).to_contain_text("second reader")
    look_over(page, f"second-reader-{case_id}")
    for path in (
        "",
        "/decide",
        "/sheet",
        "/decisions/1",
        *(f"/decisions/{each}" for each in decisions_on(live, case_id)),
    ):
        page.goto(f"/cases/{case_id}{path}")
        expect(page.locator("main")).not_to_contain_text("says the first")
        expect(page.locator("#decisions ~ ul li, #decisions ~ table")).to_have_count(0)
        if path != "/decide":
            expect(page.locator("main")).not_to_contain_text("not a match")
    return page


def decisions_on(live, case_id: int) -> set[int]:
    from safelight.review.decision_queries import holding_on

    with read(live.house.engine) as tx:
        return {each.id for each in holding_on(tx, case_id).values()}


@pytest.mark.long
def test_a_second_reader_who_agrees_settles_it(live, cases, open_context, look_over) -> None:
    case_id = cases.by_subject["demo-4714"]
    first = clear_as_first(live, open_context, "first-a@example.org", case_id)
    assert state_of(live, case_id) is CaseState.SECOND_DUE
    first.goto(f"/cases/{case_id}")
    expect(first.get_by_role("button", name="Take this case")).to_have_count(0)
    first.goto(f"/cases/{case_id}/decide")
    expect(first.locator("main")).to_contain_text("another person")
    page = read_blindly(live, open_context, look_over, "second-a@example.org", case_id)
    decide(page, case_id, "not_a_match", "Paintings, all of it.")
    assert state_of(live, case_id) is CaseState.CLOSED
    expect(page.locator("#decisions + ul li")).to_have_count(2)
    expect(page.locator("main")).not_to_contain_text("judged before")  # it is this very case that was judged
    look_over(page, "second-reader-agreed")


def test_a_second_reader_who_disagrees_leaves_it_to_a_lead(live, cases, open_context, look_over) -> None:
    case_id = cases.by_subject[""]
    clear_as_first(live, open_context, "first-d@example.org", case_id)
    page = read_blindly(live, open_context, look_over, "second-d@example.org", case_id)
    decide(page, case_id, "other_kind", "For another team.")
    expect(page.locator(".done")).to_contain_text("A lead decides now.")
    assert state_of(live, case_id) is CaseState.LEAD_DUE
    lead = open_context(live.enrol("lead-d@example.org", "lead")).new_page()
    take(lead, case_id)
    expect(lead.locator("#decisions + ul li")).to_have_count(2)
    look_over(lead, "lead")
    decide(lead, case_id, "not_a_match", "The first is right.")
    assert state_of(live, case_id) is CaseState.CLOSED


def test_a_picture_goes_by_key_with_the_tab_with_the_page_and_when_its_time_is_over(live, cases, open_context) -> None:
    case_id = cases.by_subject["demo-4712"]
    person, path = (
        live.enrol("edsger@example.org", "reviewer"),
        f"/cases/{case_id}/items/{items_of(live, case_id)[1].id}",
    )
    page = open_context(person).new_page()
    take(page, case_id)
    for number, leave in enumerate((by_key, with_the_tab, with_the_page, when_time_is_over), start=1):
        if number == 1:
            show_thumbnail(page, path)
        elif leave is not when_time_is_over:
            see_again(page, path)
        leave(page, path)
        expect(page.locator("figure.shown")).to_have_count(0)
        last = ended_last(live, person, page)
        assert last.confirmed_at is not None
        assert last.ended_by is Ending.HIDDEN
        assert last.ended_at < last.must_hide_at - timedelta(seconds=10)
    release_claim(desk_of(live, person), case_id)


def ended_last(live, person, page: Page):
    """Return what they were shown last, once it has ended: what a page tells as it is left comes after it."""
    for _ in range(100):
        last = exposures_of(live, person)[-1]
        if last.ended_at is not None:
            return last
        page.wait_for_timeout(100)
    pytest.fail("That the picture was hidden was never told.")


def see_again(page: Page, path: str) -> None:
    page.goto(path)
    page.click("text=What you were shown before")
    with page.expect_response("**/exposures/*/shown"):
        page.click("text=The thumbnail again")


def by_key(page: Page, _: str) -> None:
    page.keyboard.press("x")


def with_the_tab(page: Page, _: str) -> None:
    """Let the tab be hidden, as browsers tell it: headless, none ever is."""
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true});document.dispatchEvent(new Event('visibilitychange'))"
    )


def when_time_is_over(page: Page, path: str) -> None:
    """Let time go by in the page alone, from now on: what it waits a minute for comes after two seconds."""
    page.add_init_script("const wait = setTimeout; setTimeout = (act, time) => wait(act, time / 30)")
    see_again(page, path)


def with_the_page(page: Page, _: str) -> None:
    page.goto("/queue")


@pytest.mark.long
def test_in_spanish_from_the_queue_to_the_form(live, cases, open_context, look_over) -> None:
    person, case_id = live.enrol("katherine@example.org", "reviewer"), cases.by_subject["demo-4712"]
    page = open_context(person, locale="es-MX").new_page()
    page.goto("/queue")
    look_over(page, "es-queue")
    page.goto(f"/cases/{case_id}")
    page.keyboard.press("t")
    expect(page.locator(".done")).to_be_visible()
    look_over(page, "es-case")
    page.goto(f"/cases/{case_id}/items/{items_of(live, case_id)[1].id}")
    page.keyboard.press("v")
    page.click("text=Mostrar una miniatura")
    expect(page.locator("figure.shown img")).to_be_visible()
    look_over(page, "es-item")
    assert exposures_of(live, person)[-1].reason == "To see whether it is what it matched"
    page.keyboard.press("x")
    page.keyboard.press("d")
    expect(page.locator("h1")).to_have_text(f"Decidir sobre el caso {case_id}")
    look_over(page, "es-decide")
    page.keyboard.press("4")
    page.fill("#reasons", "No lo sé.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".done")).to_have_text("Decidido. Ahora decide una persona responsable.")
    look_over(page, "es-decided")
