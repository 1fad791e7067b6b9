"""Somebody comes in, first and later, in a real browser: by app, by passkey, without a script, in Spanish."""

import re
from collections.abc import Callable

import pyotp
from playwright.sync_api import Page, expect

PASSWORD = "grey otters count slowly"


def code_of(secret: str, *, steps: int = 0) -> str:
    """Return the code that an app shows now, or some steps later: the one before and after it count too."""
    from safelight.clock import SystemClock

    return pyotp.TOTP(secret).at(SystemClock().now(), counter_offset=steps)


def use_invitation(page: Page, code: str) -> None:
    page.goto("/")
    page.click("text=I have a sign-in code")
    page.fill("#code", code)
    page.click("main button")
    page.wait_for_url("**/welcome")


def set_password(page: Page) -> None:
    page.click("text=Set a password")
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/welcome")


def add_authenticator(page: Page) -> None:
    """Give the browser a device that makes passkeys, and verifies its person without asking."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_the_first_sign_in_with_an_app_and_every_one_after(live, open_context, shoot, violations) -> None:
    page = open_context().new_page()
    use_invitation(page, live.invite("ada@example.org", "reviewer"))
    shoot(page, "journey-welcome")
    assert violations(page) == []
    set_password(page)
    page.click("text=Set up an app")
    page.click("text=Show the picture")
    shoot(page, "journey-app")
    assert violations(page) == []
    page.click("text=Enter it by hand")
    secret = page.inner_text("code.secret")
    page.fill("#code", "000000")
    page.click("text=Confirm")
    expect(page.locator("#code-fault")).to_contain_text("This is not the code")
    shoot(page, "journey-app-wrong-code")
    page.fill("#code", code_of(secret))
    page.click("text=Confirm")
    page.wait_for_url("**/welcome")
    page.click("text=Finish and sign in")
    assert page.locator("ol.codes li").count() == 10
    shoot(page, "journey-recovery-codes")
    assert violations(page) == []
    page.click("text=I have kept them")
    expect(page.locator("h1")).to_have_text("My day")
    page.click("text=Sign out")
    expect(page.locator(".done")).to_have_text("You are signed out.")
    sign_in_again(page, secret, shoot, violations)


def sign_in_again(page: Page, secret: str, shoot: Callable, violations: Callable) -> None:
    """Sign in by name, password and app, after a wrong try at each, to the page that was asked for."""
    page.goto("/account?from=link")
    page.fill("#name", "ada@example.org")
    page.fill("#password", "wrong otters")
    page.keyboard.press("Enter")
    expect(page.locator("#password-fault")).to_contain_text("is not right")
    assert page.input_value("#name") == "ada@example.org"
    assert page.input_value("#password") == ""
    shoot(page, "journey-wrong-password")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/second*")
    page.fill("#code", "000000")
    page.keyboard.press("Enter")
    expect(page.locator("#code-fault")).to_be_visible()
    shoot(page, "journey-second-factor")
    assert violations(page) == []
    page.fill("#code", code_of(secret, steps=1))
    page.keyboard.press("Enter")
    page.wait_for_url("**/account?from=link")


def test_the_first_sign_in_with_a_passkey_which_then_is_enough_alone(live, open_context, shoot, violations) -> None:
    page = open_context().new_page()
    add_authenticator(page)
    use_invitation(page, live.invite("grace@example.org", "lead"))
    set_password(page)
    page.click("text=Add a passkey")
    page.fill("#name", "blue key")
    page.click("main form button")
    page.wait_for_url("**/welcome")
    page.click("text=Finish and sign in")
    page.click("text=I have kept them")
    page.click("text=Sign out")
    page.click("text=Use a passkey")
    expect(page.locator("h1")).to_have_text("My day")
    page.click("main >> text=My account")
    page.click("text=blue key")
    shoot(page, "journey-passkey")
    assert violations(page) == []
    page.fill("#name", "green key")
    page.keyboard.press("Enter")
    expect(page.locator(".facts")).to_contain_text("green key")


def test_whoever_does_what_is_worth_a_second_look_shows_first_who_they_are(live, open_context, shoot) -> None:
    page = open_context(make_stale(live, live.enrol("edsger@example.org", "admin"))).new_page()
    page.goto("/people/add")
    page.wait_for_url("**/confirm?next=*")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/add")
    expect(page.locator(".done")).to_contain_text("You can go on now")
    page.fill("#name", "barbara@example.org")
    page.check("text=auditor")
    page.click("main form button")
    page.click("text=Make a sign-in code")
    expect(page.locator("h1")).to_have_text("Sign-in code for barbara@example.org")
    shoot(page, "journey-invitation")
    assert re.fullmatch(r"[0-9A-Z]{5}(-[0-9A-Z]{5}){3}", page.inner_text("code.secret"))


def make_stale(live, person):
    """Let it be long ago that somebody showed who they are."""
    from sqlalchemy import text

    from safelight.database.transaction import write

    with write(live.house.engine) as tx:
        tx.execute(text("UPDATE access_sessions SET fresh_until = authenticated_at"))
    return person


def test_without_a_script_everything_but_passkeys_works_the_same(live, open_context, shoot) -> None:
    person = live.enrol("alan@example.org", "admin")
    page = open_context(java_script_enabled=False).new_page()
    page.goto("/jobs")
    expect(page.locator("noscript p")).to_contain_text("Passkeys need JavaScript")
    page.fill("#name", person.name)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.fill("#code", code_of(person.secret, steps=1))
    page.keyboard.press("Enter")
    page.wait_for_url("**/jobs")
    page.select_option("#state", "dead")
    page.click("text=Show")
    page.wait_for_url("**/jobs?state=dead")
    expect(page.locator(".empty")).to_be_visible()
    shoot(page, "journey-without-script")
    page.click("text=Appearance and language")
    page.check("text=Low light")
    page.click("text=Keep")
    assert page.get_attribute("html", "data-theme") == "low"


def test_in_spanish_and_by_keys_alone(live, open_context, shoot) -> None:
    page = open_context(live.enrol("katherine@example.org", "admin"), locale="es-MX").new_page()
    page.goto("/")
    expect(page.locator("h1")).to_have_text("Mi día")
    assert page.get_attribute("html", "lang") == "es"
    page.keyboard.press("j")
    expect(page.locator("h1")).to_have_text("Tareas")
    page.keyboard.press("/")
    page.keyboard.press("j")  # into the field, and nowhere else
    assert page.url.endswith("/jobs")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("h1")).to_have_text("Teclas")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("a")
    page.wait_for_url("**/account")
    shoot(page, "journey-spanish")
    page.goto("/look")
    page.uncheck("input[name=keys]")
    page.click("main form button")
    page.keyboard.press("j")
    assert page.url.endswith("/")


def test_htmx_exchanges_a_part_of_the_page_and_goes_nowhere(live, open_context) -> None:
    page = open_context(live.enrol("margaret@example.org", "admin")).new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    page.goto("/health")
    page.evaluate("window.stays = true")
    with page.expect_response("**/health") as answered:
        page.click("a.button")
    assert "<html" not in answered.value.text()
    expect(page.locator("#figures")).to_have_count(1)
    assert page.evaluate("window.stays")
    assert faults == []
