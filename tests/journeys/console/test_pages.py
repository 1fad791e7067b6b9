"""Every page in every theme, narrow and wide: nothing that axe-core finds wrong, nothing to be scrolled sideways."""

from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Page

from safelight.database.transaction import write
from safelight.jobs import queue
from safelight.web.console.app import open_door
from safelight.web.console.console import Console
from safelight.web.console.look import Theme

NARROW, WIDE = 360, 1440

OPEN = ("/sign-in", "/sign-in/code", "/look", "/keys", "/nowhere")
SIGNED_IN = (
    "/",
    "/account",
    "/account/password",
    "/account/app",
    "/account/passkeys",
    "/confirm",
    "/jobs",
    "/jobs?state=dead",
    "/jobs/1",
    "/people",
    "/people/1",
    "/people/2",
    "/people/add",
    "/people/roles",
    "/health",
    "/settings",
)
SHOWN_ELSEWHERE = {
    "/sign-in/second": "test_signing_in.py, on the way",
    "/welcome": "test_signing_in.py, on the way",
    "/account/passkeys/{passkey:int}": "test_signing_in.py, on the way",
}


@pytest.fixture(scope="module")
def admin(live):
    """Somebody who may see every page, in an installation in which something goes on."""
    person = live.enrol("admin@example.org", "admin")
    live.invite("a-rather-long-name-of-somebody@a-rather-long-host-name.example.org", "reviewer", "auditor", "lead")
    with write(live.house.engine) as tx:
        for number in range(60):
            queue.enqueue(tx, live.house.clock, kind="check_evidence", args={"evidence": f"ev_{number:026}"})
    return person


def look_at(page: Page, theme: Theme, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme.value)


def is_scrolled_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def name_of(path: str) -> str:
    return path.strip("/").translate(str.maketrans("/?=", "---")) or "home"


@pytest.fixture(scope="module")
def tabs(chromium, live, admin) -> Iterator[dict[bool, Page]]:
    """Two tabs for all pages: whether somebody has signed in there is their name."""
    contexts = [chromium.new_context(base_url=live.origin, locale="en-GB") for _ in range(2)]
    cookie = {"name": "safelight-session", "value": admin.signed_in.token, "url": live.origin}
    contexts[1].add_cookies([cookie])
    yield {False: contexts[0].new_page(), True: contexts[1].new_page()}
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", OPEN + SIGNED_IN)
def test_a_page_is_sound(path: str, tabs, violations, shoot) -> None:
    """The contrast of all themes is in test_style.py, without a browser; every combination is looked at below."""
    page = tabs[path in SIGNED_IN]
    page.goto(path)
    assert page.locator("h1").count() == 1
    look_at(page, Theme.LIGHT, WIDE)
    assert not is_scrolled_sideways(page)
    shoot(page, f"{name_of(path)}-light-{WIDE}")
    look_at(page, Theme.LOW, NARROW)
    assert not is_scrolled_sideways(page)
    assert violations(page) == []
    shoot(page, f"{name_of(path)}-low-{NARROW}")


@pytest.mark.long
@pytest.mark.parametrize("path", OPEN + SIGNED_IN)
def test_a_page_is_sound_in_every_theme_and_language(path: str, tabs, violations, shoot) -> None:
    page = tabs[path in SIGNED_IN]
    for language in ("en-GB", "es-ES"):
        page.set_extra_http_headers({"Accept-Language": language})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(path)
            for theme, width in product(Theme, (NARROW, 768, WIDE)):
                look_at(page, theme, width)
                assert violations(page) == []
                assert not is_scrolled_sideways(page)
                shoot(page, f"{name_of(path)}-{language[:2]}-{theme.value}-{scheme}-{width}")
    page.set_extra_http_headers({})


def test_no_page_is_left_out(live) -> None:
    desk = live.house.sign_in_desk
    nothing = {"questions": None, "condition": tuple, "review_desk": live.house.review_desk, "showing": None}
    door = open_door(Console(settings=live.house.settings, desk=desk, **nothing))
    paths = {rule.path for rule in door.rules if rule.method == "GET"}
    looked_at = {path.partition("?")[0] for path in OPEN + SIGNED_IN}
    known = {path.replace("{job:int}", "1").replace("{person:int}", "1") for path in paths - SHOWN_ELSEWHERE.keys()}
    assert known <= looked_at
