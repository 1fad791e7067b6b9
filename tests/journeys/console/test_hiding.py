"""A picture goes with Escape and when another window comes, is not told as shown unseen, and never comes back."""

import re
import shutil
from contextlib import suppress
from io import BytesIO

import pytest
from playwright.sync_api import Error as BrowserFault
from playwright.sync_api import Page, Route, expect

from safelight.access.queries import find_person, person_actor
from safelight.database.transaction import read
from safelight.flow.installation import Installation
from safelight.flow.review.claiming import claim_case
from safelight.flow.review.opening import open_by_hand
from safelight.review.exposure.exposure import Ending
from safelight.review.exposure.queries import page_own
from safelight.review.queries import page_items
from safelight.testing.evidence import seal_bytes
from safelight.testing.synthetic import paint


@pytest.fixture(scope="module")
def thoroughly() -> None:
    """No page is looked at here as a picture: once is enough."""


@pytest.fixture(scope="module")
def person(live):
    return live.enrol("hides@example.org", "reviewer")


@pytest.fixture(scope="module")
def path(live, person, tmp_path_factory) -> str:
    """The address of a picture in a case that they have."""
    house, held = live.house, BytesIO()
    paint(7, width=400, height=300).save(held, "png")
    place = Installation(engine=house.engine, blobs=house.vault.blobs, keys=house.keys, clock=house.clock)
    evidence = seal_bytes(place, house.actor, tmp_path_factory.mktemp("spool"), [held.getvalue()]).id
    case = open_by_hand(house.review_desk(), subject_id="account-h", evidence_id=evidence, reason="a call").case_id
    with read(house.engine) as tx:
        item, actor = page_items(tx, case)[0].id, person_actor(tx, person.name)
    claim_case(house.review_desk(actor), case)
    return f"/cases/{case}/items/{item}"


def ended_last(live, person, page: Page):
    """Return what they were shown last, once it has ended: what a page tells as it is left comes after it."""
    for _ in range(100):
        with read(live.house.engine) as tx:
            last = page_own(tx, find_person(tx, person.name).id, limit=1000)[-1]
        if last.ended_at is not None:
            return last
        page.wait_for_timeout(50)
    pytest.fail("That the picture was hidden was never told.")


def show(page: Page, path: str) -> None:
    """Look at the thumbnail, by the steps or again."""
    page.goto(path)
    begin = page.get_by_role("button", name="Begin with the facts")
    if begin.count():
        begin.click()
        page.get_by_role("button", name="Show a thumbnail").click()
    else:
        page.click("summary >> text=What you were shown before")
        page.get_by_role("button", name="The thumbnail again").click()
    page.wait_for_url("**/show")


def spoil(route: Route) -> None:
    """Let the picture arrive as something that no browser can draw."""
    answer = route.fetch()
    body = re.sub(r"base64,[A-Za-z0-9+/=]+", "base64,AAAA", answer.text())
    route.fulfill(response=answer, body=body)


def test_what_was_never_drawn_is_not_told_as_shown(live, person, path, open_context) -> None:
    page = open_context(person).new_page()
    page.route("**/show", spoil)
    for leave in ("x", "Escape"):
        show(page, path)
        page.keyboard.press(leave)
        page.wait_for_url(f"**{path}")
        last = ended_last(live, person, page)
        assert (last.ended_by, last.confirmed_at) == (Ending.HIDDEN, None)


@pytest.mark.parametrize("what", ["Escape", "another window"])
def test_it_goes_at_once(what, live, person, path, open_context) -> None:
    page = open_context(person).new_page()
    with page.expect_response("**/exposures/*/shown"):
        show(page, path)
    if what == "Escape":
        page.keyboard.press("Escape")
    else:
        page.evaluate("dispatchEvent(new Event('blur'))")
    page.wait_for_url(f"**{path}")
    expect(page.locator("figure.shown")).to_have_count(0)
    last = ended_last(live, person, page)
    assert last.ended_by is Ending.HIDDEN
    assert last.confirmed_at is not None


@pytest.mark.parametrize("has_script", [True, pytest.param(False, marks=pytest.mark.long)])
def test_going_back_shows_nothing_again(has_script, live, person, path, chromium) -> None:
    """In a browser that keeps pages to go back to, as browsers do: Playwright's usual flags turn that off."""
    kept = chromium.browser_type.launch(
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox", "--disable-gpu", "--no-first-run"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    context = kept.new_context(base_url=live.origin, locale="en-GB", java_script_enabled=has_script)
    context.add_cookies([{"name": "safelight-session", "value": person.signed_in.token, "url": live.origin}])
    page = context.new_page()
    show(page, path)
    expect(page.locator("figure.shown img")).to_have_count(1)
    page.get_by_role("button", name="Hide it").click()
    page.wait_for_url(f"**{path}")
    shown = ended_last(live, person, page).id
    page.goto("/queue")
    for _ in range(3):
        with suppress(BrowserFault):  # what was asked for by a form, the browser asks for again only when told to
            page.go_back(timeout=5_000)
        assert page.locator("figure.shown, img[src^='data:image/jpeg']").count() == 0
    assert ended_last(live, person, page).id == shown
    kept.close()
